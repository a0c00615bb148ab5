import type { INodeProperties } from 'n8n-workflow';

import type { PdfProfile } from '../core/api/client';
import { DEFAULT_ROWS_PER_BATCH } from '../core/limits';
import type { MissingVariables } from '../core/rows/types';
import type { ChoiceField } from '../n8n/parameters';

/** The name of a field outside of the options begins with a slash. */
const WHILE_WAITING = { '/waitForCompletion': [true] };

const partialFailure: ChoiceField<'continue' | 'error'> = {
	displayName: 'If Some Rows Fail',
	name: 'partialFailure',
	type: 'options',
	default: 'continue',
	description: 'What to do when ImaginePDF could not render some rows of a finished job',
	options: [
		{ name: 'Continue', value: 'continue', description: 'Hand on the PDFs that there are' },
		{ name: 'Stop', value: 'error', description: 'Treat the job as not successful' },
	],
};

const zipName: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoices.zip',
	displayOptions: { show: { '/output': ['zip'] } },
	description: 'Name of the ZIP file. If empty, it is made from the job ID.',
};

const missingVariables: ChoiceField<MissingVariables> = {
	displayName: 'Missing Variables',
	name: 'missingVariables',
	type: 'options',
	default: 'blank',
	description: 'What to do when a row has no value for a variable of the design',
	options: [
		{ name: 'Leave Blank', value: 'blank', description: 'Print nothing in its place' },
		{
			name: 'Print Sample Content',
			value: 'sample',
			description: "Print the design's own sample text, e.g. a made-up amount",
		},
		{
			name: 'Stop Before Submitting',
			value: 'error',
			description: 'Name the items and submit nothing',
		},
	],
};

const pdfProfile: ChoiceField<PdfProfile> = {
	displayName: 'PDF Profile',
	name: 'pdfProfile',
	type: 'options',
	default: 'standard',
	description: 'Which kind of PDF to produce',
	options: [
		{ name: 'Accessible', value: 'accessible', description: 'For screen readers (PDF/UA-1)' },
		{ name: 'PDF/A', value: 'pdf-a', description: 'For archiving (PDF/A-3b)' },
		{ name: 'Standard', value: 'standard', description: 'As ImaginePDF makes it by itself' },
	],
};

const unknownSubmit: ChoiceField<'stop' | 'submitAgain'> = {
	displayName: 'If Submit Outcome Is Unknown',
	name: 'unknownSubmit',
	type: 'options',
	default: 'stop',
	description:
		'What to do when the connection was lost after sending, so that nobody knows whether ImaginePDF has charged for it',
	options: [
		{ name: 'Stop', value: 'stop', description: 'Never submit twice, and tell what to check' },
		{
			name: 'Submit Again',
			value: 'submitAgain',
			description: 'Accept that the same rows may be charged twice',
		},
	],
};

