import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { deflateRawSync } from 'node:zlib';

import { fetch } from 'undici';

import { VirtualClock } from '../client/virtual-clock.mts';

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

	it('stands still while the runtime inflates', async () => {
		const zeros = deflateRawSync(Buffer.alloc(50_000_000));
		const sleeping = clock.sleep(1000);
		const { readable, writable } = new DecompressionStream('deflate-raw');
		const writer = writable.getWriter();
		void writer.write(zeros).then(async () => await writer.close());
		let size = 0;
		for await (const chunk of readable) size += Buffer.from(chunk).length;
		expect([size, clock.now()]).toEqual([50_000_000, 0]);
		await sleeping;
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
		try {
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
		} finally {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	});
});
