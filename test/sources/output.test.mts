import { NODE, invoices, openEngineSetup, type EngineSetup } from '../engine/support/setup.mts';

/* What a source cannot show: which PDF is whose, and where it is put. */
describe('PDFs that come out', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
	});
	afterAll(async () => {
		await setup.close();
	});

	const run = async (count: number, parameters: Record<string, unknown>) => {
		const before = setup.charged();
		const result = await setup.run(invoices(count), { parameters });
		const hints = result.hints(NODE).map(({ message }) => message);
		return { result, hints: hints.join('\n'), charged: setup.charged() - before };
	};

	it('PDFs of a job of several rows are told to be in no known order', async () => {
		const { result, hints, charged } = await run(3, { output: 'pdfs' });
		expect(result.items(NODE)).toHaveLength(3);
		expect(hints).toMatch(/order.*'Rows per Batch'/s);
		expect(charged).toBe(3);
	});

	it('PDFs of jobs of one row each are their own items without a word', async () => {
		const { result, hints } = await run(3, { output: 'pdfs', options: { rowsPerBatch: 1 } });
		expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }],
			[{ item: 1 }],
			[{ item: 2 }],
		]);
		expect(hints).not.toMatch(/order/);
	});

	it('PDFs of a job of one row that holds one too many are told', async () => {
		setup.emulator.behaviour.choices.extraPdfs = 1;
		try {
			const { result, hints, charged } = await run(1, { output: 'pdfs' });
			expect(result.items(NODE)).toHaveLength(2);
			expect(hints).toMatch(/2 PDFs/);
			expect(charged).toBe(1);
		} finally {
			setup.emulator.behaviour.choices.extraPdfs = 0;
		}
	});

	it.each([
		['batch', 'submit'],
		['pdf', 'generate'],
	])(
		'PDFs that would go to a field called __proto__ are not paid for: %s',
		async (resource, operation) => {
			const { result, charged } = await run(1, { resource, operation, binaryField: '__proto__' });
			expect(result.error?.message).toMatch(/__proto__/);
			expect(charged).toBe(0);
		},
	);
});
