import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

describe('Rows that the service could not render', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup();
		setup.emulator.behaviour.failRows = (row) => row['invoice_number'] === 'R-1';
	});
	afterEach(async () => {
		await setup.close();
	});
	const hints = (result: Awaited<ReturnType<EngineSetup['run']>>) =>
		result.hints(NODE).map(({ message }) => message);

	it.each([['zip'], ['pdfs']])(
		'rows that the service could not render are counted in a hint, and the others handed on (%s)',
		async (output) => {
			const result = await setup.run(invoices(3), { parameters: { output } });
			expect(result.error).toBeUndefined();
			if (output === 'zip') {
				expect(result.json(NODE)[0]).toMatchObject({
					total: 3,
					completed: 2,
					failed: 1,
					fileCount: 2,
				});
			} else {
				expect(result.json(NODE).map(({ pdfCount }) => pdfCount)).toEqual([2, 2]);
			}
			expect(hints(result).join(' ')).toContain('1 row of the 3');
		},
	);

	it('rows that could not be rendered stop the node where the user wants that, with how to get the rest', async () => {
		const result = await setup.run(invoices(3), {
			parameters: { options: { partialFailure: 'error' } },
		});
		const [jobId] = setup.jobIds();
		expect(result.error?.message).toBe(`1 row of the 3 of job ${jobId} did not become a PDF`);
		expect(result.error?.description).toContain(`operation 'Download' and the job ID ${jobId}`);
	});

	it('rows that could not be rendered are reported with the variables that were left blank', async () => {
		setup.emulator.behaviour.failRows = () => true;
		const result = await setup.run([{ customer_name: 'Ada' }]);
		const [jobId] = setup.jobIds();
		expect(result.error?.message).toBe(`Job ${jobId} failed: its row did not become a PDF`);
		expect(result.error?.description).toContain("blanks for 'customer_address'");
		expect(result.error?.description).toContain("'notes'");
	});

	it('the PDFs of a failed job that still has a ZIP are handed on', async () => {
		Object.assign(setup.emulator.behaviour.choices, {
			partialFailure: 'failed',
			failedJobZip: true,
		});
		const result = await setup.run(invoices(3));
		expect(result.json(NODE)[0]).toMatchObject({
			status: 'failed',
			done: true,
			completed: 2,
			fileCount: 2,
		});
	});

	it('a failed job without a ZIP is explained', async () => {
		Object.assign(setup.emulator.behaviour.choices, {
			partialFailure: 'failed',
			failedJobZip: false,
		});
		const result = await setup.run(invoices(3));
		const [jobId] = setup.jobIds();
		expect(result.error?.message).toBe(`Job ${jobId} failed: there is no file`);
	});

	it('further fields of a state are emitted and quoted, but for links and an error', async () => {
		setup.emulator.behaviour.failRows = (_, index) => index === 0;
		const more = {
			failedRows: [{ row: 1, reason: 'image not found' }],
			error: 'one row failed',
			reportUrl: 'report?signature=abc',
			pages: { preview: 'https://storage.example/a.png?X-Goog-Signature=abc' },
			pdfProfile: 'standard',
		};
		setup.emulator.faults.add({
			route: 'status',
			action: {
				name: 'more fields',
				after: (given) => {
					const envelope = JSON.parse(String(given.body)) as { data: object };
					const data = { ...envelope.data, ...more };
					return { ...given, body: JSON.stringify({ ...envelope, data }) };
				},
			},
		});
		const result = await setup.run(invoices(3));
		const [json] = result.json(NODE);
		expect(json).toMatchObject({ failedRows: more.failedRows, pdfProfile: 'standard' });
		for (const name of ['error', 'reportUrl', 'pages']) expect(json).not.toHaveProperty(name);
		expect(result.hints(NODE).map(({ message }) => message)).toContainEqual(
			expect.stringContaining('image not found'),
		);
	});
});
