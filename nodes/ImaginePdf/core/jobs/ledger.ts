import { createHash } from 'node:crypto';
import { z } from 'zod';

/*
 * The memory of what was paid for. It lives in a plain object that n8n keeps with the execution, so
 * that a second run of the node (Retry On Fail, "Retry execution") finds the jobs of the first one
 * instead of paying again. It holds ids and digests only: no values of rows, no key, no open link.
 */

const entrySchema = z.discriminatedUnion('state', [
	/** Being sent. Found by a later run, it means that the run ended before the answer was read. */
	z.object({ state: z.literal('sending'), since: z.string() }),
	/** Sent, and nobody knows whether it was accepted. */
	z.object({ state: z.literal('unknown'), since: z.string(), reason: z.string() }),
	/** Accepted and charged. `sealedLink` holds the link of a single PDF, encrypted. */
	z.object({
		state: z.literal('accepted'),
		since: z.string(),
		jobId: z.string(),
		sealedLink: z.string().optional(),
	}),
]);

export type LedgerEntry = z.infer<typeof entrySchema>;

/** What makes two submits the same one. */
export interface SubmitIdentity {
	/** The run of the node in its execution: a loop that sends equal rows again has another. */
	runIndex: number;
	/** Digest of base URL and credential, so that another workspace's jobs are never mistaken. */
	account: string;
	profile: string;
	designId: string;
	/** The request's JSON text. */
	body: string;
}

/** A digest to look a submit up by; nothing of the rows can be read from it. */
export function ledgerKey({ body, ...scope }: SubmitIdentity): string {
	const hash = createHash('sha256');
	const { runIndex, account, profile, designId } = scope;
	hash.update(JSON.stringify([runIndex, account, profile, designId]));
	hash.update(body);
	return hash.digest('base64url');
}

export class Ledger {
	constructor(
		/** Kept by the caller for the life of the execution; only this class writes to it. */
		private readonly entries: Record<string, unknown>,
		private readonly now: () => number,
	) {}

	/** What is known of a submit; anything unreadable counts as nothing. */
	find(key: string): LedgerEntry | undefined {
		if (!Object.hasOwn(this.entries, key)) return undefined;
		const parsed = entrySchema.safeParse(this.entries[key]);
		return parsed.success ? parsed.data : undefined;
	}

	sending(key: string): void {
		this.write(key, { state: 'sending', since: this.timestamp() });
	}

	unknown(key: string, reason: string): void {
		this.write(key, { state: 'unknown', since: this.timestamp(), reason });
	}

	accepted(key: string, jobId: string, sealedLink?: string): void {
		const link = sealedLink === undefined ? {} : { sealedLink };
		this.write(key, { state: 'accepted', since: this.timestamp(), jobId, ...link });
	}

	/** Once its result is emitted, or when it is certain that nothing was charged. */
	forget(key: string): void {
		delete this.entries[key];
	}

	private write(key: string, entry: LedgerEntry): void {
		this.entries[key] = entry;
	}

	private timestamp(): string {
		return new Date(this.now()).toISOString();
	}
}
