import type { Clock } from '../../../nodes/ImaginePdf/core/ports.ts';
import type { Answer } from '../http/answer.mts';
import type { Job, JobStatus } from '../model.mts';
import type { RouteName } from '../routes/names.mts';
import type { Presigner } from '../storage/presign.mts';

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
	request: { url: string; headers: Record<string, string>; body: Buffer };
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
	/** Puts other bytes in the place of the storage's own file. */
	file?(context: FaultContext): Uint8Array;
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

export interface FaultSubject {
	route: RouteName;
	origin: 'api' | 'storage';
	jobId: string | undefined;
	jobStatus: JobStatus | undefined;
	/** Whose request it is: by its header or, where it has none, by who paid for the file. */
	key: string | undefined;
}

interface Planned {
	fault: Fault;
	/** Matching requests so far, and those it struck. */
	seen: number;
	struck: number;
}

/**
 * The faults to come. Deterministic: it counts requests per fault and knows no chance; where
 * several faults could strike the same request, the one that was added first does.
 */
export class FaultSchedule {
	private planned: Planned[] = [];

	/** Plans a fault; returns a function that takes it back. */
	add(fault: Fault): () => void {
		const entry = { fault, seen: 0, struck: 0 };
		this.planned.push(entry);
		return () => {
			this.planned = this.planned.filter((other) => other !== entry);
		};
	}

	clear(): void {
		this.planned = [];
	}

	/** Faults that have struck less often than planned, e.g. because no request came that far. */
	get unspent(): Fault[] {
		// An endless fault is content with one strike.
		const isUnspent = ({ fault: { times = 1 }, struck }: Planned) => struck < times;
		return this.planned.filter(isUnspent).map(({ fault }) => fault);
	}

	/** What strikes this request. Called once per request, in order of arrival. */
	strike(subject: FaultSubject): FaultAction[] {
		let found: FaultAction[] | undefined;
		for (const entry of this.planned) {
			if (!concerns(entry.fault, subject)) continue;
			entry.seen++;
			if (found || !isDue(entry)) continue;
			entry.struck++;
			found = [entry.fault.action].flat();
		}
		return found ?? [];
	}
}

function concerns(fault: Fault, subject: FaultSubject): boolean {
	const { route, jobId, jobStatus, key } = fault;
	const isRoute = route === '*' || route === subject.route || route === subject.origin;
	const isJob = jobId === undefined || jobId === subject.jobId;
	const isState = jobStatus === undefined || jobStatus === subject.jobStatus;
	return isRoute && isJob && isState && (key === undefined || key === subject.key);
}

function isDue({ fault: { call = 'every', times }, seen }: Planned): boolean {
	if (call === 'every') return seen <= (times ?? Infinity);
	return seen >= call && seen < call + (times ?? 1);
}
