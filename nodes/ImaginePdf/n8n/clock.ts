import * as n8nWorkflow from 'n8n-workflow';

import type { Clock } from '../core/ports';

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * n8n's own sleep that ends with a signal. Its name changed: `sleepWithAbort` until 2.33, and
 * `sleep` with a second argument from 2.34 on. Timers of our own are not allowed in a verified node.
 */
const sleepUntilAborted: Sleep =
	'sleepWithAbort' in n8nWorkflow && typeof n8nWorkflow.sleepWithAbort === 'function'
		? (n8nWorkflow.sleepWithAbort as Sleep)
		: n8nWorkflow.sleep;

/** Real time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms, signal) => {
		signal?.throwIfAborted();
		// A signal of our own for each sleep: older versions leave their listener on what they get.
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
