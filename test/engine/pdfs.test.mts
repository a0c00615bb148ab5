import { pdfText } from '../support/pdf-text.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

/** What the emulator's invoice design shows where a row says nothing. */
const SAMPLES = [
	'Jane Sample',
	'Sampletown',
	'INV-0000',
	'$1,000.00',
	'Thank you for your business.',
];

describe('PDFs and whom they belong to', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup({ choices: { zipOrder: 'shuffled' } });
	});
	afterAll(async () => {
		await setup.close();
	});

	const textOf = async (result: Awaited<ReturnType<EngineSetup['run']>>, index: number) =>
		await pdfText(await setup.engine.readBinary(result.items(NODE)[index]!, 'data'));

	it('each PDF is paired with its own item when every job has one row', async () => {
		const result = await setup.run(invoices(12), {
			parameters: { output: 'pdfs', options: { rowsPerBatch: 1 } },
		});
		expect(result.items(NODE)).toHaveLength(12);
		for (const [index, item] of result.items(NODE).entries()) {
			expect(item.pairedItem).toEqual([{ item: index }]);
			expect(await textOf(result, index)).toContain(`R-${index}`);
		}
	});

	it('the PDFs of a larger job are paired with all of its items, for want of proof', async () => {
		const result = await setup.run(invoices(3), { parameters: { output: 'pdfs' } });
		expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual(
			Array(3).fill([{ item: 0 }, { item: 1 }, { item: 2 }]),
		);
	});

	it('a PDF shows no sample content where its row lacks a variable', async () => {
		const result = await setup.run(
			[{ customer_name: 'Ada' }, { customer_name: null, invoice_number: 'R-1' }],
			{
				parameters: { output: 'pdfs', options: { rowsPerBatch: 1 } },
			},
		);
		for (const index of [0, 1]) {
			const text = await textOf(result, index);
			for (const sample of SAMPLES) expect(text).not.toContain(sample);
		}
	});

	it('a PDF shows sample content where the user asks for it', async () => {
		const result = await setup.run([{ customer_name: 'Ada' }], {
			parameters: { output: 'pdfs', options: { missingVariables: 'sample' } },
		});
		expect(await textOf(result, 0)).toContain('INV-0000');
	});

	it('items that lack a variable are all named, and nothing is submitted, when Missing Variables is an error', async () => {
		const before = setup.charged();
		const result = await setup.run(invoices(15), {
			parameters: { options: { missingVariables: 'error' } },
		});
		expect(result.error?.message).toContain('[item 0]');
		expect(result.error?.message).toContain('[item 9]');
		expect(result.error?.message).toMatch(/and 5 more/);
		expect(setup.charged()).toBe(before);
	});
});

describe('PDF: Generate', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => {
		await setup.close();
	});
	const generate = { resource: 'pdf', operation: 'generate' };

	it.each([1, 2, 101])(
		'Generate makes %i PDFs, each paired with its item and shown under a name of its own',
		async (count) => {
			const before = setup.charged();
			const result = await setup.run(invoices(count), { parameters: generate });
			expect(result.error).toBeUndefined();
			expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual(
				Array.from({ length: count }, (_, item) => [{ item }]),
			);
			expect(new Set(result.json(NODE).map(({ fileName }) => fileName)).size).toBe(count);
			expect(setup.charged() - before).toBe(count);
		},
	);

	it('Generate works on a plan without batches', async () => {
		const { KEYS } = await import('../emulator/index.mts');
		const result = await setup.run(invoices(1), { parameters: generate, apiKey: KEYS.noBatch });
		expect(result.error).toBeUndefined();
		expect(result.json(NODE)[0]).toMatchObject({
			designId: 'design_invoice',
			status: 'completed',
			fileName: 'Invoice-1.pdf',
		});
	});

	it('Generate names the file as the item says', async () => {
		const result = await setup.run(invoices(2), {
			parameters: { ...generate, options: { fileName: '={{ $json.invoice_number }}' } },
		});
		expect(result.json(NODE).map(({ fileName }) => fileName)).toEqual(['R-0.pdf', 'R-1.pdf']);
	});

	it('Generate does not hand on the presigned link', async () => {
		const result = await setup.run(invoices(1), { parameters: generate });
		expect(result.saved).not.toContain('signature=');
		expect(JSON.stringify(result.json(NODE))).not.toContain('http');
	});

	it('Generate takes one row per item only', async () => {
		const result = await setup.run([{ rows: invoices(2) }], {
			parameters: { ...generate, rowSource: 'json', rowsJson: '={{ $json.rows }}' },
		});
		expect(result.error?.message).toContain('[item 0]: an item can become one PDF only');
	});

	it('Generate fetches what a failed try has paid for without paying again', async () => {
		const before = setup.charged();
		const broken = {
			name: 'storage is down',
			before: async () => await Promise.resolve({ status: 400, headers: {}, body: 'no' }),
		};
		setup.emulator.faults.add({ route: 'storage', times: 1, action: broken });
		const result = await setup.run(invoices(1), {
			parameters: generate,
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 1,
		});
		expect(result.error).toBeUndefined();
		expect(result.tries(NODE)).toBe(2);
		expect(setup.charged() - before).toBe(1);
	});
});
