import type { FaultAction } from '../emulator/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

/** Whatever is through first: equal names are numbered in the order of the items. */
describe('File names', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup({
			timing: { queueMs: 0, rowMs: 0 },
			choices: { zipNames: 'design' },
		});
	});
	afterEach(() => setup.emulator.faults.clear());
	afterAll(async () => await setup.close());

	/** Waits until a file has been fetched since the test began. */
	let begun = 0;
	beforeEach(() => {
		begun = setup.emulator.requests.length;
	});
	const anotherFile = async () => {
		await setup.emulator.waitFor(() =>
			setup.emulator.requests
				.slice(begun)
				.some(({ route, outcome }) => /^(zip|pdf)$/.test(route) && outcome === 'completed'),
		);
	};

	/** Holds the file of the first item's job until another one has been fetched. */
	const lastOfAll: FaultAction = {
		name: 'lastOfAll',
		async before({ job }) {
			if (job?.rows[0]?.['invoice_number'] === 'R-0') await anotherFile();
			return undefined;
		},
	};

	const names = async (
		parameters: Record<string, unknown>,
		items: Parameters<EngineSetup['run']>[0] = invoices(3),
	) => {
		const result = await setup.run(items, { parameters });
		expect(result.error).toBeUndefined();
		for (const { json, binary } of result.items(NODE)) {
			expect(binary?.['data']?.fileName).toBe(json['fileName']);
		}
		return result.json(NODE).map(({ fileName }) => fileName);
	};

	it('Submit numbers equal names of ZIP files in the order of the items', async () => {
		setup.emulator.faults.add({ route: 'zip', action: lastOfAll });
		const options = { rowsPerBatch: 1, fileName: 'March' };
		expect(await names({ options })).toEqual(['March.zip', 'March (2).zip', 'March (3).zip']);
	});

	it.each<[string, Record<string, unknown>, string]>([
		['a ZIP', {}, 'FV_001_2026 of March.zip'],
		['a single PDF', { resource: 'pdf', operation: 'generate' }, 'FV_001_2026 of March.pdf'],
	])(
		'the node keeps the slashes that a user gave %s as underscores, and line breaks as blanks',
		async (_, parameters, expected) => {
			const options = { fileName: 'FV/001/2026\nof March' };
			expect(await names({ ...parameters, options }, invoices(1))).toEqual([expected]);
		},
	);

	it('Submit numbers equal names of PDFs out of several jobs in the order of the items', async () => {
		setup.emulator.faults.add({ route: 'zip', action: lastOfAll });
		const parameters = { output: 'pdfs', options: { rowsPerBatch: 2 } };
		expect(await names(parameters)).toEqual([
			'Invoice 1.pdf',
			'Invoice 2.pdf',
			'Invoice 1 (2).pdf',
		]);
	});

	it('Download numbers equal names of ZIP files in the order of the items', async () => {
		const submitted = await setup.run(invoices(2), {
			parameters: { waitForCompletion: false, options: { rowsPerBatch: 1 } },
		});
		setup.emulator.faults.add({ route: 'zip', action: lastOfAll });
		const jobs = submitted.json(NODE).map(({ jobId }) => ({ jobId }));
		const parameters = { operation: 'download', jobId: '={{ $json.jobId }}' };
		expect(await names({ ...parameters, options: { fileName: 'March' } }, jobs)).toEqual([
			'March.zip',
			'March (2).zip',
		]);
	});

	it('Generate numbers equal names of single PDFs in the order of the items', async () => {
		const first: FaultAction = {
			name: 'first',
			async before() {
				await anotherFile();
				return undefined;
			},
		};
		setup.emulator.faults.add({ route: 'pdf', call: 1, action: first });
		const parameters = { resource: 'pdf', operation: 'generate', options: { fileName: 'March' } };
		expect(await names(parameters)).toEqual(['March.pdf', 'March (2).pdf', 'March (3).pdf']);
	});
});
