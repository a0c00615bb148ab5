/** Somebody pressed Stop, or n8n's workflow time-out struck. */
export class StoppedError extends Error {
	override readonly name = 'StoppedError';

	constructor() {
		super('The execution was stopped.');
	}
}

/**
 * Acts when the signal aborts: at once where it has.
 * @returns what takes it back
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
	if (signal.aborted) act();
	else signal.addEventListener('abort', act, { once: true });
	return () => signal.removeEventListener('abort', act);
}

/** Settles as `work` does, or rejects with the signal's reason the moment it aborts. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	let release: (() => void) | undefined;
	const aborted = new Promise<never>((_, reject) => {
		release = onAbort(signal, () => reject(signal.reason));
	});
	try {
		return await Promise.race([work, aborted]);
	} finally {
		release?.();
		// The work may still reject after an abort, which must not be an unhandled rejection.
		work.catch(() => undefined);
	}
}

/** A controller of its own that also aborts, with the same reason, when `parent` does. */
export function childController(parent: AbortSignal | undefined) {
	const controller = new AbortController();
	const release = parent && onAbort(parent, () => controller.abort(parent.reason));
	return { controller, release: () => release?.() };
}

/**
 * A signal of its own for one of many parallel works. It aborts with the shared one, whose own
 * listeners do not add up: Node warns of a leak beyond ten.
 */
export function ownSignal(shared: AbortSignal): AbortSignal {
	return AbortSignal.any([shared]);
}

export type Settled<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * A promise's outcome as a value, for flows in which a rejection is a case like any other. After Stop
 * there is no outcome.
 * @throws the signal's reason
 */
export async function settle<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<Settled<T>> {
	let outcome: Settled<T>;
	try {
		outcome = { ok: true, value: await work() };
	} catch (error) {
		outcome = { ok: false, error };
	}
	signal?.throwIfAborted();
	return outcome;
}

/** The one way back from a settled outcome. @throws the error as it is */
export function unwrap<T>(outcome: Settled<T>): T {
	if (!outcome.ok) throw outcome.error;
	return outcome.value;
}

/**
 * Does the work for each item, `lanes` of them at once, in their order. After a failure no further item
 * is begun. Of a source that gives items one by one, no more are asked for than there are lanes;
 * after a failure it is closed.
 * @returns the results in the order of the items
 * @throws the first error that comes, of the work or of the source, at once
 */
export async function inLanes<T, R>(
	lanes: number,
	items: readonly T[] | AsyncIterable<T>,
	work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
	const isList = Array.isArray(items);
	const source: Iterator<T> | AsyncIterator<T> = isList
		? items.values()
		: (items as AsyncIterable<T>)[Symbol.asyncIterator]();
	const results: R[] = [];
	let begun = 0;
	let isOver = false;
	const lane = async () => {
		while (!isOver) {
			const next = await source.next();
			if (next.done === true || isOver) return;
			const index = begun++;
			const outcome = await settle(async () => await work(next.value, index));
			isOver ||= !outcome.ok;
			results[index] = unwrap(outcome);
		}
	};
	const count = isList ? Math.min(lanes, items.length) : lanes;
	const all = Promise.all(Array.from({ length: count }, lane));
	// Not waited for: where a lane still reads, the source closes only after that.
	all.catch(async () => await source.return?.()).catch(() => undefined);
	await all;
	return results;
}
