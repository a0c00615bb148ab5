import { KEYS } from '../emulator/index.mts';
import { pdfText } from '../support/pdf-text.mts';
import {
	byId,
	GENERATE,
	good,
	invoices,
	NODE,
	QUICK,
	RETRY,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';

type Values = NonNullable<NodeUnderTest['parameters']>;

const STATUS = { operation: 'getStatus' };
const unwaited = { parameters: { waitForCompletion: false } };
const perJob = (rowsPerBatch: number, more: Values = {}) => ({
	parameters: { ...more, options: { rowsPerBatch } },
});

describe('Batch: Submit', () => {
	const setup = setUp({ timing: QUICK });
	/** Requests so far, by route. */
	const requests = () => {
		const counts: Record<string, number> = {};
		for (const { route } of setup.emulator.requests) counts[route] = (counts[route] ?? 0) + 1;
		return counts;
	};

	it.each([
		[0, 0],
		[1, 1],
		[2, 1],
		[101, 2],
		[250, 3],
	])(
		'Submit turns %i items into %i ZIP files, with a request for each step',
		async (count, jobs) => {
			const result = good(await setup.run(invoices(count)));
			expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(setup.jobIds());
			expect(setup.jobIds()).toHaveLength(jobs);
			expect(setup.charged()).toBe(count);
			const zips = await Promise.all(
				result.items(NODE).map(async (_, index) => await setup.zipNames(result, index)),
			);
			expect(zips.flat()).toHaveLength(count);
			const needed = { design: 1, submit: jobs, status: jobs, download: jobs, zip: jobs };
			expect(requests()).toEqual(jobs === 0 ? {} : needed);
		},
	);

	it.each<[what: string, parameters: Values, needed: Record<string, number>]>([
		['for PDFs', { output: 'pdfs' }, { submit: 1, status: 1, download: 1, zip: 1 }],
		['without a file', { output: 'none' }, { submit: 1, status: 1, download: 1 }],
		['without waiting', unwaited.parameters, { submit: 1 }],
		['for single PDFs', GENERATE, { generate: 5, pdf: 5 }],
	])('a run makes no more requests than needed %s', async (_, parameters, needed) => {
		good(await setup.run(invoices(5), { parameters }));
		expect(requests()).toEqual({ design: 1, ...needed });
	});

	it('an operation that is not known is an error of the first item', async () => {
		const { error } = await setup.run(invoices(2), { parameters: { operation: 'send' } });
		const message = "The operation 'send' of 'batch' is not known";
		expect(error).toMatchObject({ message, context: { itemIndex: 0 } });
	});

	it('Submit hands on the fields of the API, unwrapped, with what the file is', async () => {
		const items = invoices(2);
		const before = JSON.stringify(items);
		const result = good(await setup.run(items));
		const [item] = result.items(NODE);
		const [jobId] = setup.jobIds();
		expect(item?.json).toEqual({
			jobId,
			designId: 'design_invoice',
			status: 'completed',
			...{ total: 2, completed: 2, failed: 0, rows: 2, done: true, progress: 1 },
			createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
			updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
			...{ batchNumber: 1, batchCount: 1 },
			fileName: `imaginepdf-${jobId}.zip`,
			fileSize: (await setup.engine.readBinary(item!, 'data')).length,
			fileCount: 2,
		});
		expect(result.pairs(NODE)).toEqual([[0, 1]]);
		const { json } = item ?? {};
		const zip = { mimeType: 'application/zip', fileExtension: 'zip', fileName: json?.['fileName'] };
		expect(item?.binary?.['data']).toMatchObject(zip);
		expect(item?.binary?.['data']).not.toHaveProperty('directory');
		const logged = expect.stringContaining(`accepted batch 1 of 1 (2 rows) as ${jobId} [node`);
		expect(result.logs.map(({ message }) => message)).toContainEqual(logged);
		// The input is as it was, and the ledger keeps no job whose files are handed on.
		expect(JSON.stringify(items)).toBe(before);
		expect(JSON.stringify(result.json('Items'))).toBe(before);
		expect(result.saved).toContain('imaginePdfLedger');
		const context = JSON.stringify(result.run.data.executionData?.contextData);
		expect(context).not.toContain(jobId);
	});

	it('Submit keeps the order of the rows over several jobs and pairs each with its items', async () => {
		const result = good(await setup.run(invoices(5), perJob(2)));
		expect(result.pairs(NODE)).toEqual([[0, 1], [2, 3], [4]]);
		expect(result.json(NODE)).toMatchObject([
			{ batchNumber: 1, batchCount: 3, rows: 2 },
			{ batchNumber: 2, batchCount: 3, rows: 2 },
			{ batchNumber: 3, batchCount: 3, rows: 1 },
		]);
		const sent = setup.emulator.jobs.flatMap(({ rows }) =>
			rows.map((row) => row['invoice_number']),
		);
		expect(sent).toEqual(['R-0', 'R-1', 'R-2', 'R-3', 'R-4']);
	});

	it('Submit sends items that name different designs to different jobs', async () => {
		const items = invoices(4).map((item, index) => ({
			...item,
			recipient: 'Ada',
			design: index % 2 ? 'design_letter' : 'design_invoice',
		}));
		const parameters = { designId: byId('={{ $json.design }}') };
		const result = good(await setup.run(items, { parameters }));
		expect(result.json(NODE).map(({ designId }) => designId)).toEqual([
			'design_invoice',
			'design_letter',
		]);
		expect(result.pairs(NODE)).toEqual([
			[0, 2],
			[1, 3],
		]);
	});

	it('Submit emits the queued jobs at once when it shall not wait', async () => {
		const result = good(await setup.run(invoices(3), perJob(2, unwaited.parameters)));
		const queued = { designId: 'design_invoice', status: 'queued', done: false, progress: 0 };
		expect(result.json(NODE)).toEqual(
			[2, 1].map((rows, index) => ({
				...{ ...queued, jobId: setup.jobIds()[index], total: rows, completed: 0, failed: 0 },
				...{ batchNumber: index + 1, batchCount: 2, rows },
			})),
		);
	});

	it('Submit puts the file where and under the name the user wants', async () => {
		const options = { fileName: 'March/invoices', rowsPerBatch: 1 };
		const parameters = { binaryField: 'invoices', options };
		const result = good(await setup.run(invoices(2), { parameters }));
		const names = result.items(NODE).map(({ binary }) => binary?.['invoices']?.fileName);
		expect(names).toEqual(['March_invoices.zip', 'March_invoices (2).zip']);
	});

	it('Submit shows a refusal of the key as an error of the API, about no single item', async () => {
		const { error } = await setup.run(invoices(2), { apiKey: KEYS.expired });
		const message = 'The ImaginePDF API key has expired';
		expect(error).toMatchObject({ name: 'NodeApiError', message, httpCode: '401' });
		// n8n would write "[item 0]" behind a message that is about both items.
		expect(error?.itemIndex).toBeUndefined();
		expect(setup.charged()).toBe(0);
	});

	it.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	] as const)('Submit makes an item of what failed with On Error: %s', async (onError, output) => {
		const items = invoices(2).map((item, index) => ({
			...item,
			design: index ? 'design_gone' : 'design_invoice',
		}));
		const parameters = { designId: byId('={{ $json.design }}') };
		const result = await setup.run(items, { onError, parameters });
		expect(result.status).toBe('success');
		expect(result.json(NODE)[0]).toMatchObject({ status: 'completed', designId: 'design_invoice' });
		const at = result.json(NODE, output).findIndex((json) => 'error' in json);
		expect(result.pairs(NODE, output)[at]).toEqual([1]);
		const about = { designId: 'design_gone', httpCode: '404', code: 'DESIGN_NOT_FOUND' };
		const message = "Design 'design_gone' was not found in this workspace";
		expect(result.json(NODE, output)[at]).toMatchObject(
			output ? { error: { message, ...about } } : { error: message, ...about },
		);
	});

	it('designs that are not found and values that cannot be sent are named in one message', async () => {
		const designs = ['design_gone', 'design_lost', 'design_invoice'];
		const items = invoices(3).map((item, index) => ({ ...item, design: designs[index] ?? '' }));
		Object.assign(items[2] ?? {}, { amount: '#N/A' });
		const { error } = await setup.run(items, {
			parameters: { designId: byId('={{ $json.design }}') },
		});
		expect(error?.message).toMatch(/^3 items cannot be sent as they are: /);
		for (const what of ["'design_gone' was not", "'design_lost' was not", "'#N/A'"])
			expect(error?.description).toContain(what);
	});

	it('no more jobs are in work at once than Max Concurrent Jobs says', async () => {
		let most = 0;
		setup.emulator.on('job', () => {
			const open = setup.emulator.jobs.filter(({ state }) => state.status !== 'completed');
			most = Math.max(most, open.length);
		});
		const options = { rowsPerBatch: 1, maxConcurrentJobs: 2 };
		good(await setup.run(invoices(10), { parameters: { options } }));
		expect(most).toBe(2);
	});

	it('several jobs are downloaded one by one, as soon as each has ended', async () => {
		// The first job takes far longer than the second.
		await setup.reopen({
			timing: (rows) => ({ queueMs: 0, rowMs: rows.length === 2 ? 20_000 : 0 }),
		});
		const downloaded = setup.emulator
			.nextRequest(({ route }) => route === 'zip')
			.then(() => setup.emulator.jobs.map(({ state }) => state.status));
		good(await setup.run(invoices(3), perJob(2)));
		expect(await downloaded).toEqual(['processing', 'completed']);
	});
});

