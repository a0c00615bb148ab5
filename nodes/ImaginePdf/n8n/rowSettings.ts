import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { Failure } from '../core/failure';
import { LABEL } from '../core/rows/labels';
import { parseColumns } from '../core/rows/table';
import type { BuildOptions } from '../core/rows/types';

/** The options that say what a row is made of, read from the first item. */
export type RowOptions = Required<
	Pick<BuildOptions, 'onlyFields' | 'groupBy' | 'tableColumns' | 'images' | 'dateFormat'>
>;

const text = z.string().transform((value) => value.trim());
const filled = text.pipe(z.string().min(1));
/** A list as an expression gives it, or text with commas between the names. */
const names = z
	.union([z.string().transform((list) => list.split(',')), z.array(z.string())])
	.transform((list) => list.map((name) => name.trim()).filter((name) => name !== ''));
const tables = z.object({
	tables: z.array(z.object({ variable: filled, columns: filled })).default([]),
});
const images = z.object({
	images: z.array(z.object({ variable: filled, binaryField: filled })).default([]),
});

/**
 * Reads the options. What is not of their form is refused: with part of an option taken for nothing,
 * other rows would be paid for than were meant.
 * @throws Failure naming the option
 */
export function readRowOptions(context: IExecuteFunctions): RowOptions {
	const read = <T>(
		name: string,
		label: string,
		unset: '' | Record<string, never>,
		schema: z.ZodType<T, z.ZodTypeDef, unknown>,
		remedy: string,
	): T => {
		const given: unknown = context.getNodeParameter(`options.${name}`, 0, unset);
		const parsed = schema.safeParse(given);
		if (parsed.success) return parsed.data;
		throw refused(label, given, remedy);
	};
	const wanted = 'Enter text, or empty the option.';
	const options: RowOptions = {
		onlyFields: read(
			'onlyFields',
			LABEL.onlyFields,
			'',
			names,
			'Enter the names of the fields, separated by commas, or empty the option.',
		),
		groupBy: read('groupBy', LABEL.groupBy, '', text, wanted),
		dateFormat: read('dateFormat', 'Date Format', '', text, wanted),
		tableColumns: read(
			'tableColumns',
			LABEL.tableColumns,
			{},
			tables,
			'Enter a variable and its columns for each table.',
		).tables.map(({ variable, columns }) => ({ variable, columns: parseColumns(columns) })),
		images: read(
			'images',
			LABEL.images,
			{},
			images,
			'Enter a variable and a file field for each image.',
		).images,
	};
	const empty = options.tableColumns.find(({ columns }) => columns.length === 0);
	if (empty) throw refused(LABEL.tableColumns, empty.variable, 'Name at least one column.');
	return options;
}

function refused(label: string, given: unknown, remedy: string): Failure {
	return new Failure({
		message: `'${label}' is ${JSON.stringify(given)}`,
		description: `${remedy} Nothing was submitted.`,
		code: 'INVALID_SETTING',
		fromService: false,
	});
}
