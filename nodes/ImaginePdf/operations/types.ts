import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

export type ResourceName = 'batch' | 'design' | 'image' | 'pdf';

/** One operation: what the user sees of it and what runs. One file each, listed in `index.ts`. */
export interface Operation {
	resource: ResourceName;
	/** Value of the `operation` parameter in saved workflows: never changes once released. */
	value: string;
	/** Title Case, without the resource. */
	name: string;
	/** Sentence case, with the resource; shown in the nodes panel. */
	action: string;
	description: string;
	/** Without `displayOptions` for resource and operation, which the registry adds. */
	fields: INodeProperties[];
	/**
	 * Runs once for all items.
	 * @throws Failure or a NodeError when the node shall stop with it
	 */
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}
