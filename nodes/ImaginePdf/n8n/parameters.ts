import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { Failure } from '../core/failure';

/*
 * The node's parameters: what the editor shows of each and how its value is read, in one. Expressions can
 * give values of any type, and where money is spent nothing is guessed: what does not fit is refused, under
 * the label that the user sees.
 */

/** A parameter; `T` is what an operation gets of it. */
export interface Parameter<T> {
	readonly field: INodeProperties;
	/** @throws Failure naming the field */
	readonly read: (given: (itemIndex: number) => unknown) => T;
}

/** A parameter that is read once per run, from the first item. */
export interface Once<T> extends Parameter<T> {
	/** @throws Failure naming the field */
	readonly parse: (given: unknown, itemIndex: number) => T;
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
	const read = ({ field, read: readFrom }: Parameter<unknown>): unknown => {
		const options = field.type === 'resourceLocator' ? { extractValue: true } : {};
		const path = `${folder}${field.name}`;
		return readFrom((itemIndex) =>
			context.getNodeParameter(path, itemIndex, field.default, options),
		);
	};
	const values = Object.entries(parameters).map(([name, parameter]) => [name, read(parameter)]);
	return Object.fromEntries(values) as Values<P>;
}

/** A field of any type with a reader of its own. */
export function parameter<T>(
	field: INodeProperties,
	parse: (given: unknown, itemIndex: number) => T,
): Once<T> {
	return { field, parse, read: (given) => parse(given(0), 0) };
}

/** The same parameter, read for each item when it is asked for, and once only. */
export function perItem<T>({ field, parse }: Once<T>): Parameter<(itemIndex: number) => T> {
	return {
		field,
		read: (given) => {
			const known = new Map<number, { value: T }>();
			return (itemIndex) => {
				const found = known.get(itemIndex) ?? { value: parse(given(itemIndex), itemIndex) };
				known.set(itemIndex, found);
				return found.value;
			};
		},
	};
}

/**
 * A field whose value is taken by `take`, or refused where that gives nothing. A value that belongs to one
 * item names it.
 */
export function checked<T>(
	field: INodeProperties,
	take: (given: unknown) => T | undefined,
	remedy: string,
): Once<T> {
	return parameter(field, (given, itemIndex) => {
		const value = take(given);
		if (value !== undefined) return value;
		throw badSetting(field, `is ${JSON.stringify(given)}`, remedy, itemIndex);
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
): Once<number> {
	const typeOptions = { minValue: min, ...(whole && { numberPrecision: 0 }) };
	const take = (given: unknown) => {
		const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
		if (typeof value !== 'number' || !Number.isFinite(value) || value < min) return undefined;
		return whole && !Number.isInteger(value) ? undefined : value;
	};
	const wanted = `${whole ? 'a whole number' : 'a number'} of at least ${min}`;
	const field = { displayName, name, type: 'number' as const, typeOptions, ...shown };
	return checked(field, take, `Enter ${wanted}.`);
}

/** A number of seconds, given to the operation in milliseconds. */
export function seconds(name: string, displayName: string, shown: Shown & Bounds): Once<number> {
	const { field, parse } = number(name, displayName, shown);
	return parameter(field, (given, itemIndex) => parse(given, itemIndex) * 1000);
}

/** True or false, also as text. */
export function flag(name: string, displayName: string, shown: Shown): Once<boolean> {
	const known = new Map<unknown, boolean>(
		[true, false].flatMap((is) => [
			[is, is],
			[`${is}`, is],
		]),
	);
	const field = { displayName, name, type: 'boolean' as const, default: false, ...shown };
	return checked(field, (given) => known.get(given), 'It can be true or false.');
}

/** One of a few values, each with its label and its description. */
export function choice<const T extends string>(
	name: string,
	displayName: string,
	shown: Shown & { default: NoInfer<T> },
	choices: Readonly<Record<T, readonly [label: string, description: string]>>,
): Once<T> {
	const isChoice = (given: unknown): given is T =>
		typeof given === 'string' && Object.hasOwn(choices, given);
	const labels: Array<[string, readonly [string, string]]> = Object.entries(choices);
	const options = labels.map(([value, [label, description]]) => ({
		name: label,
		value,
		description,
	}));
	const field = { displayName, name, type: 'options' as const, options, ...shown };
	const remedy = `It can be one of: ${Object.keys(choices).join(', ')}.`;
	return checked(field, (given) => (isChoice(given) ? given : undefined), remedy);
}

/** Text without blanks around it; a number is taken as its digits. Empty where it is not set. */
export function text(name: string, displayName: string, shown: Shown): Once<string> {
	const take = (given: unknown) => {
		if (given === undefined || given === null) return '';
		return ['string', 'number'].includes(typeof given) ? String(given).trim() : undefined;
	};
	return checked(textField(name, displayName, shown), take, 'Enter text.');
}

/** Text that has to be there. */
export function requiredText(name: string, displayName: string, shown: Shown): Once<string> {
	const { field, parse } = text(name, displayName, { required: true, ...shown });
	return parameter(field, (given, itemIndex) => {
		const entered = parse(given, itemIndex);
		if (entered !== '') return entered;
		throw badSetting(field, 'is empty', `Enter it, ${field.placeholder ?? ''}.`, itemIndex);
	});
}

/** A field for text, for a reader of its own. */
export function textField(name: string, displayName: string, shown: Shown): INodeProperties {
	return { displayName, name, type: 'string', default: '', ...shown };
}

/** The refusal of a field that cannot be used as it is. */
export function badSetting(
	{ displayName }: Pick<INodeProperties, 'displayName'>,
	what: string,
	remedy: string,
	itemIndex?: number,
): Failure {
	return new Failure({
		message: `'${displayName}' ${what}`,
		description: remedy,
		isBeforePaying: true,
		code: 'INVALID_SETTING',
		fromService: false,
		...(itemIndex && { itemIndexes: [itemIndex] }),
	});
}
