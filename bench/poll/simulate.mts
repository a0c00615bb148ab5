import {
	pollDelay,
	withPoll,
	type PollHistory,
} from '../../nodes/ImaginePdf/core/jobs/pollDelay.ts';
import { seededRandom } from '../../test/emulator/random.mts';
import { shownAt, type SimulatedJob } from './job.mts';

/** Milliseconds until the next poll. */
export type Policy = (history: PollHistory, now: number, random: () => number) => number;

export interface Watched {
	requests: number;
	/** From the job's end to the moment its end was known. */
	delayMs: number;
}

/** One way and back; half of it on each side. */
const SHORTEST_LATENCY_MS = 50;
const LONGEST_LATENCY_MS = 150;

/** Watches a job to its end with no real time passing. */
export function watch(job: SimulatedJob, policy: Policy, seed: number): Watched {
	const random = seededRandom(seed);
	const latency = () => SHORTEST_LATENCY_MS + (LONGEST_LATENCY_MS - SHORTEST_LATENCY_MS) * random();
	let time = latency() / 2;
	let history: PollHistory = { polls: 0, rows: job.rows, start: { at: time, done: 0 } };
	for (;;) {
		time += policy(history, time, random);
		const roundTrip = latency();
		const shown = shownAt(job, time + roundTrip / 2);
		time += roundTrip;
		history = withPoll(history, { at: time, done: shown.completed + shown.failed }, shown.total);
		if (shown.status === 'completed') {
			return { requests: history.polls, delayMs: time - job.endsAt };
		}
	}
}

/** At once and then every five seconds, as hand-built workflows do. */
export const fixedLoop: Policy = ({ polls }) => (polls === 0 ? 0 : 5000);

/** The node's own pace. */
export const nodePace: Policy = pollDelay;
