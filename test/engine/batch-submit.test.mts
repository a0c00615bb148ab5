import { KEYS } from '../emulator/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

describe('Batch: Submit', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => {
		await setup.close();
	});
	const newJobs = async <T,>(work: () => Promise<T>) => {
		const before = setup.jobIds().length;
		const paid = setup.charged();
		const result = await work();
		return { result, jobIds: setup.jobIds().slice(before), paid: setup.charged() - paid };
	};

	it('Submit sends nothing and emits nothing for empty input', async () => {
		const before = setup.emulator.requests.length;
		const result = await setup.run([]);
		expect(result.status).toBe('success');
		expect(result.items(NODE)).toEqual([]);
		expect(setup.emulator.requests).toHaveLength(before);
	});

	it.each([
		[1, 1],
		[2, 1],
		[101, 2],
		[250, 3],
	])('Submit turns %i items into %i ZIP files', async (count, jobs) => {
		const { result, jobIds, paid } = await newJobs(() => setup.run(invoices(count)));
		expect(result.error).toBeUndefined();
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(jobIds);
		expect(jobIds).toHaveLength(jobs);
		expect(paid).toBe(count);
		let entries = 0;
		for (let index = 0; index < jobs; index++)
			entries += (await setup.zipNames(result, index)).length;
		expect(entries).toBe(count);
	});

	it('Submit hands on the fields of the API, unwrapped, with what the file is', async () => {
		const { result, jobIds } = await newJobs(() => setup.run(invoices(2)));
		const [item] = result.items(NODE);
		expect(item?.json).toEqual({
			jobId: jobIds[0],
			designId: 'design_invoice',
			status: 'completed',
			total: 2,
			completed: 2,
			failed: 0,
			createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
			updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
			done: true,
			progress: 1,
			batchNumber: 1,
			batchCount: 1,
			rows: 2,
			fileName: `imaginepdf-${jobIds[0]}.zip`,
			fileSize: (await setup.engine.readBinary(item!, 'data')).length,
			fileCount: 2,
		});
		expect(item?.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
		expect(item?.binary?.['data']).toMatchObject({
			mimeType: 'application/zip',
			fileExtension: 'zip',
			fileName: `imaginepdf-${jobIds[0]}.zip`,
		});
		expect(item?.binary?.['data']).not.toHaveProperty('directory');
	});

	it('Submit keeps the order of the rows over several jobs and pairs each with its items', async () => {
		const { result } = await newJobs(() =>
			setup.run(invoices(5), { parameters: { options: { rowsPerBatch: 2 } } }),
		);
		const paired = result.items(NODE).map(({ pairedItem }) => pairedItem);
		expect(paired).toEqual([[{ item: 0 }, { item: 1 }], [{ item: 2 }, { item: 3 }], [{ item: 4 }]]);
		expect(
			result.json(NODE).map(({ batchNumber, batchCount, rows }) => [batchNumber, batchCount, rows]),
		).toEqual([
			[1, 3, 2],
			[2, 3, 2],
			[3, 3, 1],
		]);
		const sent = setup.emulator.jobs
			.slice(-3)
			.flatMap(({ rows }) => rows.map((row) => row['invoice_number']));
		expect(sent).toEqual(['R-0', 'R-1', 'R-2', 'R-3', 'R-4']);
	});

	it('Submit sends items that name different designs to different jobs', async () => {
		const items = invoices(4).map((item, index) => ({
			...item,
			recipient: 'Ada',
			design: index % 2 ? 'design_letter' : 'design_invoice',
		}));
		const { result } = await newJobs(() =>
			setup.run(items, {
				parameters: { designId: { __rl: true, mode: 'id', value: '={{ $json.design }}' } },
			}),
		);
		expect(result.json(NODE).map(({ designId }) => designId)).toEqual([
			'design_invoice',
			'design_letter',
		]);
		expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }, { item: 2 }],
			[{ item: 1 }, { item: 3 }],
		]);
	});

	it('Submit emits the queued jobs at once when it shall not wait', async () => {
		const { result, jobIds } = await newJobs(() =>
			setup.run(invoices(3), {
				parameters: { waitForCompletion: false, options: { rowsPerBatch: 2 } },
			}),
		);
		expect(result.json(NODE)).toEqual(
			[2, 1].map((rows, index) => ({
				jobId: jobIds[index],
				designId: 'design_invoice',
				status: 'queued',
				total: rows,
				completed: 0,
				failed: 0,
				done: false,
				progress: 0,
				batchNumber: index + 1,
				batchCount: 2,
				rows,
			})),
		);
	});

	it('Submit emits the state without a file when none is wanted', async () => {
		const { result } = await newJobs(() =>
			setup.run(invoices(2), { parameters: { output: 'none' } }),
		);
		const [item] = result.items(NODE);
		expect(item?.json).toMatchObject({ status: 'completed', done: true, rows: 2 });
		expect(item?.binary).toBeUndefined();
	});

	it('Submit puts the file where and under the name the user wants', async () => {
		const { result } = await newJobs(() =>
			setup.run(invoices(2), {
				parameters: {
					binaryField: 'invoices',
					options: { fileName: 'March/invoices', rowsPerBatch: 1 },
				},
			}),
		);
		const names = result.items(NODE).map(({ binary }) => binary?.['invoices']?.fileName);
		expect(names).toEqual(['March_invoices.zip', 'March_invoices (2).zip']);
	});

	it('Submit takes one row or many from JSON', async () => {
		const items = [{ rows: invoices(3) }, { rows: invoices(1)[0] }];
		const { result, paid } = await newJobs(() =>
			setup.run(items, { parameters: { rowSource: 'json', rowsJson: '={{ $json.rows }}' } }),
		);
		expect(result.json(NODE)[0]).toMatchObject({ total: 4, rows: 4 });
		expect(result.items(NODE)[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
		expect(paid).toBe(4);
	});

	it('Submit does not change its input', async () => {
		const items = invoices(2);
		const before = JSON.stringify(items);
		const { result } = await newJobs(() => setup.run(items));
		expect(JSON.stringify(items)).toBe(before);
		expect(JSON.stringify(result.json('Items'))).toBe(before);
	});

	it.each([
		[KEYS.expired, 'The ImaginePDF API key has expired', '401'],
		['pc_live_unknown', 'ImaginePDF does not accept the API key', '401'],
		[
			KEYS.noBatch,
			'The ImaginePDF plan of this workspace does not include batch generation',
			'403',
		],
		[KEYS.noApi, 'The ImaginePDF plan of this workspace does not include API access', '403'],
		[KEYS.noCredits, 'The ImaginePDF workspace does not have enough credits', '402'],
	])('Submit says what to do about the key %s', async (apiKey, message, httpCode) => {
		const { result, paid } = await newJobs(() => setup.run(invoices(2), { apiKey }));
		expect(result.error).toMatchObject({ name: 'NodeApiError', message, httpCode });
		// n8n would write "[item 0]" behind a message that is about both items.
		expect(result.error?.itemIndex).toBeUndefined();
		expect(result.error?.description).toBeTruthy();
		expect(paid).toBe(0);
	});

	it('Submit names a design that does not exist, and its items', async () => {
		const { result } = await newJobs(() =>
			setup.run(invoices(2), {
				parameters: { designId: { __rl: true, mode: 'id', value: 'design_gone' } },
			}),
		);
		expect(result.error?.message).toBe("Design 'design_gone' was not found in this workspace");
		expect(result.error?.httpCode).toBe('404');
	});

	it.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	] as const)('Submit makes an item of what failed with On Error: %s', async (onError, output) => {
		const items = invoices(2).map((item, index) => ({
			...item,
			design: index ? 'design_gone' : 'design_invoice',
		}));
		const { result } = await newJobs(() =>
			setup.run(items, {
				onError,
				parameters: { designId: { __rl: true, mode: 'id', value: '={{ $json.design }}' } },
			}),
		);
		expect(result.status).toBe('success');
		expect(result.items(NODE)[0]?.json).toMatchObject({
			status: 'completed',
			designId: 'design_invoice',
		});
		const failed = result.items(NODE, output).find(({ json }) => 'error' in json);
		expect(failed?.pairedItem).toEqual([{ item: 1 }]);
		const about = { designId: 'design_gone', httpCode: '404', code: 'DESIGN_NOT_FOUND' };
		const message = "Design 'design_gone' was not found in this workspace";
		expect(failed?.json).toMatchObject(
			output ? { error: { message, ...about } } : { error: message, ...about },
		);
	});

	it('Submit keeps the key and presigned URLs out of everything that is saved', async () => {
		const { result } = await newJobs(() => setup.run(invoices(2)));
		const kept = `${result.saved}${JSON.stringify(result.logs)}${JSON.stringify(result.items(NODE))}`;
		expect(kept).not.toContain(KEYS.demo);
		expect(kept).not.toContain('signature=');
		expect(setup.emulator.leaks).toEqual([]);
	});

	it('Submit keeps no job in the saved ledger whose files it has handed on', async () => {
		const { result } = await newJobs(() => setup.run(invoices(2)));
		expect(result.saved).toContain('imaginePdfLedger');
		const [jobId] = result.json(NODE).map((json) => json['jobId']);
		const context = JSON.stringify(result.run.data.executionData?.contextData);
		expect(context).not.toContain(jobId);
	});
});