describe('Batch: Get Status and Download', () => {
	const setup = setUp({ timing: QUICK });
	const queued = async (rows: number, rowsPerBatch: number) => {
		good(await setup.run(invoices(rows), perJob(rowsPerBatch, unwaited.parameters)));
		return setup.jobIds().map((jobId) => ({ jobId }));
	};

	it('Get Status emits the state of each job, paired with its item', async () => {
		const jobs = await queued(250, 100);
		const result = good(await setup.run(jobs, { parameters: STATUS }));
		const totals = [100, 100, 50];
		expect(result.json(NODE)).toMatchObject(
			jobs.map(({ jobId }, index) => ({
				...{ jobId, total: totals[index], failed: 0, done: expect.any(Boolean) },
				progress: expect.any(Number),
			})),
		);
		for (const { progress } of result.json(NODE)) expect(progress).toBeLessThanOrEqual(1);
		expect(result.pairs(NODE)).toEqual([[0], [1], [2]]);
		expect(setup.count('status')).toBe(3);
	});

	it('Get Status says that there is no such job, and which', async () => {
		const { error } = await setup.run([{ jobId: 'job_nowhere' }], { parameters: STATUS });
		const message = 'ImaginePDF knows no such job in this workspace (job job_nowhere)';
		expect(error).toMatchObject({ message, httpCode: '404', itemIndex: 0 });
	});

	it('Download needs nothing but the ID, as often as one likes, without paying again', async () => {
		await queued(3, 100);
		const zips = [await setup.download(), await setup.download()].map(good);
		const [first, second] = await Promise.all(
			zips.map(async (run) => await setup.engine.readBinary(run.items(NODE)[0]!, 'data')),
		);
		expect(first?.equals(second!)).toBe(true);
		expect(zips[0]?.json(NODE)[0]).toMatchObject({ done: true, fileCount: 3, total: 3 });
		expect(await setup.zipNames(zips[0]!)).toHaveLength(3);
		expect([setup.charged(), setup.count('zip')]).toEqual([3, 2]);
	});

	it('Download hands on the PDFs of several jobs one by one, each from its own item', async () => {
		const [one, two, three] = (await queued(5, 2)).map(({ jobId }) => jobId);
		const result = good(await setup.download(undefined, { output: 'pdfs' }));
		const told = result.json(NODE);
		expect(told.map(({ jobId, pdfNumber, pdfCount }) => [jobId, pdfNumber, pdfCount])).toEqual([
			[one, 1, 2],
			[one, 2, 2],
			[two, 1, 2],
			[two, 2, 2],
			[three, 1, 1],
		]);
		expect(new Set(told.map(({ fileName }) => fileName)).size).toBe(5);
		for (const item of result.items(NODE)) {
			const pdf = { mimeType: 'application/pdf', fileExtension: 'pdf' };
			expect(item.binary?.['data']).toMatchObject(pdf);
			const bytes = await setup.engine.readBinary(item, 'data');
			expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
			expect(bytes).toHaveLength(Number(item.json['fileSize']));
		}
	});
});

