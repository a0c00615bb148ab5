import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { isToolRun } from '../n8n/n8nCompat';
import { readParameters, type Parameters, type Values } from '../n8n/parameters';
import { openSession, type Session } from '../n8n/session';
import { answerForModel } from '../n8n/toolAnswer';

export type ResourceName = 'batch' | 'design' | 'image' | 'pdf';

/** One operation: what the user sees of it and what runs. One file each, listed in `index.ts`. */
export interface Operation extends Shown {
	/** Without `displayOptions` for resource and operation, which the registry adds. */
	fields: INodeProperties[];
	/**
	 * Runs once for all items.
	 * @throws Failure or a NodeError when the node shall stop with it
	 */
	execute(context: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

interface Shown {
	resource: ResourceName;
	/** Value of the `operation` parameter in saved workflows: never changes once released. */
	value: string;
	/** Title Case, without the resource. */
	name: string;
	/** Sentence case, with the resource; shown in the nodes panel. */
	action: string;
	description: string;
}

interface Spec<F, O> extends Shown {
	/** Says where money is spent. */
	notice?: string;
	fields: F;
	/** What the collection 'Options' holds. */
	options?: O;
	/** Runs once for all items, of which there is one at least. */
	run(run: Run<Values<F & O>>): Promise<INodeExecutionData[]>;
}

/** What an operation works with. */
export interface Run<S> {
	context: IExecuteFunctions;
	session: Session;
	/** The values of its fields and options. */
	settings: S;
}

/** An operation whose fields and options come from their parameters, and are read before it runs. */
export function operation<F extends Parameters, O extends Parameters = Record<never, never>>(
	spec: Spec<F, O>,
): Operation {
	const { notice, fields, options, run, ...shown } = spec;
	return {
		...shown,
		fields: [
			...(notice ? [noticeField(notice)] : []),
			...Object.values(fields).map(({ field }) => field),
			...(options ? [collection(options)] : []),
		],
		execute: async (context) => {
			if (context.getInputData().length === 0) return [];
			const session = await openSession(context);
			const settings = {
				...readParameters(context, fields),
				...(options && readParameters(context, options, 'options.')),
			} as Values<F & O>;
			const items = await run({ context, session, settings });
			return isToolRun(context) ? answerForModel(items) : items;
		},
	};
}

function noticeField(displayName: string): INodeProperties {
	return { displayName, name: 'costNotice', type: 'notice', default: '' };
}

/** The options in alphabetical order of what users read. */
function collection(options: Parameters): INodeProperties {
	const fields = Object.values(options).map(({ field }) => field);
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		// Not `localeCompare`, which loads the rules of all languages first: 5 ms of n8n's start.
		options: fields.sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
	};
}
