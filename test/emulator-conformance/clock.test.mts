import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';

import { scaledClock, SimulatedClock } from '../client/clock.mts';
import { VirtualClock } from '../client/virtual-clock.mts';

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

describe('the virtual clock', () => {
	let clock: VirtualClock;
	beforeEach(() => {
		clock = new VirtualClock(0);
	});
	afterEach(() => clock.close());

	it('lets an hour of sleep pass at once, in the order of the sleepers', async () => {
		const woken: number[] = [];
		const sleep = async (ms: number) => {
			await clock.sleep(ms);
			woken.push(clock.now());
		};
		await Promise.all([sleep(3_600_000), sleep(1000), sleep(60_000)]);
		expect(woken).toEqual([1000, 60_000, 3_600_000]);
	});

	it('lets no time pass for a sleeper in the background, unless somebody waits', async () => {
		let isAwake = false;
		const sleeping = clock.sleepInBackground(1000).then(() => (isAwake = true));
		for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
		expect(isAwake).toBe(false);
		await clock.waitFor(sleeping);
		expect(clock.now()).toBe(1000);
	});

	it('stands still while immediates of others are due', async () => {
		const sleeping = clock.sleep(1000);
		for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
		expect(clock.now()).toBe(0);
		await sleeping;
		expect(clock.now()).toBe(1000);
	});

	it('gives others a turn, which takes no time, also while something goes on', async () => {
		clock.watch(() => true);
		await clock.sleep(0);
		expect(clock.now()).toBe(0);
	});

	it('stands still while a file is written and read', async () => {
		const folder = await mkdtemp('/tmp/imaginepdf-clock-');
		const sleeping = clock.sleep(1000);
		for (let file = 0; file < 20; file++) {
			await writeFile(`${folder}/file`, 'x'.repeat(file * 10_000));
			await readFile(`${folder}/file`);
			expect(clock.now()).toBe(0);
		}
		await sleeping;
		await rm(folder, { recursive: true });
	});

	it('stands still while a request is on its way, worked on or answered', async () => {
		let working = 0;
		clock.watch(() => working > 0);
		const server = createServer((request, response) => {
			working++;
			// In threads that Node does not list.
			void crypto.subtle.digest('SHA-256', new Uint8Array(5_000_000)).then(() => {
				response.end(String(clock.now()).repeat(100_000));
				working--;
			});
			request.resume();
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const sleeping = clock.sleep(1000);
		for (let call = 0; call < 5; call++) {
			const answer = await fetch(`http://127.0.0.1:${port}`, {
				method: 'POST',
				body: 'x'.repeat(1e6),
			});
			expect(await answer.text()).toMatch(/^0+$/);
			expect(clock.now()).toBe(0);
		}
		await sleeping;
		expect(clock.now()).toBe(1000);
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
});
