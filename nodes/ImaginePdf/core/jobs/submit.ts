import { ledgerKey } from './ledger';
import { pay, type PayDeps, type PayOptions, type Purchase } from './pay';
import type { PlannedJob } from './plan';
import { isFinished } from './state';
import type { ImaginePdfClient, Paid, PdfProfile } from '../api/client';
import type { SubmittedJob } from '../api/schemas';
import { plural } from '../wording';
import { rowsBody } from '../rows/body';

export interface SubmitDeps extends PayDeps {
	client: ImaginePdfClient;
}

/** What tells one submit from another, beside its rows. */
export interface SubmitScope {
	runIndex: number;
	/** Digest of base URL and credential. */
	account: string;
	profile: PdfProfile;
}

export type SubmitOptions = SubmitScope & PayOptions;

export interface AcceptedJob {
	jobId: string;
	/** Where the ledger remembers it. */
	key: string;
	/**
	 * When this run submitted it. Unset where an earlier try had already paid for it, and where it was
	 * finished at once.
	 */
	acceptedAt?: number;
	/** False when a PDF profile was wished for that the service's routes do not know. */
	profileApplied: boolean;
	/** True where an earlier try had already paid for it. */
	foundAgain: boolean;
	/** Rows the service counted. */
	total: number;
}

/** A submit made ready: its identity and its body, each of which costs a pass over the rows. */
export interface PreparedSubmit {
	key: string;
	body: (profile: PdfProfile | undefined) => string;
}

/** Counts equal submits of one run, so that twins are two jobs and a retry finds each of them. */
export class Occurrences {
	private readonly seen = new Map<string, number>();

	next(identity: string): number {
		const occurrence = this.seen.get(identity) ?? 0;
		this.seen.set(identity, occurrence + 1);
		return occurrence;
	}
}

/** Works out a submit's identity and body. To be called in the order of the jobs. */
export function prepareSubmit(
	job: PlannedJob,
	{ runIndex, account, profile }: SubmitScope,
	occurrences: Occurrences,
): PreparedSubmit {
	const plain = rowsBody(job.rows);
	const content = ledgerKey({ runIndex, account, profile, designId: job.designId, body: plain });
	return {
		key: `${content}-${occurrences.next(content)}`,
		body: (known) => (known === undefined ? plain : rowsBody(job.rows, known)),
	};
}

/**
 * Submits a job, or finds the one that an earlier try of this run has already paid for.
 * @throws as `pay` does
 */
export async function submitJob(
	deps: SubmitDeps,
	job: PlannedJob,
	prepared: PreparedSubmit,
	options: SubmitOptions,
): Promise<AcceptedJob> {
	const { key } = prepared;
	const known = deps.ledger.find(key);
	if (known?.state === 'accepted') {
		const { jobId } = known;
		deps.journal.info(`Found job ${jobId}, submitted and paid for by an earlier try`, { jobId });
		return { jobId, key, profileApplied: true, foundAgain: true, total: job.rows.length };
	}
	const purchase = purchaseOf(deps, job, prepared, options.profile);
	const { jobId, total, status, profileApplied } = await pay(deps, purchase, options, known);
	const accepted = { jobId, key, total, profileApplied, foundAgain: false };
	return isFinished(status) ? accepted : { ...accepted, acceptedAt: deps.clock.now() };
}

function purchaseOf(
	{ client, ledger, journal }: SubmitDeps,
	job: PlannedJob,
	{ key, body }: PreparedSubmit,
	profile: PdfProfile,
): Purchase<Paid<SubmittedJob>> {
	const { designId, itemIndexes } = job;
	const rows = plural(job.rows.length, 'row');
	return {
		key,
		what: `batch ${job.number} of ${job.count} (${rows})`,
		check: `Check in ImaginePDF whether a job of ${rows} of design '${designId}' was started. If so, fetch it with the operation 'Download'.`,
		occasion: { doing: 'submit', designId, rows: job.rows.length },
		itemIndexes,
		send: async (options) => await client.submitBatch({ designId, body, profile }, options),
		accept: ({ jobId }) => {
			ledger.accepted(key, jobId);
			const details = {
				jobId,
				designId,
				rows: job.rows.length,
				batch: `${job.number} of ${job.count}`,
			};
			journal.info(`ImaginePDF accepted job ${jobId}`, details);
		},
	};
}
