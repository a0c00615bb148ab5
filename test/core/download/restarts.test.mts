import { openDownload } from '../../../nodes/ImaginePdf/core/download/download.ts';
import { withRestarts } from '../../../nodes/ImaginePdf/core/download/retryBudget.ts';
import { SimulatedClock } from '../../client/clock.mts';
import { file } from './support/expect.mts';
import { FakeStorage, type Step } from './support/fake-storage.mts';

/** Collects a file without an ETag over as many transfers as it takes. */
async function collect(steps: Step[], minutes = 60, signal?: AbortSignal) {
	const clock = new SimulatedClock();
	const storage = new FakeStorage({ bytes: file }, steps);
	const notes: string[] = [];
	const note = (message: string) => void notes.push(message);
	const deps = { http: storage, clock, logger: { info: note, warn: note }, random: () => 0.5 };
	const bounds = { deadline: clock.now() + minutes * 60_000, ...(signal && { signal }) };
	const transfer = async () => {
		const getUrl = async () => ({ url: 'https://storage.test/1.zip' });
		const options = { ...bounds, stallMs: 30_000, expect: 'zip' } as const;
		const { body } = await openDownload({ ...deps, getUrl }, options);
		const chunks: Uint8Array[] = [];
		for await (const chunk of body) chunks.push(chunk);
		return Buffer.concat(chunks);
	};
	const work = withRestarts(deps, bounds, transfer);
	await clock.run(work.catch(() => undefined));
	expect(clock.pending).toBe(0);
	expect(storage.open).toBe(0);
	return { work, storage, notes };
}

const lost: Step = { breakAfter: 5000 };

describe('withRestarts', () => {
	it('begins a lost transfer again from the first byte where the storage cannot resume', async () => {
		const { work, storage, notes } = await collect([lost, lost, lost]);
		expect((await work).equals(file)).toBe(true);
		expect(storage.starts).toEqual([0, 0, 0, 0]);
		expect(notes).toEqual([2, 3, 4].map((n) => expect.stringContaining(`again (${n} of 4)`)));
	});

	it('a transfer ends after four tries, and says so', async () => {
		const { work, storage } = await collect(Array<Step>(9).fill(lost));
		await expect(work).rejects.toMatchObject({
			code: 'notResumable',
			message: expect.stringMatching(/lost after 5000 of 10000 bytes.*\(4 tries\)$/),
		});
		expect(storage.requests).toHaveLength(4);
	});

	it('does not begin a transfer again that ended for another reason', async () => {
		const { work, storage } = await collect([{ body: Buffer.from('<html>') }]);
		await expect(work).rejects.toMatchObject({ code: 'notZip' });
		expect(storage.requests).toHaveLength(1);
	});

	it('does not begin a transfer again past the deadline', async () => {
		const { work, storage } = await collect([{ stallAfter: 5000 }, lost], 30_100 / 60_000);
		await expect(work).rejects.toMatchObject({ code: 'notResumable' });
		expect(storage.requests).toHaveLength(1);
	});
});
