import type { Clock } from '../../../nodes/ImaginePdf/core/ports.ts';
import type { Answer } from '../http/answer.mts';
import type { RouteName } from '../routes/names.mts';
import type { StoredFile } from '../storage/shelf.mts';
import type { Presigner } from '../storage/presign.mts';
import type { Job, JobStatus } from '../model.mts';

/** What an action may look at. */
export interface FaultContext {
	clock: Clock;
	/** Aborts when the emulator closes. */
	closing: AbortSignal;
	/** Aborts when the client has left. */
	gone: AbortSignal;
	presigner: Presigner;
	storageOrigin: string;
	/** The request as it came: its whole URL, with the signature, its headers and its body. */
	request: { url: string; headers: Record<string, string>; body: string };
	/** The job that the request is about, where it names one. */
	job: Job | undefined;
}

/**
 * Something that goes wrong. Each step is optional; the handlers know nothing of it.
 * `actions.mts` holds the ready-made ones.
 */
export interface FaultAction {
	/** With its arguments, so that a schedule can be printed. */
	name: string;
	/** Before anything is processed; an answer here means that nothing is. */
	before?(context: FaultContext): Promise<Answer | undefined>;
	/** Puts another file in the place of the storage's own. */
	file?(file: StoredFile, context: FaultContext): Promise<StoredFile>;
	/** What the storage is to believe the request's headers are. */
	request?(headers: Record<string, string>): Record<string, string>;
	/** After processing, so that what it did (a charge, a job) stands. */
	after?(answer: Answer, context: FaultContext): Answer | Promise<Answer>;
}

export interface Fault {
	/** A route, all of one origin, or `*`. */
	route: RouteName | 'api' | 'storage' | '*';
	/** The n-th request that matches, from 1, counted from now; or `every` (default). */
	call?: number | 'every';
	/**
	 * How many requests in a row it strikes, from that call on. Default: 1 for a numbered call,
	 * no end for `every`.
	 */
	times?: number;
	/** Only requests about this job. */
	jobId?: string;
	/** Only requests about a job that is in this state. */
	jobStatus?: JobStatus;
	/** Only requests with this API key, and those for files that were paid with it. */
	key?: string;
	/** One action, or several that take effect in this order. */
	action: FaultAction | readonly FaultAction[];
}
