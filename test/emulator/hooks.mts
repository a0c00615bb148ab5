import type { LoggedRequest } from './http/log.mts';
import type { Charge, Job, JobState } from './model.mts';
import type { Upload } from './pictures.mts';

/** What a test can wait for instead of sleeping. */
export interface EmulatorEvents {
	/** A request has arrived; nothing has been done about it yet. */
	request: LoggedRequest;
	/** A request has been answered, or its connection has ended. */
	answer: LoggedRequest;
	/** A job was accepted, began, made progress or ended. */
	job: { job: Job; state: JobState };
	charge: Charge;
	upload: Upload;
}

type Listener<T> = (event: T) => void;

/** Tells listeners what happens, and wakes those who wait for it. */
export class Hooks {
	private readonly listeners = new Map<keyof EmulatorEvents, Set<Listener<never>>>();
	private readonly checks = new Set<() => void>();
	private readonly waiting = new Set<(reason: Error) => void>();

	/** @param whileTimePasses settles as the event does that it is given, and lets time pass until then */
	constructor(private readonly whileTimePasses: <T>(event: Promise<T>) => Promise<T>) {}

	/** Calls `listener` for every event from now on; returns a function that ends that. */
	on<K extends keyof EmulatorEvents>(event: K, listener: Listener<EmulatorEvents[K]>): () => void {
		const listeners = this.listeners.get(event) ?? new Set();
		this.listeners.set(event, listeners);
		listeners.add(listener);
		return () => listeners.delete(listener);
	}

	emit<K extends keyof EmulatorEvents>(event: K, detail: EmulatorEvents[K]): void {
		for (const listener of this.listeners.get(event) ?? []) {
			const call = listener as Listener<EmulatorEvents[K]>;
			call(detail);
		}
		for (const check of this.checks) check();
	}

	/** The first event from now on that matches. */
	async next<K extends keyof EmulatorEvents>(
		event: K,
		matches: (detail: EmulatorEvents[K]) => boolean = () => true,
	): Promise<EmulatorEvents[K]> {
		let stop: () => void = () => undefined;
		try {
			const pending = this.pending<EmulatorEvents[K]>((resolve) => {
				stop = this.on(event, (detail) => {
					if (matches(detail)) resolve(detail);
				});
			});
			// Jobs go on by themselves; all other events come from what a client does.
			return await (event === 'job' ? this.whileTimePasses(pending) : pending);
		} finally {
			stop();
		}
	}

	/** Resolves as soon as `predicate` holds; it is asked now and after every event. */
	async until(predicate: () => boolean): Promise<void> {
		let check: () => void = () => undefined;
		try {
			const pending = this.pending<void>((resolve) => {
				check = () => {
					if (predicate()) resolve();
				};
				this.checks.add(check);
				check();
			});
			await this.whileTimePasses(pending);
		} finally {
			this.checks.delete(check);
		}
	}

	/** Ends all waiting; called when the emulator closes. */
	close(): void {
		for (const reject of this.waiting) reject(new Error('The emulator was closed'));
	}

	private async pending<T>(start: (resolve: (value: T) => void) => void): Promise<T> {
		let abort: (reason: Error) => void = () => undefined;
		try {
			return await new Promise<T>((resolve, reject) => {
				abort = reject;
				this.waiting.add(abort);
				start(resolve);
			});
		} finally {
			this.waiting.delete(abort);
		}
	}
}
