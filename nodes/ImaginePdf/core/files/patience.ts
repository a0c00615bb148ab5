import { FileError } from './errors';
import { MAX_ATTEMPTS_WITHOUT_PROGRESS, MAX_CONNECTIONS, MAX_URL_RENEWALS } from './limits';
import type { Watch } from './watch';
import { backoffMs } from '../api/backoff';
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, MAX_RETRY_AFTER_MS } from '../limits';
import type { Journal } from '../ports';

/** Why a connection did not bring the whole rest of the file. */
export type Trouble =
	/** It may work the next time. */
	| {
			kind: 'passing';
			code: 'stalled' | 'tooManyAttempts' | 'length';
			/** Completes "the download was interrupted: …". Never with the URL in it. */
			what: string;
			httpStatus?: number;
			/** What the storage asked for, in milliseconds. */
			waitMs?: number;
	  }
	/** This URL will not work again, a new one may. */
	| { kind: 'refused'; code: 'expired' | 'refused'; what: string; httpStatus: number };

/** Counts what went wrong since the last new byte, waits in between, and says when it is enough. */
export class Patience {
	private fruitless = 0;
	private renewals = 0;
	private connections = 0;

	constructor(
		private readonly watch: Watch,
		private readonly journal: Journal,
		private readonly random: () => number,
	) {}

	/** New bytes of the file have come. */
	progress(): void {
		this.fruitless = 0;
		this.renewals = 0;
	}

	/**
	 * Waits until the next connection may be tried.
	 * @param received bytes of the file so far
	 * @throws FileError when there have been enough, or no time is left; the signal's reason
	 */
	async afterTrouble(trouble: Trouble, received: number): Promise<void> {
		this.connections++;
		this.fruitless++;
		if (trouble.kind === 'refused') this.renewals++;
		if (this.isEnough(trouble)) throw giveUp(trouble, received, this.fruitless);
		const waitMs = this.waitFor(trouble);
		this.journal.info(`The download was interrupted: ${trouble.what}. It goes on soon.`, {
			receivedBytes: received,
			waitMs,
			...(trouble.httpStatus !== undefined && { httpStatus: trouble.httpStatus }),
		});
		await this.watch.pause(waitMs);
	}

	private isEnough(trouble: Trouble): boolean {
		if (this.connections >= MAX_CONNECTIONS) return true;
		if (trouble.kind === 'refused') return this.renewals > MAX_URL_RENEWALS;
		return this.fruitless >= MAX_ATTEMPTS_WITHOUT_PROGRESS;
	}

	private waitFor(trouble: Trouble): number {
		if (trouble.kind === 'passing' && trouble.waitMs) {
			return Math.min(trouble.waitMs, MAX_RETRY_AFTER_MS);
		}
		// An expired URL is the normal end of its life: the first new one is worth no delay.
		if (trouble.kind === 'refused' && this.renewals === 1) return 0;
		const bounds = { base: BACKOFF_BASE_MS, cap: BACKOFF_CAP_MS };
		return backoffMs(this.fruitless - 1, this.random, bounds);
	}
}

function giveUp(trouble: Trouble, received: number, attempts: number): FileError {
	if (trouble.kind === 'refused') {
		return new FileError(
			trouble.code,
			`The storage does not hand out the file, also not by a new link: ${trouble.what}`,
			trouble.httpStatus,
		);
	}
	return new FileError(
		trouble.code,
		`The file could not be downloaded completely: ${trouble.what} (${attempts} tries since byte ${received})`,
		trouble.httpStatus,
	);
}
