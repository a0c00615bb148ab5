import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { Failure } from '../core/failure';
import type { RowSource } from '../core/rows/types';
import { fieldOf, readText, type ChoiceField } from '../n8n/parameters';
import { readDesignId } from '../n8n/items';

/** Fields that several operations share, so that they are the same everywhere. */

export const designField: INodeProperties = {
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

export const jobIdField: INodeProperties = {
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	default: '={{ $json.jobId }}',
	required: true,
	placeholder: 'e.g. job_abc123xyz',
	description: "The job, as returned by the operation 'Submit'",
};

export const rowSourceField: ChoiceField<RowSource> = {
	displayName: 'Row Source',
	name: 'rowSource',
	type: 'options',
	default: 'items',
	description: 'Where the values of a row come from',
	options: [
		{
			name: 'Fields of Each Item',
			value: 'items',
			description: 'Each item is a row; its field names are the names of the variables',
		},
		{
			name: 'JSON',
			value: 'json',
			description: 'Each item brings an object (one row) or a list of objects (many rows)',
		},
		{
			name: 'Map Each Variable',
			value: 'mapped',
			description: "Choose a value for each of the design's variables",
		},
	],
};

export const rowFields: INodeProperties[] = [
	rowSourceField,
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
				// n8n shows it in red above our notice, which says why and what to do.
				noFieldsError: 'There are no variables to map.',
			},
		},
	},
	{
		displayName: 'Rows',
		name: 'rowsJson',
		type: 'json',
		default: '={{ $json }}',
		required: true,
		displayOptions: { show: { rowSource: ['json'] } },
		description: 'An object for one row, or a list of objects for many rows, per item',
	},
];

export const binaryField: INodeProperties = {
	displayName: 'Output Data Field Name',
	name: 'binaryField',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The name of the output field to put the file in',
};

/** Says where money is spent. */
export function costNotice(text: string): INodeProperties {
	return { displayName: text, name: 'costNotice', type: 'notice', default: '' };
}

/**
 * The job that an item names.
 * @throws Failure when there is none
 */
export function readJobId(context: IExecuteFunctions, itemIndex: number): string {
	const jobId = readText(context, fieldOf(jobIdField), itemIndex);
	if (jobId !== '') return jobId;
	throw new Failure({
		message: `'Job ID' is empty [item ${itemIndex}]`,
		description:
			"Enter the job ID that the operation 'Submit' returned, e.g. with the expression {{ $json.jobId }}.",
		code: 'NO_JOB_ID',
		fromService: false,
		itemIndexes: [itemIndex],
	});
}

/**
 * The design that an item names.
 * @throws Failure when there is none, or when what was entered cannot be an ID
 */
export function readRequiredDesignId(context: IExecuteFunctions, itemIndex: number): string {
	const designId = readDesignId(context, itemIndex);
	if (designId !== '') return designId;
	throw new Failure({
		message: `'Design' is empty [item ${itemIndex}]`,
		description: 'Choose a design from the list, or enter its ID.',
		code: 'NO_DESIGN',
		fromService: false,
		itemIndexes: [itemIndex],
	});
}
