import { sleepUntilAborted } from './majors';
import type { Clock } from '../core/ports';

/** Real time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms, signal) => {
		signal?.throwIfAborted();
		// A signal of its own for each sleep, as `sleepUntilAborted` asks for.
		const own = new AbortController();
		const onAbort = () => own.abort(signal?.reason);
		signal?.addEventListener('abort', onAbort, { once: true });
		try {
			await sleepUntilAborted(ms, own.signal);
		} catch {
			signal?.throwIfAborted();
		} finally {
			signal?.removeEventListener('abort', onAbort);
		}
	},
};
