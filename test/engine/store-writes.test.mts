import { Readable } from 'node:stream';

import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';
import { RemoteStore } from './harness/remote-store.mts';

const KIB = 1024;

/** How a ZIP comes to n8n's store: counted, as a clock would tell more of the machine than of the node. */
describe("What n8n's store is given of a ZIP", () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup({ binaryMode: 's3' });
		setup.emulator.behaviour.synthetic = {
			entries: 40,
			entryBytes: 100_000,
			content: 'incompressible',
			compression: 'store',
		};
	});
	afterAll(async () => {
		jest.restoreAllMocks();
		await setup.close();
	});

	it("n8n's store gets a ZIP in pieces as large as Node writes at once, not as they came from the network", async () => {
		const sizes: number[] = [];
		const { write } = RemoteStore.prototype;
		jest.spyOn(RemoteStore.prototype, 'write').mockImplementation(async function (
			this: RemoteStore,
			key,
			body,
		) {
			if (Buffer.isBuffer(body)) return await write.call(this, key, body);
			return await write.call(this, key, Readable.from(noting(body, sizes)));
		});
		const result = await setup.run(invoices(1));
		const fileSize = Number(result.json(NODE)[0]?.['fileSize']);
		expect(fileSize).toBeGreaterThan(4_000_000);
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(fileSize);
		// All but the last.
		for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThanOrEqual(512 * KIB);
	});
});

async function* noting(body: AsyncIterable<Uint8Array>, sizes: number[]) {
	for await (const chunk of body) {
		sizes.push(chunk.length);
		yield chunk;
	}
}
