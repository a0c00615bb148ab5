import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { Failure } from '../core/failure';

/*
 * Reads the node's parameters. Name, label, default and bounds come from the very field that the
 * editor shows, so that a message names it as the user sees it. Expressions can give values of any
 * type, and where money is spent nothing is guessed: what does not fit is refused.
 */

/** A field whose value is one of a few. */
export type ChoiceField<T extends string> = INodeProperties & {
	default: T;
	options: Array<{ name: string; value: T; description?: string }>;
};

/** A field, and where its value is: `options.<name>` for a field of the 'Options' collection. */
export interface Parameter<F extends INodeProperties = INodeProperties> {
	readonly field: F;
	readonly path: string;
}

/** A field of its own. */
export function fieldOf<F extends INodeProperties>(field: F): Parameter<F> {
	return { field, path: field.name };
}

/** A field of the 'Options' collection. */
export function optionOf<F extends INodeProperties>(field: F): Parameter<F> {
	return { field, path: `options.${field.name}` };
}

/**
 * A number within the bounds that the field shows (`minValue`, `numberPrecision: 0` for whole ones).
 * @throws Failure naming the field
 */
export function readNumber(
	context: IExecuteFunctions,
	{ field, path }: Parameter,
	itemIndex = 0,
): number {
	const { minValue = -Infinity, numberPrecision } = field.typeOptions ?? {};
	const raw: unknown = context.getNodeParameter(path, itemIndex, field.default);
	const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
	const isWhole = numberPrecision === 0;
	const fits = typeof value === 'number' && Number.isFinite(value) && value >= minValue;
	if (fits && (!isWhole || Number.isInteger(value))) return value;
	const wanted = `${isWhole ? 'a whole number' : 'a number'} of at least ${minValue}`;
	throw badSetting(field, `is ${JSON.stringify(raw)}`, `Enter ${wanted}.`, itemIndex);
}

/** True or false, also as text. @throws Failure naming the field */
export function readFlag(context: IExecuteFunctions, { field, path }: Parameter): boolean {
	const value: unknown = context.getNodeParameter(path, 0, field.default);
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw badSetting(field, `is ${JSON.stringify(value)}`, 'It can be true or false.');
}

/** The chosen value; the default where an older workflow has none. @throws Failure naming the field */
export function readChoice<T extends string>(
	context: IExecuteFunctions,
	{ field, path }: Parameter<ChoiceField<T>>,
): T {
	const chosen: unknown = context.getNodeParameter(path, 0, field.default);
	const choices: Array<{ value: T }> = field.options;
	const known = choices.find(({ value }) => value === chosen);
	if (known) return known.value;
	const values = choices.map(({ value }) => value).join(', ');
	throw badSetting(field, `is ${JSON.stringify(chosen)}`, `It can be one of: ${values}.`);
}

/**
 * A text without blanks around it; a number is taken as its digits. Empty where it is not set.
 * @throws Failure naming the field for anything else, such as a list
 */
export function readText(
	context: IExecuteFunctions,
	{ field, path }: Parameter,
	itemIndex = 0,
): string {
	const value: unknown = context.getNodeParameter(path, itemIndex, field.default);
	if (value === undefined || value === null) return '';
	if (typeof value === 'string' || typeof value === 'number') return String(value).trim();
	throw badSetting(field, `is ${JSON.stringify(value)}`, 'Enter text.', itemIndex);
}

/** A text that must be there. @throws Failure naming the field */
export function readRequiredText(
	context: IExecuteFunctions,
	parameter: Parameter,
	itemIndex = 0,
): string {
	const text = readText(context, parameter, itemIndex);
	if (text !== '') return text;
	const { placeholder = '' } = parameter.field;
	throw badSetting(parameter.field, 'is empty', `Enter it, ${placeholder}.`, itemIndex);
}

/** A field that cannot be used as it is. */
export function badSetting(
	{ displayName }: Pick<INodeProperties, 'displayName'>,
	what: string,
	remedy: string,
	itemIndex?: number,
): Failure {
	return new Failure({
		message: `'${displayName}' ${what}`,
		description: `${remedy} Nothing was submitted.`,
		code: 'INVALID_SETTING',
		fromService: false,
		...(itemIndex && { itemIndexes: [itemIndex] }),
	});
}
