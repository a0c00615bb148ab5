import { nextDelay, type Observation } from '../../nodes/ImaginePdf/core/jobs/pace.ts';
import { seededRandom } from '../../test/emulator/random.mts';
import { shownAt, type SimulatedJob } from './job.mts';

/** Milliseconds until the next look, given what was seen so far; times as on our own clock. */
export type Poller = (history: readonly Observation[], now: number) => number;

/** Makes the poller of one job. */
export type Policy = (job: { rows: number; acceptedAt: number; random: () => number }) => Poller;

export interface Watched {
	requests: number;
	/** From the job's end to the moment its end was known. */
	delayMs: number;
	/** When each look was begun, milliseconds from acceptance. */
	looks: number[];
}

const ACCEPTED_AT = Date.UTC(2026, 0, 1);
/** One way and back; half of it on each side. */
const SHORTEST_LATENCY_MS = 50;
const LONGEST_LATENCY_MS = 150;

/** Watches a job to its end with no real time passing. */
export function watch(job: SimulatedJob, policy: Policy, seed: number): Watched {
	const random = seededRandom(seed);
	const latency = () => SHORTEST_LATENCY_MS + (LONGEST_LATENCY_MS - SHORTEST_LATENCY_MS) * random();
	let time = latency() / 2;
	const poller = policy({ rows: job.rows, acceptedAt: ACCEPTED_AT + time, random });
	const history: Observation[] = [];
	const looks: number[] = [];
	for (;;) {
		time += poller(history, ACCEPTED_AT + time);
		looks.push(time);
		const roundTrip = latency();
		const shown = shownAt(job, time + roundTrip / 2, ACCEPTED_AT);
		time += roundTrip;
		if (shown.status === 'completed') {
			return { requests: looks.length, delayMs: time - job.endsAt, looks };
		}
		history.push({ ...shown, at: ACCEPTED_AT + time });
	}
}

/** The node's own pace. */
export const adaptive: Policy =
	({ rows, acceptedAt, random }) =>
	(history, now) =>
		nextDelay(history, now, { rows, acceptedAt, random });

/** At once and then every five seconds, as hand-built workflows do. */
export const fixed: Policy = () => (history) => (history.length === 0 ? 0 : 5000);

/** At once, then after 1 s, 1.5 s, 2.25 s … at most 10 s. */
export const exponential: Policy = () => (history) =>
	history.length === 0 ? 0 : Math.min(10_000, 1000 * 1.5 ** (history.length - 1));
