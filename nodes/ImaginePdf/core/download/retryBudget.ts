import { FileError } from './expectedFile';
import type { Interruption } from './response';
import { Stalled, type StallTimer } from './stallTimer';
import { backoffMs, isTransient } from '../api/retry';
import { settle } from '../async';
import { codeOf, TransportError } from '../api/errors';
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, MAX_RETRY_AFTER_MS } from '../limits';
import type { Clock, Logger } from '../ports';

/** Connections in a row that bring no new byte. With backoff this outlasts a short outage. */
const MAX_ATTEMPTS_WITHOUT_PROGRESS = 6;

/**
 * Connections in all. A storage that drops every connection after a few bytes would otherwise keep a
 * download alive until its deadline, one request after the other.
 */
const MAX_CONNECTIONS = 100;

/** New presigned URLs in a row that are refused as well: then it is not the URL's age. */
const MAX_URL_RENEWALS = 3;

/** Times that a whole transfer is begun where the storage cannot resume it. */
const MAX_TRANSFERS = 4;

const BACKOFF = { base: BACKOFF_BASE_MS, cap: BACKOFF_CAP_MS };

/** Counts what went wrong since the last new byte, waits in between, and ends a download without progress. */
export class RetryBudget {
	private attemptsWithoutProgress = 0;
	private renewals = 0;
	private connections = 0;

	constructor(
		private readonly timer: StallTimer,
		private readonly logger: Logger,
		private readonly random: () => number,
	) {}

	/** New bytes of the file have come. */
	progress(): void {
		this.attemptsWithoutProgress = 0;
		this.renewals = 0;
	}

	/**
	 * Waits until the next connection may be tried.
	 * @param received bytes of the file so far
	 * @throws FileError when the budget is used up or no time is left; the signal's reason
	 */
	async waitForNext(interruption: Interruption, received: number): Promise<void> {
		this.connections++;
		this.attemptsWithoutProgress++;
		if (interruption.kind === 'refused') this.renewals++;
		if (this.isUsedUp(interruption)) {
			throw giveUp(interruption, received, this.attemptsWithoutProgress);
		}
		const waitMs = this.waitFor(interruption);
		this.logger.info(`The download was interrupted: ${interruption.what}; retrying soon`, {
			receivedBytes: received,
			waitMs,
			...(interruption.httpStatus !== undefined && { httpStatus: interruption.httpStatus }),
		});
		await this.timer.pause(waitMs);
	}

	private isUsedUp(interruption: Interruption): boolean {
		if (this.connections >= MAX_CONNECTIONS) return true;
		if (interruption.kind === 'refused') return this.renewals > MAX_URL_RENEWALS;
		return this.attemptsWithoutProgress >= MAX_ATTEMPTS_WITHOUT_PROGRESS;
	}

	private waitFor(interruption: Interruption): number {
		if (interruption.kind === 'transient' && interruption.waitMs) {
			return Math.min(interruption.waitMs, MAX_RETRY_AFTER_MS);
		}
		// URLs expire in the normal course of things: the first new one is asked for at once.
		if (interruption.kind === 'refused' && this.renewals === 1) return 0;
		return backoffMs(this.attemptsWithoutProgress - 1, this.random, BACKOFF);
	}
}

function giveUp(interruption: Interruption, received: number, attempts: number): FileError {
	const { code, what, httpStatus } = interruption;
	const message =
		interruption.kind === 'refused'
			? `The storage does not hand out the file, also not by a new link: ${what}`
			: `The file could not be downloaded completely: ${what} (${attempts} tries since byte ${received})`;
	return new FileError(code, message, httpStatus);
}

/** Carries an interruption from where it is found to where the next connection is decided on. */
export class InterruptedError extends Error {
	override readonly name = 'InterruptedError';

	constructor(readonly interruption: Interruption) {
		super(interruption.what);
	}
}

/** What a connection that broke means: InterruptedError, or the reason to end the download. */
export function connectionError(error: unknown, timer: StallTimer): unknown {
	if (timer.over.aborted) return timer.over.reason;
	if (error instanceof FileError) return error;
	const code = codeOf(error);
	if (error instanceof Stalled || code === 'ETIMEDOUT') {
		return new InterruptedError({
			kind: 'transient',
			code: 'stalled',
			what: 'no more bytes arrived',
		});
	}
	if (error instanceof TransportError && !isTransient(error)) {
		return new FileError('unreachable', `The storage cannot be reached (${code})`);
	}
	// Only the code: the text of a network error may contain the URL.
	const what = `the connection broke (${code})`;
	return new InterruptedError({ kind: 'transient', code: 'tooManyAttempts', what });
}

/** Bounds of a transfer. */
export interface TransferOptions {
	signal?: AbortSignal;
	/** By the monotonic clock, in milliseconds: nothing is begun past this moment. */
	deadline: number;
}

/**
 * Begins a whole transfer, from the download to where the file goes, again where the connection was
 * lost and the storage cannot resume. `transfer` throws away what it has made when it throws.
 *
 * @throws the last error
 */
export async function withRestarts<T>(
	{ clock, logger, random }: { clock: Clock; logger: Logger; random: () => number },
	{ signal, deadline }: TransferOptions,
	transfer: () => Promise<T>,
): Promise<T> {
	for (let begun = 1; ; begun++) {
		const outcome = await settle(transfer);
		if (outcome.ok) return outcome.value;
		const { error } = outcome;
		if (!(error instanceof FileError) || error.code !== 'notResumable') {
			return await Promise.reject(error);
		}
		const waitMs = backoffMs(begun - 1, random, BACKOFF);
		if (begun >= MAX_TRANSFERS || clock.monotonicNow() + waitMs >= deadline) {
			return await Promise.reject(
				begun === 1 ? error : new FileError(error.code, `${error.message} (${begun} tries)`),
			);
		}
		logger.info(`${error.message}; starting again (${begun + 1} of ${MAX_TRANSFERS})`, { waitMs });
		await clock.sleep(waitMs, signal);
	}
}
