import { makeJob } from '../../../bench/poll/job.mts';
import { watchMany, type ManyWatched } from '../../../bench/poll/many.mts';

const JOBS = 100;

/** The node's wait and client on a simulated clock; see `bench/poll/many.mts`. */
async function watch(
	lengthMs: number,
	rows: number,
): Promise<{ ours: ManyWatched; loops: ManyWatched }> {
	const jobs = Array.from({ length: JOBS }, (_, seed) =>
		makeJob(lengthMs, 'steady', seed, { exactly: rows }),
	);
	return {
		ours: await watchMany(jobs, 0),
		loops: await watchMany(jobs, 5000),
	};
}

describe.each([
	{ rows: 1, lengthMs: 2000 },
	{ rows: 100, lengthMs: 30_000 },
])('a hundred jobs of $rows rows at once', ({ rows, lengthMs }) => {
	it(`a hundred jobs of ${rows} rows never poll more within a second than fixed loops do`, async () => {
		const { ours, loops } = await watch(lengthMs, rows);
		expect(ours.busiestSecond).toBeLessThanOrEqual(loops.busiestSecond);
	});

	it(`a hundred jobs of ${rows} rows are seen to end sooner than by fixed loops, with fewer requests`, async () => {
		const { ours, loops } = await watch(lengthMs, rows);
		expect(ours.requests).toBeLessThan(loops.requests);
		expect(ours.meanDelayMs).toBeLessThan(loops.meanDelayMs);
		expect(ours.longestDelayMs).toBeLessThanOrEqual(10_000);
	});
});
