import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { actions, hostileZip, KEYS, rewrite, type FaultAction } from '../emulator/index.mts';
import { RemoteStore } from './harness/remote-store.mts';
import {
	byId,
	GENERATE,
	good,
	invoices,
	NODE,
	QUICK,
	setUp,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

type Values = NonNullable<NodeUnderTest['parameters']>;

const strict = { parameters: { options: { partialFailure: 'error' } } };
const pdfs = { output: 'pdfs' };

describe.each(['filesystem', 'default'] as const)('Binary mode %s', (binaryMode) => {
	const setup = setUp({ binaryMode });

	it.each<[string, 'zip' | 'pdf', Values, number]>([
		['a ZIP', 'zip', { output: 'zip' }, 1],
		['the PDFs of a ZIP', 'zip', pdfs, 3],
		['a single PDF', 'pdf', GENERATE, 3],
	])(
		`%s is fetched from its start again when the connection is lost, binary mode ${binaryMode}`,
		async (_, route, parameters, files) => {
			setup.fault(route, actions.truncate(700), { times: 1 });
			const result = good(await setup.run(invoices(3), { parameters }));
			expect(result.items(NODE)).toHaveLength(files);
			for (const item of result.items(NODE)) {
				const stored = await setup.engine.readBinary(item, 'data');
				expect(stored).toHaveLength(Number(item.json['fileSize']));
			}
			expect(setup.charged()).toBe(3);
		},
	);

	it.each(['zip', 'pdfs'])(
		`the node names the job when every connection is lost, output %s, binary mode ${binaryMode}`,
		async (output) => {
			setup.fault('zip', actions.truncate(700));
			const result = await setup.run(invoices(3), { parameters: { output } });
			const { message, description, name } = result.error ?? {};
			const [jobId = ''] = setup.jobIds();
			expect(name).toBe('NodeApiError');
			expect(message).toMatch(/could not be fetched \(job .*\): the connection broke \(/);
			expect(message).toContain(`(job ${jobId})`);
			expect(description).toContain(`'Download' and the job ID ${jobId}`);
			expect(result.items(NODE)).toEqual([]);
			// With a link and a connection for each try.
			expect([setup.count('download'), setup.count('zip')]).toEqual([6, 6]);
			expect(setup.charged()).toBe(3);
		},
	);
});

describe.each(['zip', 'pdfs'])('A ZIP that is not what it should be, output %s', (output) => {
	const setup = setUp();
	const parameters = { output };
	const synthetic = (entries: number) =>
		void Object.assign(setup.emulator.behaviour, {
			synthetic: { entries, entryBytes: 500, content: 'compressible', compression: 'store' },
		});

	it(`a ZIP without any PDF is not handed on, output ${output}`, async () => {
		setup.fault('zip', hostileZip('empty'), { times: 1 });
		const { error } = await setup.run(invoices(3), { parameters });
		expect(error?.message).toContain('the ZIP file holds no PDF');
		expect(`${error?.message} ${error?.description}`).toContain(setup.jobIds()[0]);
		expect(await setup.engine.binaryFiles()).toEqual([]);
	});

	it(`what is no PDF in a ZIP is named where PDFs are taken out of it, output ${output}`, async () => {
		setup.fault('zip', hostileZip('notPdfs'), { times: 1 });
		const hint = good(await setup.run(invoices(1), { parameters })).hintText(NODE);
		const told = 'cannot be read as PDFs: a.txt, b.txt, c.txt, d.txt, e.txt and 2 more.';
		expect(hint.includes(told)).toBe(output === 'pdfs');
	});

	it.each([
		['fewer', 2, true],
		['more', 250, false],
	])(
		`every PDF of a ZIP that holds %s than the service counts is handed on, output ${output}`,
		async (_, entries, isTold) => {
			synthetic(entries);
			const result = good(await setup.run(invoices(3), { parameters }));
			expect(result.items(NODE)).toHaveLength(output === 'zip' ? 1 : entries);
			if (output === 'zip') expect(result.json(NODE)[0]).toMatchObject({ fileCount: entries });
			const told = `The ZIP of job ${setup.jobIds()[0]} holds 2 of the 3 PDFs`;
			expect(result.hintText(NODE).includes(told)).toBe(isTold);
		},
	);
});

describe('Rows that the service could not render', () => {
	const setup = setUp({ timing: QUICK });
	beforeEach(() => {
		setup.emulator.behaviour.failRows = (row) => row['invoice_number'] === 'R-1';
	});

	it('rows that could not be rendered are counted in a hint, and the others handed on', async () => {
		const zip = good(await setup.run(invoices(3)));
		const counts = { total: 3, completed: 2, failed: 1, fileCount: 2 };
		expect(zip.json(NODE)[0]).toMatchObject(counts);
		expect(zip.hintText(NODE)).toContain('1 row of the 3');
		expect(good(await setup.download()).hintText(NODE)).toContain('1 row of the 3');
		const single = good(await setup.run(invoices(3), { parameters: pdfs }));
		expect(single.json(NODE).map(({ pdfCount }) => pdfCount)).toEqual([2, 2]);
		expect(single.hintText(NODE)).toContain('1 row of the 3');
	});

	it('rows that could not be rendered are told with the variables that were left blank', async () => {
		setup.emulator.behaviour.failRows = () => true;
		const { error } = await setup.run([{ customer_name: 'Ada' }]);
		const [jobId] = setup.jobIds();
		expect(error?.message).toBe(`Job ${jobId} failed: there is no file`);
		expect(error?.description).toMatch(/blanks for 'customer_address'.*'notes'/);
		const receipt = { designId: byId('design_receipt') };
		const one = await setup.run([{ customer_name: 'Ada', total: '1' }], { parameters: receipt });
		expect(one.error?.description).toContain("blanks for 'paid_on'");
	});

	it.each([true, false])(
		'the PDFs of a failed job are handed on where there is a ZIP: %s',
		async (failedJobZip) => {
			await setup.reopen({ choices: { partialFailure: 'failed', failedJobZip } });
			setup.emulator.behaviour.failRows = (row) => row['invoice_number'] === 'R-1';
			const result = await setup.run(invoices(3));
			const [jobId] = setup.jobIds();
			const emitted = { status: 'failed', done: true, completed: 2, fileCount: 2 };
			if (failedJobZip) expect(result.json(NODE)[0]).toMatchObject(emitted);
			else expect(result.error?.message).toBe(`Job ${jobId} failed: there is no file`);
		},
	);

	it('further fields of a state are emitted and quoted, but for links and an error', async () => {
		const more = {
			failedRows: [{ row: 1, reason: `image not found at https://x.test/y.png by ${KEYS.demo}` }],
			error: 'one row failed',
			reportUrl: 'report?signature=abc',
			file: '//storage.example/a.png?X-Goog-Signature=abc',
			files: { 'https://storage.example/b.png?X-Goog-Signature=abc': 'ab//cd==' },
			pdfProfile: 'standard',
		};
		setup.fault(
			'status',
			rewrite('more fields', (data) => ({ ...data, ...more })),
		);
		const result = await setup.run(invoices(3));
		const [json] = result.json(NODE);
		const failedRows = [{ row: 1, reason: 'image not found at [link] by [hidden]' }];
		const files = { '[link]': 'ab//cd==' };
		expect(json).toMatchObject({ failedRows, file: '[link]', files, pdfProfile: 'standard' });
		for (const name of ['error', 'reportUrl']) expect(json).not.toHaveProperty(name);
		expect(result.hintText(NODE)).toContain('image not found');
	});
});

describe('Counts that do not agree', () => {
	const setup = setUp({ timing: QUICK });

	it.each([
		['PDFs that are not in the ZIP', 2, { total: 3, completed: 3 }, 'holds 2 of the 3 PDFs'],
		['rows that are not counted', 3, { total: 2, completed: 2 }, '1 row of the 3'],
	])('%s are told, and stop the node where the user wants that', async (_, rows, counts, told) => {
		const action = rewrite('counts', (data) => ({ ...data, ...counts }));
		setup.fault('status', action, { jobStatus: 'completed' });
		if (rows === 3)
			setup.fault(
				'submit',
				rewrite('total', (data) => ({ ...data, total: 2 })),
			);
		const result = good(await setup.run(invoices(rows)));
		expect(result.hintText(NODE)).toContain(told);
		const { error } = await setup.run(invoices(rows), strict);
		expect(error?.message).toContain(told);
	});
});

describe('PDFs that are taken out of a ZIP', () => {
	const setup = setUp({ timing: QUICK });

	it.each([
		['several rows', {}, /in no known order.*'Rows per Batch' at 1/],
		['one row each', { rowsPerBatch: 1 }, /^(?!.*no known order)/s],
	])('the order of the PDFs of jobs with %s is told as it is', async (_, options, hint) => {
		const result = await setup.run(invoices(3), { parameters: { ...pdfs, options } });
		expect(result.hintText(NODE)).toMatch(hint);
	});

	it('a job of one row with two PDFs in its ZIP pairs neither without a word', async () => {
		good(await setup.run(invoices(2), { parameters: { waitForCompletion: false } }));
		// The service hands out the link to another job's ZIP.
		let link = '';
		setup.fault('download', {
			name: 'a ZIP of two',
			after: (given) => ({ ...given, body: (link ||= String(given.body)) }),
		});
		await setup.download();
		const result = await setup.run(invoices(1), { parameters: pdfs });
		expect(result.items(NODE)).toHaveLength(2);
		expect(result.hintText(NODE)).toMatch(/has one row, and its ZIP holds 2 PDFs.*not known/);
	});
});

/** Whatever is through first: equal names are numbered in the order of the items. */
describe('File names', () => {
	const setup = setUp({ timing: { queueMs: 0, rowMs: 0 }, choices: { zipNames: 'design' } });
	const anotherFile = async () => {
		const isFile = ({ route, outcome }: EngineSetup['emulator']['requests'][number]) =>
			/^(zip|pdf)$/.test(route) && outcome === 'completed';
		await setup.emulator.waitFor(({ requests }) => requests.some(isFile));
		return undefined;
	};
	/** Holds the file of the first item's job until another one has been fetched. */
	const lastOfAll: FaultAction = {
		name: 'last of all',
		before: async ({ job }) =>
			job?.rows[0]?.['invoice_number'] === 'R-0' ? await anotherFile() : undefined,
	};
	const first: FaultAction = { name: 'not at first', before: anotherFile };
	const names = async (parameters: Values, count = 3) => {
		const result = good(await setup.run(invoices(count), { parameters }));
		for (const { json, binary } of result.items(NODE))
			expect(binary?.['data']?.fileName).toBe(json['fileName']);
		return result.json(NODE).map(({ fileName }) => fileName);
	};
	const march = { fileName: 'March' };

	it.each<[string, Values, string[]]>([
		['ZIPs', { options: { rowsPerBatch: 1, ...march } }, ['.zip', ' (2).zip', ' (3).zip']],
		['single PDFs', { ...GENERATE, options: march }, ['.pdf', ' (2).pdf', ' (3).pdf']],
	])('equal names of %s are numbered in the order of the items', async (_, parameters, ends) => {
		setup.fault('zip', lastOfAll);
		setup.fault('pdf', first, { call: 1 });
		expect(await names(parameters)).toEqual(ends.map((end) => `March${end}`));
	});

	it('equal names of PDFs out of several jobs are numbered in the order of the items', async () => {
		setup.fault('zip', lastOfAll);
		expect(await names({ ...pdfs, options: { rowsPerBatch: 2 } })).toEqual([
			'Invoice 1.pdf',
			'Invoice 2.pdf',
			'Invoice 1 (2).pdf',
		]);
	});

	it('Download numbers equal names in the order of the items', async () => {
		const parameters = { waitForCompletion: false, options: { rowsPerBatch: 1 } };
		good(await setup.run(invoices(2), { parameters }));
		setup.fault('zip', lastOfAll);
		const result = good(await setup.download(undefined, { options: march }));
		const told = result.json(NODE).map(({ fileName }) => fileName);
		expect(told).toEqual(['March.zip', 'March (2).zip']);
	});

	it('slashes in names become underscores, and line breaks blanks', async () => {
		const options = { fileName: 'FV/001/2026\nof March' };
		expect(await names({ options }, 1)).toEqual(['FV_001_2026 of March.zip']);
		expect(await names({ ...GENERATE, options }, 1)).toEqual(['FV_001_2026 of March.pdf']);
	});
});

/** Counted, as a clock would tell more of the machine than of the node. */
describe("What n8n's store is given of a ZIP", () => {
	const setup = setUp({ binaryMode: 's3' });
	const large = (entries: number, entryBytes: number) =>
		({ entries, entryBytes, content: 'incompressible', compression: 'store' }) as const;
	async function* noting(body: AsyncIterable<Uint8Array>, sizes: number[]) {
		for await (const chunk of body) {
			sizes.push(chunk.length);
			yield chunk;
		}
	}

	it("n8n's store gets a ZIP in pieces as large as Node writes at once, not as they came from the network", async () => {
		setup.emulator.behaviour.synthetic = large(40, 100_000);
		const sizes: number[] = [];
		const { write } = RemoteStore.prototype;
		const noted: typeof write = async function (this: RemoteStore, key, body) {
			const given = Buffer.isBuffer(body) ? body : Readable.from(noting(body, sizes));
			return await write.call(this, key, given);
		};
		jest.spyOn(RemoteStore.prototype, 'write').mockImplementation(noted);
		const [json] = good(await setup.run(invoices(1))).json(NODE);
		expect(json?.['fileSize']).toBeGreaterThan(4_000_000);
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(json?.['fileSize']);
		// All but the last.
		for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThanOrEqual(512 * 1024);
	});

	it('large PDFs are stored a few at a time', async () => {
		setup.emulator.behaviour.synthetic = large(40, 300_000);
		const { write } = RemoteStore.prototype;
		let now = 0;
		let most = 0;
		const counted: typeof write = async function (this: RemoteStore, ...given) {
			most = Math.max(most, ++now);
			// Time for more than are wanted to come.
			for (let turns = 0; turns < 100 || most < 6; turns++) await nextTurn();
			return await write.apply(this, given).finally(() => now--);
		};
		jest.spyOn(RemoteStore.prototype, 'write').mockImplementation(counted);
		expect(good(await setup.run(invoices(1), { parameters: pdfs })).items(NODE)).toHaveLength(40);
		// Three groups of 512 KiB at most.
		expect(most).toBe(6);
	});

	it('101 PDFs after a long wait leave no listeners behind, of which Node would warn', async () => {
		await setup.reopen({ binaryMode: 's3', timing: { queueMs: 600_000 } });
		const warnings: string[] = [];
		const note = ({ message }: Error) => void warnings.push(message);
		process.on('warning', note);
		const result = good(await setup.run(invoices(101), { parameters: pdfs }));
		process.off('warning', note);
		expect(result.items(NODE)).toHaveLength(101);
		expect(setup.count('status')).toBeGreaterThan(50);
		expect(warnings).toEqual([]);
	});
});
