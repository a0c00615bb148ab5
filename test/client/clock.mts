import type { Clock } from '../../nodes/ImaginePdf/core/ports.ts';

/** Longest delay of a Node timer (Node.js documentation, `setTimeout`). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. */
export const realClock: Clock = scaledClock(1);

/**
 * Time that runs `factor` times as fast as the machine's, from now on: an hour passes in 36 seconds
 * at factor 100. Its `now` starts at the machine's time.
 */
export function scaledClock(factor: number): Clock {
	const start = Date.now();
	const origin = performance.now();
	const now = () => start + (performance.now() - origin) * factor;
	return {
		now,
		monotonicNow: () => (performance.now() - origin) * factor,
		async sleep(ms, signal) {
			const until = now() + ms;
			while (now() < until) await timer((until - now()) / factor, signal);
			signal?.throwIfAborted();
		},
	};
}

async function timer(ms: number, signal?: AbortSignal): Promise<void> {
	signal?.throwIfAborted();
	await new Promise<void>((resolve, reject) => {
		const stop = () => {
			clearTimeout(handle);
			reject(signal?.reason);
		};
		const handle = setTimeout(
			() => {
				signal?.removeEventListener('abort', stop);
				resolve();
			},
			Math.min(Math.max(ms, 0), LONGEST_TIMER_MS),
		);
		signal?.addEventListener('abort', stop, { once: true });
	});
}

interface Sleeper {
	at: number;
	order: number;
	/** Whether time is to pass for its sake. */
	waits: boolean;
	wake: () => void;
}

/**
 * Simulated time: it stands still until it is advanced, and then wakes sleepers strictly in the order
 * of their time (at the same time, in the order in which they began). No real time passes.
 */
export class SimulatedClock implements Clock {
	private sleepers: Sleeper[] = [];
	private order = 0;
	private shift = 0;

	constructor(private time = Date.UTC(2026, 0, 1)) {}

	now(): number {
		return this.time + this.shift;
	}

	monotonicNow(): number {
		return this.time;
	}

	/** Sets the machine's clock forward or back: no time passes and nobody wakes. */
	jump(ms: number): void {
		this.shift += ms;
	}

	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		await this.sleepAs(true, ms, signal);
	}

	protected async sleepAs(waits: boolean, ms: number, signal?: AbortSignal): Promise<void> {
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const stop = () => {
				this.sleepers = this.sleepers.filter((other) => other !== sleeper);
				reject(signal?.reason);
			};
			const wake = () => {
				signal?.removeEventListener('abort', stop);
				resolve();
			};
			const sleeper = { at: this.time + Math.max(ms, 0), order: this.order++, waits, wake };
			this.sleepers.push(sleeper);
			signal?.addEventListener('abort', stop, { once: true });
		});
	}

	/** Number of sleepers, so that tests can see that no timer was left behind. */
	get pending(): number {
		return this.sleepers.length;
	}

	/**
	 * Jumps from one sleeper to the next until `work` has settled, and settles as it does.
	 * @throws Error when nobody sleeps any more and the work still waits for something
	 */
	async run<T>(work: Promise<T>): Promise<T> {
		let done = false;
		const finish = () => {
			done = true;
		};
		work.then(finish, finish);
		await settled();
		while (!done) {
			if (!this.wakeNext()) {
				throw new Error('The work waits for something other than the simulated clock');
			}
			await settled();
		}
		return await work;
	}

	/** Whether somebody sleeps who wants time to pass. */
	protected get isWaitedFor(): boolean {
		return this.sleepers.some(({ waits }) => waits);
	}

	protected wakeNext(): boolean {
		let next: Sleeper | undefined;
		for (const sleeper of this.sleepers) {
			const earlier =
				!next || sleeper.at < next.at || (sleeper.at === next.at && sleeper.order < next.order);
			if (earlier) next = sleeper;
		}
		if (!next) return false;
		this.sleepers = this.sleepers.filter((other) => other !== next);
		this.time = Math.max(this.time, next.at);
		next.wake();
		return true;
	}
}

/** Resolves when all promise reactions that are due have run. */
async function settled(): Promise<void> {
	await new Promise<void>((resolve) => setImmediate(resolve));
}
