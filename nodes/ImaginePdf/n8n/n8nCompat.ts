import { sleep, sleepWithAbort } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	JsonObject,
	NodeExecutionHint,
} from 'n8n-workflow';

/*
 * All that differs between the versions of n8n that this package runs in, and what we do about it.
 * Nowhere else is asked whether n8n has something. Each fact is read in the source of the package and
 * version it names; test/e2e runs the package in n8n 1.123 and 2.41.
 */

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

declare module 'n8n-workflow' {
	/** Only up to 2.33. */
	export const sleepWithAbort: Sleep | undefined;
}

/**
 * n8n's own sleep that ends with a signal. n8n-workflow calls it `sleepWithAbort` up to 2.33, where
 * `sleep` ignores a signal; from 2.34 on `sleep` takes one and the other is gone. Timers of our own
 * are not allowed in a verified node. Give it a signal of its own: 1.x leaves its listener on it.
 */
export const sleepUntilAborted: Sleep = sleepWithAbort ?? sleep;

/**
 * n8n's signal for Stop and the workflow's time-out. n8n-core gives it to executions only, and in
 * neither major to the editor's questions.
 */
export function cancelSignalOf(
	context: IExecuteFunctions | ILoadOptionsFunctions,
): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/**
 * Whether the node runs as a tool of an AI agent, where the run index counts tries instead of runs
 * (n8n-core 2.41, `get-input-connection-data`). Only 2.x says so itself, but both give the variant of a node
 * that is a tool the name of its type with 'Tool' behind it.
 */
export function isToolRun(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/**
 * Whether n8n offers to retry the execution: only where the node stops it with an error, and not to an
 * agent whose tool it is.
 */
export function offersRetry(context: IExecuteFunctions): boolean {
	return !context.continueOnFail() && !isToolRun(context);
}

/**
 * What n8n tells of an execution. A retry of a saved execution has a new id, and the time (`establishedAt`, in
 * ms since the epoch) and source with which n8n began the first try of it, unless n8n had saved nothing. The
 * parent is the execution that called this one as its sub-workflow.
 */
export function aboutExecution(context: IExecuteFunctions) {
	// Older versions of n8n have no such function.
	const about = context.getExecutionContext?.();
	return {
		id: context.getExecutionId() ?? '',
		isRetry: context.getMode() === 'retry',
		establishedAt: about?.establishedAt,
		source: about?.source,
		parentId: about?.parentExecutionId,
	};
}

/**
 * Keeps keys for this node in n8n's database, at once, where a kill does not reach them: as the node Remove
 * Duplicates does. n8n keeps digests only, of this node in this workflow.
 * @param most older keys than so many are forgotten
 * @returns those keys that were kept already
 * @throws where this n8n has no such place, or it fails
 */
export async function recordKeys(
	context: IExecuteFunctions,
	keys: readonly string[],
	most: number,
): Promise<unknown[]> {
	const options = { mode: 'entries', maxEntries: most } as const;
	const { processed } = await context.helpers.checkProcessedAndRecord([...keys], 'node', options);
	return processed;
}

/** n8n keeps 512 characters of a value, but logs an error from 256 on. */
const MAX_CUSTOM_DATA = 255;
const JOBS = 'imaginePdfJobs';

/**
 * Adds a job's id to the custom data that n8n saves and shows with an execution, also with one that was
 * stopped. n8n 1.123 has none for nodes. What does not fit drops out, the oldest first.
 */
export function keepJobId(context: IExecuteFunctions | ILoadOptionsFunctions, id: string): void {
	if (!('customData' in context) || !context.customData) return;
	const known = context.customData.get(JOBS)?.split(', ') ?? [];
	const ids = [...known.filter((one) => one !== id), id];
	while (ids.join(', ').length > MAX_CUSTOM_DATA) ids.shift();
	context.customData.set(JOBS, ids.join(', '));
}

/** Shows a note above the node's output. Versions before `addExecutionHints` go without. */
export function showHint(context: IExecuteFunctions, hint: NodeExecutionHint): void {
	if (typeof context.addExecutionHints === 'function') context.addExecutionHints(hint);
}

/**
 * The JSON of an item that stands for what failed. n8n-core 1.x sends only items to the error output
 * whose JSON is nothing but `error`, so there all of it stands inside; 2.x takes that as well.
 */
export function errorItemJson(
	context: IExecuteFunctions,
	{ message, description, ...about }: JsonObject & { message: string; description: string },
): JsonObject {
	return context.getNode().onError === 'continueErrorOutput'
		? { error: { message, description, ...about } }
		: { error: message, description, ...about };
}

/**
 * The system code of a request that got no answer, `UNKNOWN` where there is none: the helpers of some
 * versions throw a `NodeApiError`, which keeps the code only in its texts.
 */
export function systemCodeIn(error: unknown): string {
	const { message, messages, description } = (error ?? {}) as Partial<JsonObject>;
	const texts = [message, description, messages].join(' ');
	return /\b(E[A-Z_]{4,}|ERR_[A-Z_]+|CERT_[A-Z_]+)\b/.exec(texts)?.[0] ?? 'UNKNOWN';
}
