import { FileError } from './expectedFile';
import type { Clock } from '../ports';

/** No byte came for `stallMs`. The download may go on over a new connection. */
export class Stalled extends Error {
	override readonly name = 'Stalled';
}

/** What ends a wait. */
export interface StallLimits {
	/** Longest wait for one thing, in milliseconds. */
	stallMs: number;
	/** By the monotonic clock, in milliseconds: nothing is waited for past this moment. */
	deadline: number;
	signal?: AbortSignal | undefined;
}

interface Pending {
	reject: (reason: unknown) => void;
	/** By the monotonic clock, in milliseconds: then it counts as stalled. */
	due: number;
}

/**
 * Limits everything that a download waits for, by stall, deadline and Stop, with a single timer: one
 * for each chunk would cost more than the chunk. Only waiting counts. While the consumer works on what
 * it has, nothing stalls.
 */
export class StallTimer {
	private readonly ended = new AbortController();
	private pending: Pending | undefined;

	constructor(
		private readonly clock: Clock,
		private readonly limits: StallLimits,
	) {
		const { signal } = limits;
		if (signal?.aborted) this.onAbort();
		else signal?.addEventListener('abort', this.onAbort, { once: true });
		this.run().catch(() => undefined);
	}

	/** Aborts when the download is over, for whatever reason. */
	get over(): AbortSignal {
		return this.ended.signal;
	}

	/**
	 * Settles as `work` does. One at a time.
	 * @throws Stalled after `stallMs`, FileError `deadline`, the signal's reason when it aborts
	 */
	guard<T>(work: Promise<T>, stallMs = this.limits.stallMs): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			// Not `Promise.race` with a promise that lives as long as the download: it would keep every chunk.
			const pending: Pending = { reject, due: this.clock.monotonicNow() + stallMs };
			this.pending = pending;
			const clear = (): void => {
				if (this.pending === pending) this.pending = undefined;
			};
			work.then(
				(value) => {
					clear();
					resolve(value);
				},
				(reason: unknown) => {
					clear();
					reject(reason);
				},
			);
			if (!this.over.aborted) this.check();
			if (this.over.aborted) reject(this.over.reason);
		});
	}

	/**
	 * Waits, but never past the deadline.
	 * @throws FileError `deadline` at once when it would; the signal's reason when it aborts
	 */
	async pause(ms: number): Promise<void> {
		this.over.throwIfAborted();
		if (this.clock.monotonicNow() + ms >= this.limits.deadline) throw timeIsOver();
		await this.clock.sleep(ms, this.over);
	}

	/** Milliseconds until the deadline. */
	get left(): number {
		return this.limits.deadline - this.clock.monotonicNow();
	}

	/** Ends the download; what is being waited for rejects with `reason`. */
	end(reason: unknown): void {
		this.limits.signal?.removeEventListener('abort', this.onAbort);
		if (this.over.aborted) return;
		this.ended.abort(reason);
		this.pending?.reject(reason);
		this.pending = undefined;
	}

	private readonly onAbort = (): void => this.end(this.limits.signal?.reason);

	private async run(): Promise<void> {
		while (!this.over.aborted) {
			const now = this.clock.monotonicNow();
			// Never longer than a stall: what is waited for may change in the meantime.
			const stall = Math.min(this.pending?.due ?? Infinity, now + this.limits.stallMs);
			const next = Math.min(stall, this.limits.deadline);
			await this.clock.sleep(Math.max(1, next - now), this.over);
			this.check();
		}
	}

	private check(): void {
		const now = this.clock.monotonicNow();
		if (now >= this.limits.deadline) this.end(timeIsOver());
		const { pending } = this;
		if (!pending || now < pending.due) return;
		this.pending = undefined;
		pending.reject(new Stalled());
	}
}

function timeIsOver(): FileError {
	return new FileError('deadline', 'The time for the download is over before the file is complete');
}
