import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { getVariables, searchDesigns } from './editor';
import { executeOperation } from './operations/execute';
import { nodeProperties } from './operations';

export class ImaginePdf implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ImaginePDF',
		name: 'imaginePdf',
		icon: { light: 'file:imaginePdf.svg', dark: 'file:imaginePdf.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Turn rows into PDFs from a design, one by one or in batches',
		defaults: { name: 'ImaginePDF' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'imaginePdfApi', required: true }],
		properties: nodeProperties(),
	};

	methods = {
		listSearch: { searchDesigns },
		resourceMapping: { getVariables },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await executeOperation(this)];
	}
}
