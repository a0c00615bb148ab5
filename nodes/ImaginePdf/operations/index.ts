import type { INodeProperties } from 'n8n-workflow';

import { download } from './batchDownload';
import { getStatus } from './batchGetStatus';
import { submit } from './batchSubmit';
import { getDesign } from './designGet';
import { getManyDesigns } from './designGetMany';
import { getPreview } from './designGetPreview';
import { uploadImage } from './imageUpload';
import { generate } from './pdfGenerate';
import type { Operation, ResourceName } from './operation';

/** Every operation of the node. Adding one means adding its file and one line here. */
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
const RESOURCES: ReadonlyArray<{ name: string; value: ResourceName; first: string }> = [
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
	return [
		resourceDropdown(),
		...RESOURCES.map(operationDropdown),
		TOOL_NOTICE,
		...OPERATIONS.flatMap(shownFields),
	];
}

/** Shown where the node is a tool of an AI agent. */
const TOOL_NOTICE: INodeProperties = {
	displayName:
		"In Settings, set 'On Error' to 'Continue': then the model reads what was not done and why, and the ID of a job that is paid for.",
	name: 'toolNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { '@tool': [true] } },
};

function resourceDropdown(): INodeProperties {
	return {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		default: 'batch',
		options: RESOURCES.map(({ name, value }) => ({ name, value })),
	};
}

const OPERATION_DROPDOWN: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: '',
};

function operationDropdown(resource: (typeof RESOURCES)[number]): INodeProperties {
	return {
		...OPERATION_DROPDOWN,
		displayOptions: { show: { resource: [resource.value] } },
		default: resource.first,
		options: OPERATIONS.filter((operation) => operation.resource === resource.value).map(
			({ name, value, action, description }) => ({ name, value, action, description }),
		),
	};
}

function shownFields({ resource, value, fields }: Operation): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [value], ...field.displayOptions?.show },
		},
	}));
}
