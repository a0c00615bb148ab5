import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { readParameters, type Parameters, type Values } from '../n8n/parameters';
import type { Session } from '../n8n/session';

/** What users see of an operation. */
interface OperationTexts {
	resource: 'batch' | 'design' | 'image' | 'pdf';
	/** Value of the `operation` parameter in saved workflows: never changes once released. */
	value: string;
	/** Title Case, without the resource. */
	name: string;
	/** Sentence case, with the resource; shown in the nodes panel. */
	action: string;
	description: string;
}

interface Spec<F, O> extends OperationTexts {
	/** Says where money is spent. */
	notice?: string;
	fields: F;
	/** What the collection 'Options' holds. */
	options?: O;
	/**
	 * Runs once for all items, of which there is one at least.
	 * @param run its `settings` are the values of the fields and options
	 * @throws Failure when the node shall stop with it
	 */
	run(run: { session: Session; settings: Values<F & O> }): Promise<INodeExecutionData[]>;
}

/** One operation: what the user sees of it and what runs. Listed in `index.ts`. */
export interface Operation extends OperationTexts, Pick<Spec<Parameters, Parameters>, 'run'> {
	/** Without `displayOptions` for resource and operation, which the registry adds. */
	fields: INodeProperties[];
	/** The values of its fields and options. @throws Failure naming a field that cannot be used */
	read(context: IExecuteFunctions): Values<Parameters>;
}

/** An operation whose fields and options come from their parameters. */
export function operation<F extends Parameters, O extends Parameters = Record<never, never>>({
	notice,
	fields,
	options,
	...shown
}: Spec<F, O>): Operation {
	return {
		...shown,
		fields: [
			...(notice ? [noticeField(notice)] : []),
			...Object.values(fields).map(({ field }) => field),
			...(options ? [collection(options)] : []),
		],
		read: (context) => ({
			...readParameters(context, fields),
			...readParameters(context, options ?? {}, 'options.'),
		}),
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
		options: fields.sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
	};
}
