import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { badId, designIdFrom, jobIdFrom } from '../core/userInput';
import { choice, fieldName, flag, formed, perItem, plain, refined, text } from '../n8n/parameters';

/* Fields that several operations share, so that they are the same everywhere. */

const designField: INodeProperties = {
	displayName: 'Design',
	name: 'designId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The design to fill in',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a design...',
			typeOptions: { searchListMethod: 'searchDesigns', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. design_abc123' },
	],
};

/** The design that an item names; empty where it names none, which the rows' own messages tell. */
const anyDesign = refined(plain(designField), (given, itemIndex) =>
	typeof given === 'string' ? designIdFrom(given, itemIndex) : '',
);

/** The design that an item has to name. */
export const design = perItem(
	refined(anyDesign, (designId, itemIndex) => {
		if (designId !== '') return designId;
		throw badId(itemIndex, {
			message: "'Design' is empty",
			description: 'Choose a design from the list, or enter its ID.',
			code: 'NO_DESIGN',
		});
	}),
);

const jobId = text('jobId', 'Job ID', {
	default: '={{ $json.jobId }}',
	required: true,
	placeholder: 'e.g. job_abc123xyz',
	description: "The job, as returned by the operation 'Submit'",
});

/** The job that an item names. */
export const job = perItem(refined(jobId, jobIdFrom));

const rowSource = choice(
	'rowSource',
	'Row Source',
	{ default: 'items', description: 'Where the values of a row come from' },
	{
		items: [
			'Fields of Each Item',
			'Each item is a row; its field names are the names of the variables',
		],
		json: ['JSON', 'Each item brings an object (one row) or a list of objects (many rows)'],
		mapped: ['Map Each Variable', "Choose a value for each of the design's variables"],
	},
);

const mapper = formed(
	{
		displayName: 'Variables',
		name: 'variables',
		type: 'resourceMapper',
		default: { mappingMode: 'defineBelow', value: null },
		noDataExpression: true,
		required: true,
		displayOptions: { show: { rowSource: ['mapped'] } },
		typeOptions: {
			loadOptionsDependsOn: ['designId.value'],
			resourceMapper: {
				resourceMapperMethod: 'getVariables',
				mode: 'map',
				fieldWords: { singular: 'variable', plural: 'variables' },
				addAllFields: true,
				multiKeyMatch: false,
				supportAutoMap: true,
				// A design that was changed meanwhile shows its variables of today.
				refreshStaleSchemaOnOpen: true,
				// n8n shows it in red above our notice, which says why and what to do.
				noFieldsError: 'There are no variables to map.',
			},
		},
	},
	z.object({
		mappingMode: z.string().optional(),
		value: z.record(z.unknown()).nullish(),
	}),
	'Map each variable in the editor, or map automatically.',
);

const rowsJson = plain({
	displayName: 'Rows',
	name: 'rowsJson',
	type: 'json',
	default: '={{ $json }}',
	required: true,
	displayOptions: { show: { rowSource: ['json'] } },
	description: 'An object for one row, or a list of objects for many rows, per item',
});

/** Of which design the rows are, and where their values come from. */
export const rowFields = {
	designIdOf: perItem(anyDesign),
	rowSource,
	mappingOf: perItem(mapper),
	rowsJsonOf: perItem(rowsJson),
};

export const waitForCompletion = (description: string) =>
	flag('waitForCompletion', 'Wait for Completion', { default: true, description });

export const binaryField = fieldName('binaryField', 'Output Data Field Name', {
	default: 'data',
	requiresDataPath: 'single',
	placeholder: 'e.g. data',
	hint: 'The name of the output field to put the file in',
});
