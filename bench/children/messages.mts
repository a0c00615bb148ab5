import type { IDataObject } from 'n8n-workflow';

import type { SyntheticArchive } from '../../test/emulator/index.mts';
import type { Edge, NodeSpec } from '../../test/engine/harness/index.mts';

/** What a child process is for; it is told by its first message. */
export type Task =
	| { role: 'service'; archive: SyntheticArchive }
	| { role: 'engine'; work: EngineWork }
	| { role: 'undici'; url: string; file: string };

/** One workflow, or several at the same time, on n8n's engine in a process of its own. */
export interface EngineWork {
	/** Run first, so that nothing is measured that happens only once per process. */
	warmUp: WorkflowRun;
	measured: WorkflowRun[];
	/** Where n8n's own nodes are; without it only the harness's and ours can be named. */
	n8nFolder?: string;
	/** Where n8n's store keeps files, left behind; without it they are removed at the end. */
	storeFolder?: string;
}

export interface WorkflowRun {
	nodes: NodeSpec[];
	connections?: Edge[];
	/** What the node `Items` emits. */
	items: IDataObject[];
}

/** How one measured workflow ended. */
export interface RunReport {
	/** Milliseconds since the epoch. */
	startedAt: number;
	endedAt: number;
	/** Time of each node in milliseconds, all of its runs together. */
	nodeMs: Record<string, number>;
	/** What ended it early. */
	failure?: string;
}

export interface EngineReport {
	runs: RunReport[];
	/** What the measured workflows left in n8n's store. */
	stored: { files: number; bytes: number };
	/** Largest resident memory while the measured workflows ran, less that of the idle process, in MB. */
	memoryMb: number;
	/** 99th percentile of how late the event loop was, in milliseconds. */
	eventLoopP99Ms: number;
}

export interface UndiciReport {
	ms: number;
	bytes: number;
	memoryMb: number;
}

/** The service is up. */
export interface ServiceReport {
	baseUrl: string;
	/** With the archive's PDFs. */
	job: FinishedJob;
	/** With one small PDF, for warming up. */
	smallJob: FinishedJob;
}

/** What the service is asked while it runs. */
export type ServiceQuestion = 'told';

/** A job that has ended, and its ZIP. */
export interface FinishedJob {
	jobId: string;
	/** Presigned. */
	url: string;
	/** Length of the ZIP. */
	bytes: number;
}

/** What the service has seen so far, but for the jobs of its report. */
export interface ServiceTold {
	/** Times in milliseconds since the epoch. */
	jobs: Array<{ jobId: string; acceptedAt: number; endsAt: number }>;
	/** How often each route was asked. */
	requests: Record<string, number>;
}