/** Every option, as the editor shows it. What an operation offers of them it names itself. */
export const OPTIONS = {
	checkOnly: {
		displayName: 'Check Only',
		name: 'checkOnly',
		type: 'boolean',
		default: false,
		description:
			'Whether to build and check the rows and show what they would cost, without submitting anything',
	},
	dateFormat: {
		displayName: 'Date Format',
		name: 'dateFormat',
		type: 'string',
		default: '',
		placeholder: 'e.g. dd.MM.yyyy',
		description:
			'How to print dates and ISO 8601 texts, in Luxon tokens. If empty, dates print as 2026-01-31, with the time unless it is midnight.',
	},
	groupBy: {
		displayName: 'Group By',
		name: 'groupBy',
		type: 'string',
		default: '',
		placeholder: 'e.g. invoice_number',
		displayOptions: { hide: { '/rowSource': ['json'] } },
		description:
			"Field whose equal values make one row of several items: the first item gives the texts, all of them fill the design's table",
	},
	tableColumns: {
		displayName: 'Table Columns',
		name: 'tableColumns',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add Table',
		description: 'Which fields of a list of objects become the columns of a table, in order',
		options: [
			{
				displayName: 'Table',
				name: 'tables',
				values: [
					{
						displayName: 'Variable',
						name: 'variable',
						type: 'string',
						default: '',
						placeholder: 'e.g. line_items',
						description: 'Name of the table variable in the design',
					},
					{
						displayName: 'Columns',
						name: 'columns',
						type: 'string',
						default: '',
						placeholder: 'e.g. title=Item, quantity=Qty, price',
						description:
							'Comma-separated list of fields, each with its heading if it needs another',
					},
				],
			},
		],
	},
	zipName,
	zipNameOfWait: {
		...zipName,
		displayOptions: { show: { ...WHILE_WAITING, '/output': ['zip'] } },
	},
	pdfName: {
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. invoice-{{ $json.number }}.pdf',
		description:
			"Name of the PDF file. If empty, it is made from the design's name and the item's number.",
	},
	images: {
		displayName: 'Images',
		name: 'images',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add image',
		description:
			'Image variables whose picture is a file of the item, e.g. a photo from a form. It is uploaded first, at no cost.',
		options: [
			{
				name: 'images',
				displayName: 'Image',
				values: [
					{
						displayName: 'Variable',
						name: 'variable',
						type: 'string',
						default: '',
						placeholder: 'e.g. photo',
						description: 'Name of the image variable in the design',
					},
					{
						displayName: 'Input Data Field Name',
						name: 'binaryField',
						type: 'string',
						default: 'data',
						placeholder: 'e.g. data',
						hint: 'The name of the input field that holds the picture',
					},
				],
			},
		],
	},
	imageName: {
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. logo.png',
		description: "Name of the image in ImaginePDF. If empty, it is the file's own name.",
	},
	maxConcurrentJobs: {
		displayName: 'Max Concurrent Jobs',
		name: 'maxConcurrentJobs',
		type: 'number',
		default: 3,
		typeOptions: { minValue: 1, numberPrecision: 0 },
		displayOptions: { show: WHILE_WAITING },
		description: 'How many jobs of this node may be in progress at the same time',
	},
	maxConcurrentPdfs: {
		displayName: 'Max Concurrent Jobs',
		name: 'maxConcurrentJobs',
		type: 'number',
		default: 3,
		typeOptions: { minValue: 1, numberPrecision: 0 },
		description: 'How many PDFs this node may have made at the same time',
	},
	missingVariables,
	onlyFields: {
		displayName: 'Only Fields',
		name: 'onlyFields',
		type: 'string',
		default: '',
		placeholder: 'e.g. customer_name, amount',
		displayOptions: { hide: { '/rowSource': ['json'] } },
		description:
			"Comma-separated list of the fields to send; empty means all. Applies to 'Fields of Each Item' and 'Map Automatically'.",
	},
	partialFailure,
	partialFailureOfWait: { ...partialFailure, displayOptions: { show: WHILE_WAITING } },
	pdfProfile,
	pollInterval: {
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		default: 0,
		typeOptions: { minValue: 0 },
		displayOptions: { show: WHILE_WAITING },
		description: 'Seconds between two status requests for a job. 0 adapts to the pace of the job.',
	},
	rowsPerBatch: {
		displayName: 'Rows per Batch',
		name: 'rowsPerBatch',
		type: 'number',
		default: DEFAULT_ROWS_PER_BATCH,
		typeOptions: { minValue: 1, numberPrecision: 0 },
		description:
			'Larger inputs are split into jobs of this many rows. Choose 1 to pair every PDF with its own item.',
	},
	timeout: {
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		default: 1800,
		typeOptions: { minValue: 1 },
		displayOptions: { show: WHILE_WAITING },
		description: 'Longest wait for one job, in seconds',
	},
	unknownSubmit,
} satisfies Record<string, INodeProperties>;

export type OptionName = keyof typeof OPTIONS;

/** The 'Options' collection with the named options, in alphabetical order of what users read. */
export function optionsField(...names: OptionName[]): INodeProperties {
	const chosen: INodeProperties[] = names.map((name) => OPTIONS[name]);
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		// Not `localeCompare`, which loads the rules of all languages first: 5 ms of n8n's start.
		options: chosen.sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
	};
}
