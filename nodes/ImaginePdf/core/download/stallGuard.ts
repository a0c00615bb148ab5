import { FileError } from './expectedFile';
import { childController, untilAborted } from '../async';
import { DOWNLOAD_STALL_MS } from '../limits';
import type { Clock } from '../ports';

/** What ends a try, beside a stall. */
interface GuardBounds {
	/** By the monotonic clock, in milliseconds: nothing is waited for past this moment. */
	deadline: number;
	signal: AbortSignal;
}

/**
 * Limits all that one try of a download waits for, by stall, deadline and Stop, with a single timer: one for
 * each chunk would cost more than the chunk. Only waiting counts: while the receiver works on what it
 * has, nothing stalls.
 */
export class StallGuard {
	/** No byte for so long is a stall, in milliseconds. */
	readonly stallMs = DOWNLOAD_STALL_MS;
	private readonly own: ReturnType<typeof childController>;
	/** By the monotonic clock, in milliseconds: then what is waited for now counts as stalled. */
	private stallsAt = Infinity;

	/** Lives until `end`. */
	constructor(
		private readonly clock: Clock,
		private readonly bounds: GuardBounds,
	) {
		this.own = childController(bounds.signal);
		this.watch().catch(() => undefined);
	}

	/** Aborts when the try is over, with the reason. */
	get over(): AbortSignal {
		return this.own.controller.signal;
	}

	/**
	 * Settles as `work` does. One at a time.
	 * @throws the reason of `over`: FileError `stalled` or `deadline`, or the signal's
	 */
	async until<T>(work: Promise<T>, stallMs = this.stallMs): Promise<T> {
		this.stallsAt = this.clock.monotonicNow() + stallMs;
		try {
			return await untilAborted(this.over, work);
		} finally {
			this.stallsAt = Infinity;
		}
	}

	/** Ends the try, unless it is over. */
	end(reason: unknown): void {
		this.own.release();
		this.own.controller.abort(reason);
	}

	private async watch(): Promise<void> {
		const { deadline } = this.bounds;
		while (!this.over.aborted) {
			const now = this.clock.monotonicNow();
			if (now >= deadline) this.end(timeIsOver());
			else if (now >= this.stallsAt) this.end(new FileError('stalled', 'No more bytes arrived'));
			// Never longer than a stall: what is waited for may change in the meantime.
			const next = Math.min(this.stallsAt, deadline, now + this.stallMs);
			await this.clock.sleep(next - now, this.over);
		}
	}
}

function timeIsOver(): FileError {
	return new FileError('deadline', 'The time for the download is over before the file is complete');
}
