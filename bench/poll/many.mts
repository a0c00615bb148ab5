import { ImaginePdfClient } from '../../nodes/ImaginePdf/core/api/client.ts';
import { RouteMemory } from '../../nodes/ImaginePdf/core/api/routes.ts';
import { waitForEnd } from '../../nodes/ImaginePdf/core/jobs/wait.ts';
import type { Http } from '../../nodes/ImaginePdf/core/ports.ts';
import { SimulatedClock } from '../../test/client/clock.mts';
import { seededRandom } from '../../test/emulator/random.mts';
import { shownAt, type SimulatedJob } from './job.mts';

/** What many jobs at once look like from the service, and to the user. */
export interface ManyWatched {
	requests: number;
	/** The most requests within any one second. */
	busiestSecond: number;
	/** The most requests within any ten milliseconds: a herd. */
	busiestMoment: number;
	meanDelayMs: number;
	longestDelayMs: number;
}

const LATENCY_MS = 50;
const HOUR_MS = 3_600_000;

/**
 * The node's real wait and client over jobs that were all accepted at the same moment, with no real time
 * passing.
 * @param pollIntervalMs the user's own interval; 0 for the node's pace
 */
export async function watchMany(
	jobs: readonly SimulatedJob[],
	pollIntervalMs: number,
): Promise<ManyWatched> {
	const clock = new SimulatedClock();
	const acceptedAt = clock.now();
	const asked: number[] = [];
	const random = seededRandom(jobs.length);
	const client = new ImaginePdfClient({
		clock,
		logger: { info: () => undefined, warn: () => undefined },
		random,
		http: statusRoute(jobs, clock, acceptedAt, asked),
		routes: new RouteMemory(),
	});
	const deps = { client, clock, random, logger: { info: () => undefined, warn: () => undefined } };
	const watched = jobs.map(async (job, index) => {
		const options = {
			rows: job.rows,
			submittedAt: acceptedAt,
			isNew: true,
			timeoutMs: HOUR_MS,
			pollIntervalMs,
		};
		await waitForEnd(deps, `job_${index}`, options);
		return clock.now() - acceptedAt - job.endsAt;
	});
	const delays = await clock.run(Promise.all(watched));
	return {
		requests: asked.length,
		busiestSecond: mostWithin(asked, 1000),
		busiestMoment: mostWithin(asked, 10),
		meanDelayMs: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
		longestDelayMs: Math.max(...delays),
	};
}

/** The status route of the first generation (docs/imaginepdf-api.md, "Batch: the contract"). */
function statusRoute(
	jobs: readonly SimulatedJob[],
	clock: SimulatedClock,
	acceptedAt: number,
	asked: number[],
): Http {
	return {
		baseUrl: 'http://127.0.0.1/api/v1',
		async api({ path, signal }) {
			asked.push(clock.now());
			await clock.sleep(LATENCY_MS, signal);
			const index = Number(/job_(\d+)/.exec(path)?.[1]);
			const job = jobs[index];
			if (!job) throw new Error(`There is no job at ${path}`);
			const state = shownAt(job, clock.now() - acceptedAt);
			await clock.sleep(LATENCY_MS, signal);
			const data = { jobId: `job_${index}`, ...state };
			return {
				status: 200,
				headers: {},
				body: JSON.stringify({ status: 'success', data, error: null }),
			};
		},
		storage: async () => await Promise.reject(new Error('No file is fetched here')),
	};
}

function mostWithin(ascending: readonly number[], windowMs: number): number {
	let first = 0;
	let most = 0;
	for (const [index, time] of ascending.entries()) {
		while ((ascending[first] ?? time) <= time - windowMs) first++;
		most = Math.max(most, index - first + 1);
	}
	return most;
}
