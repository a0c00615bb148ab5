import { makeJob } from '../../../bench/poll/job.mts';
import { watchMany, type ManyWatched } from '../../../bench/poll/many.mts';
import {
	MAX_REQUESTS_PER_SECOND,
	REQUEST_BURST,
} from '../../../nodes/ImaginePdf/core/api/rateLimiter.ts';

const JOBS = 100;

/** The node's wait, client and gate on a simulated clock; see `bench/poll/many.mts`. */
async function watch(
	lengthMs: number,
	rows: number,
): Promise<{ ours: ManyWatched; loops: ManyWatched }> {
	const jobs = Array.from({ length: JOBS }, (_, seed) =>
		makeJob(lengthMs, 'steady', seed, { exactly: rows }),
	);
	return {
		ours: await watchMany(jobs, { pollIntervalMs: 0, gated: true }),
		loops: await watchMany(jobs, { pollIntervalMs: 5000, gated: false }),
	};
}

describe.each([
	{ rows: 1, lengthMs: 2000 },
	{ rows: 100, lengthMs: 30_000 },
])('a hundred jobs of $rows rows at once', ({ rows, lengthMs }) => {
	it(`a hundred jobs of ${rows} rows keep below the bound together, and never poll all at once`, async () => {
		const { ours } = await watch(lengthMs, rows);
		expect(ours.busiestSecond).toBeLessThanOrEqual(MAX_REQUESTS_PER_SECOND + REQUEST_BURST);
		expect(ours.busiestMoment).toBeLessThanOrEqual(REQUEST_BURST);
	});

	it(`a hundred jobs of ${rows} rows are seen to end sooner than by fixed loops, with fewer requests`, async () => {
		const { ours, loops } = await watch(lengthMs, rows);
		expect(ours.requests).toBeLessThan(loops.requests);
		expect(ours.meanDelayMs).toBeLessThan(loops.meanDelayMs);
		expect(ours.longestDelayMs).toBeLessThanOrEqual(10_000);
	});
});
