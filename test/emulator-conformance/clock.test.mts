import { scaledClock, SimulatedClock } from '../client/clock.mts';

describe('the simulated clock', () => {
	it('wakes sleepers in the order of their time, and of their falling asleep', async () => {
		const clock = new SimulatedClock(0);
		const woken: string[] = [];
		const sleeper = async (name: string, ms: number) => {
			await clock.sleep(ms);
			woken.push(`${name} ${clock.now()}`);
		};
		const all = Promise.all([
			sleeper('b', 20),
			sleeper('a', 10),
			sleeper('c', 20),
			sleeper('d', 0),
		]);
		await clock.advance(15);
		expect(woken).toEqual(['d 0', 'a 10']);
		expect(clock.now()).toBe(15);
		await clock.run(all);
		expect(woken).toEqual(['d 0', 'a 10', 'b 20', 'c 20']);
		expect(clock.now()).toBe(20);
	});

	it('runs a day of sleeping work in no real time', async () => {
		const clock = new SimulatedClock(0);
		const work = async () => {
			for (let hour = 0; hour < 24; hour++) await clock.sleep(3_600_000);
			return clock.now();
		};
		expect(await clock.run(work())).toBe(86_400_000);
		expect(clock.pending).toBe(0);
	});

	it('rejects as the work does, and tells of work that waits for something other than time', async () => {
		const clock = new SimulatedClock();
		await expect(clock.run(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
		await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('something other');
	});
});

describe.each([
	['simulated', () => new SimulatedClock()],
	['scaled', () => scaledClock(10)],
])('sleeping by the %s clock', (name, make) => {
	it(`ends a sleep by the ${name} clock at once with the reason of the aborted signal`, async () => {
		const stop = new AbortController();
		const sleep = make().sleep(3_600_000, stop.signal);
		stop.abort('stopped');
		await expect(sleep).rejects.toBe('stopped');
	});

	it(`does not begin a sleep by the ${name} clock when the signal has aborted before`, async () => {
		await expect(make().sleep(3_600_000, AbortSignal.abort('stopped'))).rejects.toBe('stopped');
	});
});

describe('the scaled clock', () => {
	it('has slept at least as long as asked by its own, scaled time', async () => {
		const clock = scaledClock(1000);
		const before = clock.now();
		await clock.sleep(5000);
		expect(clock.now() - before).toBeGreaterThanOrEqual(5000);
	});
});