describe('PDFs and whom they belong to', () => {
	const setup = setUp({ timing: QUICK, choices: { zipOrder: 'shuffled' } });
	/** What the emulator's invoice design shows where a row says nothing. */
	const SAMPLES = /Jane Sample|Sampletown|INV-0000|\$1,000\.00|Thank you for your business\./;
	const pdfs = (options: object) => ({ parameters: { output: 'pdfs', options } });
	const textOf = async (result: Awaited<ReturnType<typeof setup.run>>, index: number) =>
		await pdfText(await setup.engine.readBinary(result.items(NODE)[index]!, 'data'));

	it('each PDF is paired with its own item when every job has one row', async () => {
		const result = good(await setup.run(invoices(5), pdfs({ rowsPerBatch: 1 })));
		expect(result.pairs(NODE)).toEqual([[0], [1], [2], [3], [4]]);
		for (const index of [0, 1, 2, 3, 4])
			expect(await textOf(result, index)).toContain(`R-${index}`);
	});

	it('the PDFs of a larger job are paired with all of its items, for want of proof', async () => {
		const result = good(await setup.run(invoices(3), pdfs({})));
		expect(result.pairs(NODE)).toEqual(Array(3).fill([0, 1, 2]));
	});

	it('a PDF shows sample content only where the user asks for it', async () => {
		const items = [{ customer_name: 'Ada' }, { customer_name: null, invoice_number: 'R-1' }];
		const blank = good(await setup.run(items, pdfs({ rowsPerBatch: 1 })));
		for (const index of [0, 1]) expect(await textOf(blank, index)).not.toMatch(SAMPLES);
		const sample = good(await setup.run(items.slice(0, 1), pdfs({ missingVariables: 'sample' })));
		expect(await textOf(sample, 0)).toContain('INV-0000');
	});

	it.each([1, 2, 101])('Generate makes %i PDFs, each paired with its item', async (count) => {
		const result = good(await setup.run(invoices(count), { parameters: GENERATE }));
		expect(result.pairs(NODE)).toEqual(Array.from({ length: count }, (_, item) => [item]));
		expect(result.json(NODE)[0]).toMatchObject({ status: 'completed', fileName: 'Invoice-1.pdf' });
		expect(new Set(result.json(NODE).map(({ fileName }) => fileName)).size).toBe(count);
		expect(setup.charged()).toBe(count);
	});
});

