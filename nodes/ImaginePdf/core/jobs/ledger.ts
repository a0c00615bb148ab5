import { createHash } from 'node:crypto';
import { z } from 'zod';

/*
 * The memory of what was paid for. It lives in a plain object that n8n keeps with the execution, so
 * that a second run of the node (Retry On Fail, "Retry execution") finds the jobs of the first one
 * instead of paying again. It holds ids and digests only: no values of rows, no key, no open link.
 */

const common = {
	/** ISO 8601. */
	since: z.string(),
	/** Which rows of the input it was about, whatever their values; see `placeKey`. */
	place: z.string().optional(),
	/** The execution that sent it. */
	execution: z.string().optional(),
};

const entrySchema = z.discriminatedUnion('state', [
	/** Being sent. Found by a later run, it means that the run ended before the answer was read. */
	z.object({ ...common, state: z.literal('sending') }),
	/** Sent, and nobody knows whether it was accepted. */
	z.object({ ...common, state: z.literal('unknown'), reason: z.string() }),
	/** Accepted and charged. */
	z.object({
		...common,
		state: z.literal('accepted'),
		jobId: z.string(),
		/** The link of a single PDF, encrypted. */
		sealedLink: z.string().optional(),
		/** The name that the service gave a single PDF. */
		fileName: z.string().optional(),
		/** The execution that saw the job fail without a single PDF. */
		gaveUpIn: z.string().optional(),
	}),
]);

export type LedgerEntry = z.infer<typeof entrySchema>;
export type AcceptedEntry = Extract<LedgerEntry, { state: 'accepted' }>;

/** Whose submit it is and of what. */
export interface SubmitScope {
	/** The run of the node in its execution: a loop that sends equal rows again has another. */
	runIndex: number;
	/** Digest of base URL and credential, so that another workspace's jobs are never mistaken. */
	account: string;
	profile: string;
	designId: string;
}

/** Where the ledger keeps a submit: by its content first, else by its place in the input. */
export interface LedgerKeys {
	key: string;
	place: string;
}

/** What the ledger knows of a submit. */
export interface Recalled {
	key: string;
	entry: LedgerEntry;
	/** False where only the place is the same: the values have changed since. */
	isSame: boolean;
}

/**
 * A digest of the rows as they came, before anything is filled in: which blanks a row gets depends on
 * what the design's variables are at that moment. Nothing of the rows can be read from it.
 *
 * @param rows field name to value, as the items have them
 */
export function contentKey(
	{ runIndex, account, profile, designId }: SubmitScope,
	rows: ReadonlyArray<Readonly<Record<string, unknown>>>,
): string {
	return digest([runIndex, account, profile, designId], jsonOf(rows));
}

function jsonOf(rows: unknown): string {
	try {
		return JSON.stringify(rows);
	} catch {
		// Not every value has a JSON form; with the function for those it takes several times as long.
		return JSON.stringify(rows, (_name, value: unknown) =>
			typeof value === 'bigint' ? String(value) : value,
		);
	}
}

/**
 * A digest of which rows are sent. It finds a submit again whose values change with every look, e.g.
 * `$now` in an expression.
 *
 * @param rows position of each row's item, and of the row in its item where that brings several
 */
export function placeKey(
	{ runIndex, account, designId }: SubmitScope,
	rows: ReadonlyArray<{ itemIndex: number; rowIndex?: number }>,
): string {
	const positions = rows.map(({ itemIndex, rowIndex }) =>
		rowIndex === undefined ? itemIndex : [itemIndex, rowIndex],
	);
	return digest([runIndex, account, designId], JSON.stringify(positions));
}

function digest(scope: unknown[], text: string): string {
	const hash = createHash('sha256');
	hash.update(JSON.stringify(scope));
	hash.update(text);
	return hash.digest('base64url');
}

/** Reads and writes the memory of paid submits; one for each run of the node. */
export class Ledger {
	/** Key by place, of what earlier tries have left; made when it is first asked for. */
	private places: Map<string, string> | undefined;

	/**
	 * @param entries kept by the caller for the life of the execution; only this class writes to it
	 * @param now milliseconds since the epoch
	 * @param execution tells an automatic try, which has the same, from a retry by hand
	 */
	constructor(
		private readonly entries: Record<string, unknown>,
		private readonly now: () => number,
		readonly execution = '',
	) {}

	/** What is known of a submit by its content; anything unreadable counts as nothing. */
	find(key: string): LedgerEntry | undefined {
		if (!Object.hasOwn(this.entries, key)) return undefined;
		const parsed = entrySchema.safeParse(this.entries[key]);
		return parsed.success ? parsed.data : undefined;
	}

	/** What is known of a submit by its content or, with other values, by its place. */
	recall({ key, place }: LedgerKeys): Recalled | undefined {
		const entry = this.find(key);
		if (entry) return { key, entry, isSame: true };
		const other = this.byPlace().get(place);
		const found = other === undefined ? undefined : this.find(other);
		return other === undefined || !found ? undefined : { key: other, entry: found, isSame: false };
	}

	/** Jobs that are paid for and whose results have not been emitted. */
	paidJobIds(): string[] {
		return Object.keys(this.entries).flatMap((key) => {
			const entry = this.find(key);
			// A single PDF has a link, and nothing to be fetched by.
			return entry?.state === 'accepted' && !entry.sealedLink ? [entry.jobId] : [];
		});
	}

	/** When submits were sent of which nobody knows what became of them; ISO 8601. */
	doubts(): string[] {
		return Object.keys(this.entries).flatMap((key) => {
			const entry = this.find(key);
			return entry && entry.state !== 'accepted' ? [entry.since] : [];
		});
	}

	sending(keys: LedgerKeys): void {
		this.write(keys, { state: 'sending', ...this.stamp(keys) });
	}

	unknown(keys: LedgerKeys, reason: string): void {
		this.write(keys, { state: 'unknown', reason, ...this.stamp(keys) });
	}

	accepted(keys: LedgerKeys, job: Pick<AcceptedEntry, 'jobId' | 'sealedLink' | 'fileName'>): void {
		this.write(keys, { state: 'accepted', ...job, ...this.stamp(keys) });
	}

	/** This execution saw that the service gave the job up. */
	gaveUp(key: string): void {
		const entry = this.find(key);
		if (entry?.state === 'accepted')
			this.entries[key] = { ...entry, gaveUpIn: this.execution } satisfies LedgerEntry;
	}

	/** Once its result is emitted, or when it is certain that nothing was charged. */
	forget(key: string): void {
		delete this.entries[key];
	}

	private write(keys: LedgerKeys, entry: LedgerEntry): void {
		this.entries[keys.key] = entry;
	}

	private stamp({ place }: LedgerKeys): { since: string; place: string; execution: string } {
		return { since: new Date(this.now()).toISOString(), place, execution: this.execution };
	}

	private byPlace(): Map<string, string> {
		if (this.places) return this.places;
		this.places = new Map();
		for (const key of Object.keys(this.entries)) {
			const place = this.find(key)?.place;
			if (place !== undefined) this.places.set(place, key);
		}
		return this.places;
	}
}
