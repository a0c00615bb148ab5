import { EventEmitter } from 'node:events';

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

/** Tells listeners what happens, and wakes those who wait for it. */
export class Hooks {
	private readonly events = new EventEmitter().setMaxListeners(0);

	/** @param whileTimePasses settles as the event does that it is given, and lets time pass until then */
	constructor(private readonly whileTimePasses: <T>(event: Promise<T>) => Promise<T>) {}

	/** Calls `listener` for every event from now on; returns a function that ends that. */
	on<K extends keyof EmulatorEvents>(
		event: K,
		listener: (detail: EmulatorEvents[K]) => void,
	): () => void {
		this.events.on(event, listener);
		return () => void this.events.off(event, listener);
	}

	emit<K extends keyof EmulatorEvents>(event: K, detail: EmulatorEvents[K]): void {
		this.events.emit(event, detail);
		this.events.emit('any');
	}

	/** The first event from now on that matches. */
	async next<K extends keyof EmulatorEvents>(
		event: K,
		matches: (detail: EmulatorEvents[K]) => boolean = () => true,
	): Promise<EmulatorEvents[K]> {
		const pending = this.first<EmulatorEvents[K]>(event, matches);
		// Jobs go on by themselves; all other events come from what a client does.
		return await (event === 'job' ? this.whileTimePasses(pending) : pending);
	}

	/** Resolves as soon as `predicate` holds; it is asked now and after every event. */
	async until(predicate: () => boolean): Promise<void> {
		if (!predicate()) await this.whileTimePasses(this.first('any', predicate));
	}

	/** Ends all waiting; called when the emulator closes. */
	close(): void {
		this.events.emit('close');
	}

	private async first<T>(event: string, matches: (detail: T) => boolean): Promise<T> {
		return await new Promise<T>((resolve, reject) => {
			const end = () => this.events.off(event, listen).off('close', close);
			const listen = (detail: T) => {
				if (!matches(detail)) return;
				end();
				resolve(detail);
			};
			const close = () => {
				end();
				reject(new Error('The emulator was closed'));
			};
			this.events.on(event, listen).on('close', close);
		});
	}
}
