import type {
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRun,
	IRunExecutionData,
	ITaskData,
	NodeExecutionHint,
} from 'n8n-workflow';

import type { ExecutionRecord } from './execution.mts';
import type { LogEntry } from './logs.mts';
import { isDocumented } from './documented.mts';
import { parseSaved } from './retry.mts';
import { IMAGINEPDF, IMAGINEPDF_TOOL, type WorkflowDefinition } from './workflow.mts';

/** What n8n's editor shows of an error, read from the data that n8n saves. */
export interface ShownError {
	name: string;
	message: string;
	description?: string;
	httpCode?: string;
	/** The item that the error names, counted from 0. */
	itemIndex?: number;
	context: IDataObject;
	/** The node that raised it. */
	nodeName?: string;
}

export interface ResultParts {
	definition: WorkflowDefinition;
	record: ExecutionRecord;
	logs: readonly LogEntry[];
	tries: (nodeName: string) => number;
}

/** How an execution ended and what each node put out. */
export class RunResult {
	readonly definition: WorkflowDefinition;
	readonly executionId: string;
	/** As the list of executions shows it. */
	readonly status: ExecutionStatus;
	/** The execution data as n8n would have written it to its database. */
	readonly saved: string;
	/**
	 * What n8n's engine handed back, after the node itself had ended. Where the execution was stopped
	 * it holds more than was saved, such as what the node threw then; nobody gets to see that.
	 */
	readonly run: IRun;
	/** What was logged while it ran. */
	readonly logs: readonly LogEntry[];
	/** Milliseconds from Stop, or from the workflow's time limit, to the end of the node. */
	readonly stopToEndMs: number | undefined;
	private readonly savedResult: IRunExecutionData['resultData'];
	private readonly countTries: (nodeName: string) => number;

	constructor({ definition, record, logs, tries }: ResultParts) {
		this.definition = definition;
		this.executionId = record.executionId;
		this.run = record.run;
		this.status = record.saved.status;
		this.saved = record.saved.data;
		this.savedResult = parseSaved(record.saved.data).resultData;
		this.logs = logs;
		this.stopToEndMs = record.stopToEndMs;
		this.countTries = tries;
		const unknown = this.shownMessages().filter((message) => !isDocumented(message));
		if (unknown.length > 0)
			throw new Error(`docs/messages.md does not have what was shown:\n${unknown.join('\n')}`);
	}

	/** What nodes of this package tell as their errors, on their own or as items. */
	private shownMessages(): string[] {
		const own = this.definition.nodes.filter(({ type }) =>
			[IMAGINEPDF, IMAGINEPDF_TOOL].includes(type),
		);
		const runs = own.flatMap(({ name }) => this.runsOf(name));
		const errors = runs.map(({ error }) => error);
		const items = runs.flatMap(({ data }) => data?.['main']?.flat() ?? []);
		return [...errors, ...items.map((item) => item?.json['error'])].flatMap((error) => {
			const message =
				plainObject(error)['message'] ?? (error instanceof Error ? error.message : error);
			return typeof message === 'string' ? [message] : [];
		});
	}

	/** The error that ended the execution. */
	get error(): ShownError | undefined {
		return shownError(this.savedResult.error);
	}

	/** The error of a node's run; there is one also where the node was told to continue. */
	nodeError(nodeName: string, run = -1): ShownError | undefined {
		return shownError(this.savedResult.runData[nodeName]?.at(run)?.error);
	}

	/** Every run of a node, first to last; a loop makes several. */
	runsOf(nodeName: string): ITaskData[] {
		return this.run.data.resultData.runData[nodeName] ?? [];
	}

	/** Calls of the node's `execute` in this execution, retries included. */
	tries(nodeName: string): number {
		return this.countTries(nodeName);
	}

	/** A node's output items; of its last run where none is named. Empty if it did not run. */
	items(nodeName: string, output = 0, run = -1): INodeExecutionData[] {
		return this.runsOf(nodeName).at(run)?.data?.['main']?.[output] ?? [];
	}

	/** The JSON of these items. */
	json(nodeName: string, output = 0, run = -1): IDataObject[] {
		return this.items(nodeName, output, run).map((item) => item.json);
	}

	/** The numbers of the input items that each output item is paired with. */
	pairs(nodeName: string, output = 0, run = -1): number[][] {
		return this.items(nodeName, output, run).map(({ pairedItem }) =>
			[pairedItem ?? []].flat().map((pair) => (typeof pair === 'object' ? pair.item : pair)),
		);
	}

	/** The hints that a node's run left in the editor. */
	hints(nodeName: string, run = -1): NodeExecutionHint[] {
		return this.runsOf(nodeName).at(run)?.hints ?? [];
	}

	/** The texts of these hints, a line each. */
	hintText(nodeName: string): string {
		return this.hints(nodeName)
			.map(({ message }) => message)
			.join('\n');
	}
}

function shownError(error: unknown): ShownError | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	const found: Record<string, unknown> = { ...error };
	const context = plainObject(found['context']);
	const itemIndex = context['itemIndex'];
	const nodeName = plainObject(found['node'])['name'];
	return {
		name: String(found['name'] ?? ''),
		message: String('message' in error ? error.message : ''),
		...(typeof found['description'] === 'string' && { description: found['description'] }),
		...(typeof found['httpCode'] === 'string' && { httpCode: found['httpCode'] }),
		...(typeof itemIndex === 'number' && { itemIndex }),
		...(typeof nodeName === 'string' && { nodeName }),
		context,
	};
}

function plainObject(value: unknown): IDataObject {
	return typeof value === 'object' && value !== null ? { ...value } : {};
}
