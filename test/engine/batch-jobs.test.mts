import { createHash } from 'node:crypto';

import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';
import { TEST_NODES } from './harness/index.mts';

const status = { resource: 'batch', operation: 'getStatus' };
const download = { resource: 'batch', operation: 'download' };

describe('Batch: Get Status and Download', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => {
		await setup.close();
	});

	/** Submits without waiting; one job per item. */
	async function queued(rows: number, rowsPerBatch = 100) {
		const result = await setup.run(invoices(rows), {
			parameters: { waitForCompletion: false, options: { rowsPerBatch } },
		});
		return result.json(NODE).map(({ jobId }) => ({ jobId: String(jobId) }));
	}

	it('Get Status emits the state of each job, paired with its item', async () => {
		const jobs = await queued(250);
		const result = await setup.run(jobs, { parameters: status });
		expect(result.json(NODE).map(({ jobId, total }) => [jobId, total])).toEqual([
			[jobs[0]?.jobId, 100],
			[jobs[1]?.jobId, 100],
			[jobs[2]?.jobId, 50],
		]);
		expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }],
			[{ item: 1 }],
			[{ item: 2 }],
		]);
		for (const json of result.json(NODE)) {
			expect(json).toMatchObject({ failed: 0, done: expect.any(Boolean) });
			expect(json['progress']).toBeGreaterThanOrEqual(0);
			expect(json['progress']).toBeLessThanOrEqual(1);
		}
	});

	it('Get Status and Download say that there is no such job, and which', async () => {
		const result = await setup.run([{ jobId: 'job_nowhere' }], { parameters: status });
		expect(result.error?.message).toBe(
			'ImaginePDF knows no such job in this workspace (job job_nowhere)',
		);
		expect(result.error).toMatchObject({ httpCode: '404', itemIndex: 0 });
	});

	it('Get Status and Download ask for a job ID where there is none', async () => {
		const result = await setup.run([{ jobId: 'job_1' }, { jobId: '' }], {
			parameters: status,
			onError: 'continueRegularOutput',
		});
		expect(result.json(NODE)[1]).toMatchObject({
			error: "'Job ID' is empty [item 1]",
			code: 'NO_JOB_ID',
		});
	});

	it('Download waits for a job and fetches it, needing nothing but its ID', async () => {
		const [job] = await queued(3);
		const result = await setup.run([job!], { parameters: download });
		expect(result.json(NODE)[0]).toMatchObject({
			jobId: job?.jobId,
			done: true,
			fileCount: 3,
			total: 3,
		});
		expect(await setup.zipNames(result)).toHaveLength(3);
	});

	it('Download fetches the same job as often as one likes, without paying again', async () => {
		const [job] = await queued(2);
		const digests = [];
		for (let time = 0; time < 2; time++) {
			const result = await setup.run([job!], { parameters: download });
			const zip = await setup.engine.readBinary(result.items(NODE)[0]!, 'data');
			digests.push(createHash('sha256').update(zip).digest('hex'));
		}
		expect(digests[0]).toBe(digests[1]);
	});

	it('Download says so when a job is not finished and it shall not wait', async () => {
		setup.emulator.behaviour.timing = { rowMs: 3_600_000 };
		const [job] = await queued(1);
		setup.emulator.behaviour.timing = {};
		const result = await setup.run([job!], {
			parameters: { ...download, waitForCompletion: false },
		});
		expect(result.error?.message).toBe(`Job ${job?.jobId} is not finished yet`);
		expect(result.error?.description).toContain('0 of 1 rows done');
	});

	it('Download hands on the PDFs of several jobs one by one, each from its own item', async () => {
		const jobs = await queued(5, 2);
		const result = await setup.run(jobs, { parameters: { ...download, output: 'pdfs' } });
		expect(
			result.json(NODE).map(({ jobId, pdfNumber, pdfCount }) => [jobId, pdfNumber, pdfCount]),
		).toEqual([
			[jobs[0]?.jobId, 1, 2],
			[jobs[0]?.jobId, 2, 2],
			[jobs[1]?.jobId, 1, 2],
			[jobs[1]?.jobId, 2, 2],
			[jobs[2]?.jobId, 1, 1],
		]);
		const names = result.json(NODE).map(({ fileName }) => fileName);
		expect(new Set(names).size).toBe(5);
		for (const item of result.items(NODE)) {
			expect(item.binary?.['data']).toMatchObject({
				mimeType: 'application/pdf',
				fileExtension: 'pdf',
			});
			const bytes = await setup.engine.readBinary(item, 'data');
			expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
			expect(bytes).toHaveLength(Number(item.json['fileSize']));
		}
	});

	it.each(['filesystem', 'default'] as const)(
		'Download gives a file that the next node can read (binary mode %s)',
		async (binaryMode) => {
			const other = await openEngineSetup({ binaryMode });
			const result = await other.engine.run({
				items: invoices(2),
				nodes: [
					{ name: 'Items', type: TEST_NODES.items },
					{ ...(await import('./support/setup.mts')).nodeSpec(other.emulator, {}) },
					{ name: 'Read', type: TEST_NODES.readFiles },
				],
			});
			expect(result.error).toBeUndefined();
			const [read] = result.json('Read');
			expect(JSON.stringify(read)).toContain(String(result.json(NODE)[0]?.['fileSize']));
			await other.close();
		},
	);
});
