import type { INodeProperties } from 'n8n-workflow';

import { download, getStatus, submit } from './batch';
import { getDesign, getManyDesigns, getPreview } from './design';
import { uploadImage } from './image';
import type { Operation } from './operation';
import { generate } from './pdf';
import { shownWith } from '../n8n/parameters';

/** Every operation of the node. Adding one means adding it to its resource's file, and to this list. */
export const OPERATIONS: readonly Operation[] = [
	download,
	getStatus,
	submit,
	getDesign,
	getManyDesigns,
	getPreview,
	uploadImage,
	generate,
];

/** `first` is the operation chosen at first. */
const RESOURCES: ReadonlyArray<{ name: string; value: Operation['resource']; first: string }> = [
	{ name: 'Batch', value: 'batch', first: 'submit' },
	{ name: 'Design', value: 'design', first: 'getMany' },
	{ name: 'Image', value: 'image', first: 'upload' },
	{ name: 'PDF', value: 'pdf', first: 'generate' },
];

/**
 * The operation a node's parameters name, or `undefined` for values of another version.
 */
export function findOperation(resource: string, operation: string): Operation | undefined {
	return OPERATIONS.find((known) => known.resource === resource && known.value === operation);
}

/** The node's parameters: the two dropdowns and every operation's fields, derived from the registry. */
export function nodeProperties(): INodeProperties[] {
	const resources = RESOURCES.map(({ name, value }) => ({ name, value }));
	return [
		dropdown({ displayName: 'Resource', name: 'resource', default: 'batch', options: resources }),
		...RESOURCES.map(({ value: resource, first }) =>
			dropdown({
				displayName: 'Operation',
				name: 'operation',
				displayOptions: { show: { resource: [resource] } },
				default: first,
				options: OPERATIONS.filter((operation) => operation.resource === resource).map(
					({ name, value, action, description }) => ({ name, value, action, description }),
				),
			}),
		),
		// Shown where the node is a tool of an AI agent.
		{
			displayName:
				"In Settings, set 'On Error' to 'Continue': then the model reads what was not done and why, and the ID of a job that is paid for.",
			name: 'toolNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { '@tool': [true] } },
		},
		...OPERATIONS.flatMap(({ resource, value, fields }) =>
			fields.map((field) => shownWith(field, { resource: [resource], operation: [value] })),
		),
	];
}

function dropdown(shown: Omit<INodeProperties, 'type'>): INodeProperties {
	return { ...shown, type: 'options', noDataExpression: true };
}
