import { sleepUntilAborted } from './n8nCompat';
import { childController } from '../core/async';
import type { Clock } from '../core/ports';

/** Longest delay of a timer; a longer one would end at once (Node.js documentation, `setTimeout`). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	monotonicNow: () => performance.now(),
	sleep: async (ms, signal) => {
		signal?.throwIfAborted();
		// A signal of its own for each sleep, as `sleepUntilAborted` asks for.
		const { controller, release } = childController(signal);
		try {
			for (let left = ms; ; left -= LONGEST_TIMER_MS) {
				await sleepUntilAborted(Math.min(left, LONGEST_TIMER_MS), controller.signal);
				if (left <= LONGEST_TIMER_MS) break;
			}
		} catch {
			signal?.throwIfAborted();
		} finally {
			release();
		}
	},
};