/*
 * Which routes answer is remembered per base URL, and every test has another one (its own port), so
 * that each test begins without knowledge.
 */
describe.each([
	['the first generation alone', { first: true, second: false }],
	['the second generation alone', { first: false, second: true }],
	['both generations', { first: true, second: true }],
])('With %s', (name, generations) => {
	const setup = setUp({ generations });

	it(`the operations of jobs and PDFs work with ${name}`, async () => {
		expect(await setup.zipNames(good(await setup.run(invoices(3))))).toHaveLength(3);
		good(await setup.run(invoices(2), { parameters: GENERATE }));
		expect(setup.charged()).toBe(5);
		const job = { jobId: setup.jobIds()[0] ?? '' };
		for (const operation of ['getStatus', 'download']) {
			const result = await setup.run([job], { parameters: { operation } });
			expect(result.json(NODE)[0]).toMatchObject({ ...job, total: 3 });
		}
		const { error } = await setup.run([{ jobId: 'job_none' }], { parameters: STATUS });
		expect(error?.message).toContain('no such job');
	});

	it(`a route that is missing is asked once only with ${name}`, async () => {
		good(await setup.run(invoices(1)));
		const { length } = setup.emulator.requests;
		good(await setup.run(invoices(1)));
		const missing = setup.emulator.requests
			.slice(length)
			.filter(({ status, route }) => (status === 404 || status === 405) && route !== 'tree');
		expect(missing).toEqual([]);
	});

	it(`Submit sends the PDF profile where it is known, and says so where it is not, with ${name}`, async () => {
		const parameters = { options: { pdfProfile: 'pdf-a' } };
		// Also where an earlier try has paid.
		setup.notFetched();
		const hints = good(await setup.run(invoices(1), { ...RETRY, parameters })).hintText(NODE);
		if (generations.second) expect(hints).not.toContain('profile');
		else expect(hints).toContain('The PDF profile was not applied');
	});
});

describe('A route of the first generation that is gone', () => {
	const setup = setUp({ generations: { first: false } });

	it.each(['404 envelope', '404 bare', '405 envelope', '405 bare'] as const)(
		'the node goes over to the other generation at no cost when a route answers %s',
		async (absentRoute) => {
			setup.emulator.behaviour.choices.absentRoute = absentRoute;
			good(await setup.run(invoices(2)));
			expect(setup.charged()).toBe(2);
		},
	);
});
