import { randomUUID } from 'node:crypto';

import type { WorkflowExecute } from 'n8n-core';
import type {
	ExecutionStatus,
	IDataObject,
	IRun,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { additionalData } from './additional-data.mts';
import type { InMemoryCredentials } from './credentials.mts';
import { flatted, n8nCore, n8nWorkflow } from './modules.mts';
import type { WorkflowDefinition } from './workflow.mts';

/** How an execution may be ended from outside. */
export interface EndingOptions {
	/** The user presses Stop when this settles or aborts. */
	stop?: Promise<unknown> | AbortSignal;
	/** The workflow's time limit ("Timeout Workflow"), in milliseconds. */
	timeoutMs?: number;
}

export interface ExecutionRecord {
	executionId: string;
	/** What n8n's engine handed back at the very end. */
	run: IRun;
	/** What n8n saves, at the moment when it saves it. */
	saved: SavedExecution;
	stopToEndMs: number | undefined;
}

/** A row of n8n's table of executions. */
export interface SavedExecution {
	status: ExecutionStatus;
	/** The execution data in n8n's JSON dialect. */
	data: string;
}

interface ExecutionOptions extends EndingOptions {
	definition: WorkflowDefinition;
	workflow: Workflow;
	credentials: InMemoryCredentials;
	variables: IDataObject;
	mode: WorkflowExecuteMode;
	/** A new one unless given. */
	executionId?: string;
	/** Makes n8n's execution object. */
	open: (data: ReturnType<typeof additionalData>) => WorkflowExecute;
	/** Starts it: from the first node, or where a saved execution stopped. */
	start: (execute: WorkflowExecute) => ReturnType<WorkflowExecute['processRunExecutionData']>;
}

/** Runs one execution to its end, the way n8n's workflow runner does. */
export async function executeWorkflow(options: ExecutionOptions): Promise<ExecutionRecord> {
	const { definition, mode, credentials, variables, timeoutMs } = options;
	const { executionId = randomUUID() } = options;
	const hooks = new n8nCore.ExecutionLifecycleHooks(mode, executionId, {
		...definition,
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: new Date(),
		updatedAt: new Date(),
	});
	let saved: SavedExecution | undefined;
	hooks.addHandler('workflowExecuteAfter', (ended) => {
		// A stopped execution is saved at once; what its node does after that is lost.
		saved ??= savedAs(ended);
	});
	const deadline = timeoutMs === undefined ? undefined : Date.now() + timeoutMs;
	const execute = options.open(
		additionalData({ credentials, executionId, hooks, variables, deadline }),
	);

	let run: IRun;
	let stopToEndMs: number | undefined;
	try {
		const running = options.start(execute);
		const ending = cancelWhen(() => running.cancel(), options);
		run = await running;
		stopToEndMs = ending.finish();
	} catch (error) {
		// n8n refuses to start a workflow with invalid parameters, and shows the reason.
		if (!(error instanceof n8nCore.WorkflowHasIssuesError)) throw error;
		run = refusedRun(mode, error);
	}
	return { executionId, run, saved: saved ?? savedAs(run), stopToEndMs };
}

/** What a wait is counted in: on a busy machine, time in which this process could not run does not count. */
const TICK_MS = 10;

/** Cancels on Stop or at the time limit, whichever is first; `finish` clears both. */
function cancelWhen(cancel: () => void, { stop, timeoutMs }: EndingOptions) {
	let metronome: NodeJS.Timeout | undefined;
	let ticks = 0;
	let finished = false;
	const end = () => {
		if (finished || metronome) return;
		metronome = setInterval(() => ticks++, TICK_MS);
		cancel();
	};
	const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
	if (stop instanceof AbortSignal) {
		if (stop.aborted) end();
		stop.addEventListener('abort', end, { once: true });
	} else {
		void stop?.then(end, end);
	}
	return {
		finish(): number | undefined {
			finished = true;
			clearTimeout(timer);
			if (stop instanceof AbortSignal) stop.removeEventListener('abort', end);
			clearInterval(metronome);
			return metronome && ticks * TICK_MS;
		},
	};
}

function savedAs({ status, data }: IRun): SavedExecution {
	return { status, data: flatted.stringify(data) };
}

function refusedRun(mode: WorkflowExecuteMode, error: Error): IRun {
	const data = n8nWorkflow.createRunExecutionData();
	const { name, message } = error;
	Object.assign(data.resultData, { error: { name, message } });
	const now = new Date();
	return { data, mode, startedAt: now, stoppedAt: now, status: 'error', storedAt: 'db' };
}
