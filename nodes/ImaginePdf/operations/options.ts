import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { DEFAULT_ROWS_PER_BATCH } from '../core/limits';
import { foreignTokens } from '../core/rows/dates';
import { parseColumns } from '../core/rows/table';
import { columnNames, plainNames } from '../core/userInput';
import {
	badSetting,
	choice,
	flag,
	formed,
	number,
	perItem,
	refined,
	seconds,
	shownWith,
	text,
	textField,
	type Parameter,
	type Parameters,
	type Shown,
} from '../n8n/parameters';

const trimmed = z.string().trim();
const nonEmpty = trimmed.min(1);
/** A list as an expression gives it, or text with commas between the names. A list of none is not all. */
const listed = z
	.array(trimmed)
	.transform((list) => list.filter((name) => name !== ''))
	.refine((list) => list.length > 0);
const commaSeparated = z.string().transform((list) => plainNames(list).split(','));
const noNames = trimmed.length(0).transform((): string[] => []);
const columns = nonEmpty
	.transform((list) => parseColumns(columnNames(list)))
	.refine((list) => list.length > 0);

/** A list of entries that the user adds, each with the same fields. */
function entries<T extends object>(
	[name, displayName]: [string, string],
	shown: Shown,
	[entry, label, ...values]: [string, string, ...INodeProperties[]],
	form: z.ZodType<T, z.ZodTypeDef, unknown>,
	remedy: string,
): Parameter<T[]> {
	const type = 'fixedCollection';
	const typeOptions = { multipleValues: true };
	const options = [{ name: entry, displayName: label, values }];
	const field = { displayName, name, type, typeOptions, default: {}, ...shown, options } as const;
	const lists = z.object({ [entry]: z.array(form).default([]) });
	const list = lists.transform((given) => given[entry] ?? []);
	return formed(field, list, remedy);
}

function fileName(shown: Shown) {
	const label = 'File Name';
	const named = refined(text('fileName', label, shown), (name, itemIndex) => {
		if (!name.includes('[object Object]')) return name;
		const remedy =
			'An object was put inside text. In the expression, name the field of the object.';
		throw badSetting(label, `is '${name}'`, remedy, itemIndex);
	});
	return perItem(named);
}

