import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { Failure } from '../core/failure';
import { onceEach } from '../core/objects';

/*
 * The node's parameters: what the editor shows of each and how its value is read, in one. Expressions can
 * give values of any type, and where money is spent nothing is guessed: what does not fit is refused, under
 * the label that the user sees.
 */

/** A parameter; `T` is what an operation gets of it. */
export interface Parameter<T> {
	readonly field: INodeProperties;
	/**
	 * Called once per run, for the first item.
	 * @throws Failure naming the field
	 */
	readonly read: (valueOf: (itemIndex: number) => unknown, itemIndex: number) => T;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** What parameters give, under the same names. */
export type Values<P> = {
	readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** What the editor shows of a field, beside its name, its label and what follows from its kind. */
export type Shown = Partial<Omit<INodeProperties, 'name' | 'displayName' | 'type' | 'options'>>;

/**
 * Reads parameters of an execution; `folder` is where they stand, such as `options.`.
 * @throws Failure naming the field that cannot be used as it is
 */
export function readParameters<P extends Parameters>(
	context: IExecuteFunctions,
	parameters: P,
	folder = '',
): Values<P> {
	const values = Object.entries(parameters).map(([name, { field, read }]) => {
		const options = { extractValue: field.type === 'resourceLocator' };
		const valueOf = (itemIndex: number): unknown => {
			try {
				const path = `${folder}${field.name}`;
				return context.getNodeParameter(path, itemIndex, field.default, options);
			} catch (error) {
				throw unreadable(field, error, itemIndex);
			}
		};
		return [name, read(valueOf, 0)];
	});
	return Object.fromEntries(values) as Values<P>;
}

/** The errors that n8n throws for an expression name neither field nor item. */
function unreadable(field: INodeProperties, error: unknown, itemIndex: number): Failure {
	const words = error instanceof Error ? error.message : String(error);
	const [what, remedy]: [string, string] = /^this is a /i.test(words)
		? ['without a value', 'Call what the expression ends in, such as .trim() or .toISO().']
		: ['that fails', 'Correct it, or the name of the node or field that it asks for.'];
	return badSetting(
		field.displayName,
		`is given an expression ${what}: ${words}`,
		remedy,
		itemIndex,
	);
}

/** The same parameter, read for each item when it is asked for. */
export function perItem<T>({ field, read }: Parameter<T>): Parameter<(itemIndex: number) => T> {
	return { field, read: (valueOf) => onceEach((itemIndex: number) => read(valueOf, itemIndex)) };
}

/** A field whose value is taken as it is. */
export function plain(field: INodeProperties): Parameter<unknown> {
	return { field, read: (valueOf, itemIndex) => valueOf(itemIndex) };
}

/** The same parameter, its value made into another one, or refused. */
export function refined<T, U>(
	{ field, read }: Parameter<T>,
	take: (value: T, itemIndex: number) => U,
): Parameter<U> {
	return { field, read: (valueOf, itemIndex) => take(read(valueOf, itemIndex), itemIndex) };
}

/**
 * A field whose value has to fit a schema. Another value is refused as a whole: if a part of it were ignored,
 * other rows would be paid for than were meant.
 */
export function formed<T>(
	field: INodeProperties,
	form: z.ZodType<T, z.ZodTypeDef, unknown>,
	remedy: string,
): Parameter<T> {
	return refined(plain(field), (given, itemIndex) => {
		const parsed = form.safeParse(given);
		if (parsed.success) return parsed.data;
		throw badSetting(field.displayName, `is ${JSON.stringify(given)}`, remedy, itemIndex);
	});
}

interface Bounds {
	default: number;
	min: number;
	whole?: boolean;
}

export function number(
	name: string,
	displayName: string,
	{ min, whole = false, ...shown }: Shown & Bounds,
): Parameter<number> {
	const typeOptions = { minValue: min, ...(whole && { numberPrecision: 0 }) };
	const field = { displayName, name, type: 'number' as const, typeOptions, ...shown };
	const bounded = z.number().finite().min(min);
	const digits = z.string().trim().min(1).transform(Number);
	const form = z.union([z.number(), digits]).pipe(whole ? bounded.int() : bounded);
	return formed(field, form, `Enter a ${whole ? 'whole ' : ''}number of at least ${min}.`);
}

/** A number of seconds, given to the operation in milliseconds. */
export function seconds(
	name: string,
	displayName: string,
	shown: Shown & Bounds,
): Parameter<number> {
	return refined(number(name, displayName, shown), (value) => value * 1000);
}

/** True or false, also as text. */
export function flag(name: string, displayName: string, shown: Shown): Parameter<boolean> {
	const field = { displayName, name, type: 'boolean' as const, default: false, ...shown };
	const written = z.enum(['true', 'false']).transform((given) => given === 'true');
	return formed(field, z.boolean().or(written), 'It can be true or false.');
}

/** One of a few values, each with its label and its description. */
export function choice<const T extends string>(
	name: string,
	displayName: string,
	shown: Shown & { default: NoInfer<T> },
	choices: Readonly<Record<T, readonly [label: string, description: string]>>,
): Parameter<T> {
	const values = Object.keys(choices) as [T, ...T[]];
	const options = values.map((value) => {
		const [label, description] = choices[value];
		return { name: label, value, description };
	});
	const field = { displayName, name, type: 'options' as const, options, ...shown };
	return formed(field, z.enum(values), `It can be one of: ${values.join(', ')}.`);
}

/** Text without blanks around it; a number is taken as its digits. Empty where it is not set. */
export function text(name: string, displayName: string, shown: Shown): Parameter<string> {
	const form = z.union([z.string().trim(), z.number().transform(String)]).nullish();
	const orEmpty = form.transform((given) => given ?? '');
	return formed(textField(name, displayName, shown), orEmpty, 'Enter text.');
}

/** The name of a field for a file. n8n loses a file in a field called `__proto__`. */
export function fieldName(name: string, displayName: string, shown: Shown): Parameter<string> {
	const entered = text(name, displayName, { required: true, ...shown });
	return refined(entered, (value, itemIndex) => {
		if (value !== '' && value !== '__proto__') return value;
		const what = value === '' ? 'is empty' : `is '${value}'`;
		throw badSetting(displayName, what, `Enter a name, ${shown.placeholder ?? ''}.`, itemIndex);
	});
}

/** A field for text, for a reader of its own. */
export function textField(name: string, displayName: string, shown: Shown): INodeProperties {
	return { displayName, name, type: 'string', default: '', ...shown };
}

/** The same field, shown only where these others have one of these values too. */
export function shownWith(
	field: INodeProperties,
	others: Readonly<Record<string, Array<string | boolean>>>,
): INodeProperties {
	const { displayOptions } = field;
	const show = { ...others, ...displayOptions?.show };
	return { ...field, displayOptions: { ...displayOptions, show } };
}

/** The refusal of a field that cannot be used as it is. */
export function badSetting(
	label: string,
	what: string,
	remedy: string,
	itemIndex: number,
): Failure {
	return new Failure({
		message: `'${label}' ${what}`,
		description: remedy,
		isBeforePaying: true,
		code: 'INVALID_SETTING',
		...(itemIndex && { itemIndexes: [itemIndex] }),
	});
}
