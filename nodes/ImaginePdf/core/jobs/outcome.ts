import type { LedgerEntry } from './ledgerEntry';
import type { PlannedJob } from './plan';
import type { DownloadLink, JobState } from '../api/schemas';
import type { Failure } from '../failure';

/** A batch job or a single PDF that the service has accepted, and that is paid for. */
export interface AcceptedJob {
	/** Empty for a single PDF to which the service gives no id. */
	jobId: string;
	/** Where the ledger remembers it. */
	entry: LedgerEntry;
	/**
	 * When this run submitted it. Unset where an earlier try had already paid for it, and where it was
	 * finished at once.
	 */
	acceptedAt?: number;
	/** When it was submitted, by whichever try, in milliseconds since the epoch. */
	submittedAt: number;
	/** False when the user chose a PDF profile and the service's routes take none. */
	profileApplied: boolean;
	/** True where an earlier try had already paid for it. */
	alreadyPaid: boolean;
	/** Of a single PDF: where to fetch it. */
	link?: string;
	/** Of a single PDF: the service's name for it, which repeats with the design's. */
	fileName?: string;
	/** The service's word for how it is, where it gave one. */
	status?: string;
}

/** A job of this run whose file can be fetched. */
export interface FinishedJob {
	job: PlannedJob;
	accepted: AcceptedJob;
	state: JobState;
	/** A link that was not used yet, a fresh one each time. */
	link: () => Promise<Pick<DownloadLink, 'url'>>;
}

/** What became of a planned job. `failure` and `result` exclude each other. */
export interface JobOutcome<T> {
	job: PlannedJob;
	/** Set from the moment the job was accepted: it is paid for. */
	accepted?: AcceptedJob;
	state?: JobState;
	result?: T;
	failure?: Failure;
}
