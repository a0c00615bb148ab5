import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { OPTIONS } from './options';
import { parseColumns } from '../core/rows/table';
import type { BuildOptions } from '../core/rows/types';
import { badSetting } from '../n8n/parameters';

/** The options that say what a row is made of. */
export type RowOptions = Required<
	Pick<BuildOptions, 'onlyFields' | 'groupBy' | 'tableColumns' | 'images' | 'dateFormat'>
>;

const text = z.string().transform((value) => value.trim());
const filled = text.pipe(z.string().min(1));
/** A list as an expression gives it, or text with commas between the names. A list of none is not all. */
const listed = z
	.array(z.string())
	.transform((list) => list.map((name) => name.trim()).filter((name) => name !== ''))
	.pipe(z.array(z.string()).min(1));
const names = z.union([
	text.pipe(z.literal('')).transform((): string[] => []),
	z
		.string()
		.transform((list) => list.split(','))
		.pipe(listed),
	listed,
]);
/** As other tools write it, `DD.MM.YYYY` would print something else: to Luxon `DD` is a whole date. */
const dateTokens = text.refine(
	(format) => !/Y|D.*[yML]|[yML].*D/.test(format.replace(/'[^']*'/g, '')),
);
const tables = z
	.object({ tables: z.array(z.object({ variable: filled, columns: filled })).default([]) })
	.transform((given) =>
		given.tables.map(({ variable, columns }) => ({ variable, columns: parseColumns(columns) })),
	)
	.refine((given) => given.every(({ columns }) => columns.length > 0));
const images = z
	.object({ images: z.array(z.object({ variable: filled, binaryField: filled })).default([]) })
	.transform((given) => given.images);

/**
 * Reads the options from the first item. What is not of their form is refused: with part of an option
 * taken for nothing, other rows would be paid for than were meant.
 * @throws Failure naming the option
 */
export function readRowOptions(context: IExecuteFunctions): RowOptions {
	const read = <T>(
		field: INodeProperties,
		schema: z.ZodType<T, z.ZodTypeDef, unknown>,
		remedy: string,
	): T => {
		const given: unknown = context.getNodeParameter(`options.${field.name}`, 0, field.default);
		const parsed = schema.safeParse(given);
		if (parsed.success) return parsed.data;
		throw badSetting(field, `is ${JSON.stringify(given)}`, remedy);
	};
	const enterText = 'Enter text, or empty the option.';
	const enterNames = 'Enter the names of the fields, separated by commas, or empty the option.';
	const enterFormat =
		'Write years as yyyy and days as dd, e.g. dd.MM.yyyy, and put words between single quotes.';
	const enterTables = 'Enter a variable and at least one column for each table.';
	const enterImages = 'Enter a variable and a file field for each image.';
	return {
		onlyFields: read(OPTIONS.onlyFields, names, enterNames),
		groupBy: read(OPTIONS.groupBy, text, enterText),
		dateFormat: read(OPTIONS.dateFormat, dateTokens, enterFormat),
		tableColumns: read(OPTIONS.tableColumns, tables, enterTables),
		images: read(OPTIONS.images, images, enterImages),
	};
}
