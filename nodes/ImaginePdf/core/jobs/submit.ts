import { contentKey, placeKey, type LedgerKeys, type SubmitScope as LedgerScope } from './ledger';
import { pay, type PayDeps, type PayOptions } from './pay';
import type { PlannedJob } from './plan';
import { recall, type Purchase } from './purchase';
import { isFinished } from './state';
import type { ImaginePdfClient, Paid, PdfProfile } from '../api/client';
import type { SubmittedJob } from '../api/schemas';
import { plural } from '../wording';
import { rowsBody } from '../rows/body';

/** What submitting needs. */
export interface SubmitDeps extends PayDeps {
	client: ImaginePdfClient;
}

/** What tells one submit from another, beside its rows. */
export interface SubmitScope extends Omit<LedgerScope, 'designId'> {
	profile: PdfProfile;
}

export type SubmitOptions = SubmitScope & PayOptions;

/** A job that the service has taken, and that is paid for. */
export interface AcceptedJob {
	jobId: string;
	/** Where the ledger remembers it. */
	key: string;
	/**
	 * When this run submitted it. Unset where an earlier try had already paid for it, and where it was
	 * finished at once.
	 */
	acceptedAt?: number;
	/** When it was submitted, by whichever try, in milliseconds since the epoch. */
	submittedAt: number;
	/** False when a PDF profile was wished for that the service's routes do not know. */
	profileApplied: boolean;
	/** True where an earlier try had already paid for it. */
	foundAgain: boolean;
	/** Rows the service counted. */
	total: number;
}

/** A submit made ready: its identity, and its body once it is needed. */
export interface PreparedSubmit {
	keys: LedgerKeys;
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
	const scope = { runIndex, account, profile, designId: job.designId };
	const content = contentKey(
		scope,
		job.rows.map((row) => row.source),
	);
	return {
		keys: {
			key: `${content}-${occurrences.next(content)}`,
			place: placeKey(scope, job.rows),
		},
		body: (known) => rowsBody(job.rows, known),
	};
}

/**
 * The job that an earlier try of this run has already paid for, if there is one.
 * @throws as `recall` does
 */
export function recallJob(
	deps: SubmitDeps,
	job: PlannedJob,
	prepared: PreparedSubmit,
	options: SubmitOptions,
): AcceptedJob | undefined {
	const purchase = purchaseOf(deps, job, prepared, options.profile);
	const known = recall(deps.ledger, purchase, options.unknownSubmit);
	if (!known) return undefined;
	const { key, jobId, since } = known;
	deps.journal.info(`Found job ${jobId}, submitted and paid for by an earlier try`, { jobId });
	return {
		jobId,
		key,
		submittedAt: since,
		profileApplied: true,
		foundAgain: true,
		total: job.rows.length,
	};
}

/**
 * Submits a job that no earlier try has paid for.
 * @throws as `pay` does
 */
export async function submitJob(
	deps: SubmitDeps,
	job: PlannedJob,
	prepared: PreparedSubmit,
	options: SubmitOptions,
): Promise<AcceptedJob> {
	const purchase = purchaseOf(deps, job, prepared, options.profile);
	const submitted = await pay(deps, purchase, options);
	const { jobId, total = job.rows.length, profileApplied } = submitted;
	const { key } = prepared.keys;
	const submittedAt = deps.clock.now();
	const accepted = { jobId, key, submittedAt, total, profileApplied, foundAgain: false };
	return isFinished(submitted) ? accepted : { ...accepted, acceptedAt: submittedAt };
}

function purchaseOf(
	{ client, ledger, journal }: SubmitDeps,
	job: PlannedJob,
	{ keys, body }: PreparedSubmit,
	profile: PdfProfile,
): Purchase<Paid<SubmittedJob>> {
	const { designId, itemIndexes } = job;
	const rows = plural(job.rows.length, 'row');
	return {
		keys,
		already: (jobId) => `These items were already submitted with other values as job ${jobId}`,
		what: `batch ${job.number} of ${job.count} (${rows})`,
		check: `Check in ImaginePDF whether a job of ${rows} of design '${designId}' was started. If so, fetch it with the operation 'Download'.`,
		occasion: { doing: 'submit', designId, rows: job.rows.length },
		itemIndexes,
		send: async (options) => await client.submitBatch({ designId, body, profile }, options),
		accept: ({ jobId }) => {
			ledger.accepted(keys, { jobId });
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