/** Every option: its field and its reader, under the name that the code uses. */
const OPTIONS = {
	checkOnly: flag('checkOnly', 'Check Only', {
		description:
			'Whether to build and check the rows and show what they would cost, without submitting anything',
	}),
	dateFormat: formed(
		textField('dateFormat', 'Date Format', {
			placeholder: 'e.g. dd.MM.yyyy',
			description:
				'How to print dates and ISO 8601 texts, in Luxon tokens: yyyy, MM and dd, and HH:mm for a time. If empty, dates print as 2026-01-31, with the time unless it is midnight.',
		}),
		// As other tools write it, `DD.MM.YYYY` would print something else: to Luxon `DD` is a whole date.
		trimmed.refine((format) => foreignTokens(format) === undefined),
		'Write years as yyyy, months as MM, days as dd, hours as HH and minutes as mm, e.g. dd.MM.yyyy, and put words between single quotes.',
	),
	folderIdOf: perItem(
		text('parentId', 'Folder ID', {
			placeholder: 'e.g. folder_abc123',
			description: 'The folder whose designs are wanted. If empty, all folders.',
		}),
	),
	groupBy: formed(
		textField('groupBy', 'Group By', {
			requiresDataPath: 'single',
			placeholder: 'e.g. invoice_number',
			displayOptions: { hide: { '/rowSource': ['json'] } },
			description:
				"Field whose equal values make one row of several items: the first item gives the texts, all of them fill the design's table",
		}),
		trimmed.transform(plainNames),
		'Enter text, or empty the option.',
	),
	imageNameOf: perItem(
		text('name', 'Name', {
			placeholder: 'e.g. logo.png',
			description: "Name of the image in ImaginePDF. If empty, it is the file's own name.",
		}),
	),
	images: entries(
		['images', 'Images'],
		{
			placeholder: 'Add image',
			description:
				'Image variables whose picture is a file of the item, e.g. a photo from a form. It is uploaded first, at no cost.',
		},
		[
			'images',
			'Image',
			textField('variable', 'Variable', {
				requiresDataPath: 'single',
				placeholder: 'e.g. photo',
				description: 'Name of the image variable in the design',
			}),
			textField('binaryField', 'Input Data Field Name', {
				default: 'data',
				requiresDataPath: 'single',
				placeholder: 'e.g. data',
				hint: 'The name of the input field that holds the picture',
			}),
		],
		z.object({ variable: nonEmpty, binaryField: nonEmpty }),
		'Enter a variable and a file field for each image.',
	),
	maxConcurrentJobs: number('maxConcurrentJobs', 'Max Concurrent Jobs', {
		default: 3,
		min: 1,
		whole: true,
		description: 'How many jobs or single PDFs of this node may be in progress at the same time',
	}),
	missingVariables: choice(
		'missingVariables',
		'Missing Variables',
		{
			default: 'blank',
			description:
				"What to do when a row has no value for a variable of the design. Empty text is no value; with 'Print Sample Content' it prints nothing.",
		},
		{
			blank: ['Leave Blank', 'Print nothing in its place'],
			sample: ['Print Sample Content', "Print the design's own sample text, e.g. a made-up amount"],
			error: ['Stop Before Submitting', 'Name the items and submit nothing'],
		},
	),
	onlyFields: formed(
		textField('onlyFields', 'Only Fields', {
			requiresDataPath: 'multiple',
			placeholder: 'e.g. customer_name, amount',
			displayOptions: { hide: { '/rowSource': ['json'] } },
			description:
				"Comma-separated list of the fields to send; empty means all. Applies to 'Fields of Each Item' and 'Map Automatically'.",
		}),
		z.union([noNames, commaSeparated.pipe(listed), listed]),
		'Enter the names of the fields, separated by commas, or empty the option.',
	),
	partialFailure: choice(
		'partialFailure',
		'If Some Rows Fail',
		{
			default: 'continue',
			description: 'What to do when ImaginePDF could not render some rows of a finished job',
		},
		{
			continue: ['Continue', 'Hand on the PDFs that there are'],
			error: ['Stop', 'Treat the job as not successful'],
		},
	),
	pdfNameOf: fileName({
		placeholder: 'e.g. invoice-{{ $json.number }}.pdf',
		description:
			"Name of the PDF file. If empty, it is made from the design's name and the item's number.",
	}),
	pdfProfile: choice(
		'pdfProfile',
		'PDF Profile',
		{ default: 'standard', description: 'Which kind of PDF to produce' },
		{
			accessible: ['Accessible', 'For screen readers (PDF/UA-1)'],
			'pdf-a': ['PDF/A', 'For archiving (PDF/A-3b)'],
			standard: ['Standard', 'As ImaginePDF makes it by itself'],
		},
	),
	pollIntervalMs: seconds('pollInterval', 'Poll Interval', {
		default: 0,
		min: 0,
		description: 'Seconds between two status requests for a job. 0 adapts to the pace of the job.',
	}),
	rowsPerBatch: number('rowsPerBatch', 'Rows per Batch', {
		default: DEFAULT_ROWS_PER_BATCH,
		min: 1,
		whole: true,
		description:
			'Larger inputs are split into jobs of this many rows. Choose 1 to pair every PDF with its own item.',
	}),
	tableColumns: entries(
		['tableColumns', 'Table Columns'],
		{
			placeholder: 'Add Table',
			description: 'Which fields of a list of objects become the columns of a table, in order',
		},
		[
			'tables',
			'Table',
			textField('variable', 'Variable', {
				requiresDataPath: 'single',
				placeholder: 'e.g. line_items',
				description: 'Name of the table variable in the design',
			}),
			textField('columns', 'Columns', {
				requiresDataPath: 'multiple',
				placeholder: 'e.g. title=Item, quantity=Qty, price',
				description:
					"Comma-separated list of fields, each with its heading if it needs another. '=Heading' leaves the column empty; 'discount?=Discount' may be in no line.",
			}),
		],
		z.object({ variable: nonEmpty, columns }),
		'Enter a variable and at least one column for each table.',
	),
	timeoutMs: seconds('timeout', 'Timeout', {
		default: 1800,
		min: 1,
		description: 'Longest wait for one job, in seconds',
	}),
	unknownSubmit: choice(
		'unknownSubmit',
		'If Submit Outcome Is Unknown',
		{
			default: 'stop',
			description:
				'What to do when the connection was lost after sending, so that nobody knows whether ImaginePDF has charged for it',
		},
		{
			stop: ['Stop', 'Never submit twice, and tell what to check'],
			submitAgain: ['Submit Again', 'Accept that the same rows may be charged twice'],
		},
	),
	zipNameOf: fileName({
		placeholder: 'e.g. invoices.zip',
		// The name of a field outside of the options begins with a slash.
		displayOptions: { show: { '/output': ['zip'] } },
		description: 'Name of the ZIP file. If empty, it is made from the job ID.',
	}),
} satisfies Parameters;

type OptionName = keyof typeof OPTIONS;
type Names = readonly OptionName[];
type Options<N extends Names> = { readonly [K in N[number]]: (typeof OPTIONS)[K] };

/** What rows are made of, and how they are paid for. */
export const ROW_OPTIONS = [
	'checkOnly',
	'dateFormat',
	'groupBy',
	'images',
	'missingVariables',
	'onlyFields',
	'pdfProfile',
	'tableColumns',
	'unknownSubmit',
] as const satisfies Names;

/** The named options; those of `whileWaiting` are shown only with 'Wait for Completion'. */
export function optionsOf<const N extends Names, const W extends Names = []>(
	always: N,
	whileWaiting?: W,
): Options<N> & Options<W> {
	const waiting = (whileWaiting ?? []).map((name) => {
		const option = OPTIONS[name];
		const field = shownWith(option.field, { '/waitForCompletion': [true] });
		return [name, { ...option, field }] as const;
	});
	const chosen = [...always.map((name) => [name, OPTIONS[name]] as const), ...waiting];
	return Object.fromEntries(chosen) as Options<N> & Options<W>;
}
