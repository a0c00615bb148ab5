import type { RouteName } from '../routes/names.mts';
import type { JobStatus } from '../model.mts';
import type { Fault, FaultAction } from './fault.mts';

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
	/** Matching requests so far. */
	seen: number;
	/** Requests it struck. */
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
		return this.planned
			.filter((entry) => entry.struck < expected(entry.fault))
			.map(({ fault }) => fault);
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

/** An endless fault is content with one strike. */
function expected({ times }: Fault): number {
	return times ?? 1;
}
