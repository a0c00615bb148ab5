import type { INodeProperties } from 'n8n-workflow';

/** Fields that several operations share, so that they look and mean the same everywhere. */

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

export const rowFields: INodeProperties[] = [
	{
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
	},
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
