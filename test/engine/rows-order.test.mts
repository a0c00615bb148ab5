import { NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

const ITEMS = [
	{ customer_name: 'Ada' },
	{ customer_name: { first: 'Bob' } },
	{ customer_name: 'Cleo' },
	{ customer_name: '' },
	{ customer_name: 'Dora' },
];

describe('Output follows input where items are refused, with On Error: Continue', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => {
		await setup.close();
	});

	it.each([
		['Submit with one row per job', { options: { rowsPerBatch: 1 } }],
		['Submit without waiting', { waitForCompletion: false, options: { rowsPerBatch: 1 } }],
		['Submit with one item per PDF', { output: 'pdfs', options: { rowsPerBatch: 1 } }],
		['Generate', { resource: 'pdf', operation: 'generate' }],
		['Check Only', { options: { checkOnly: true } }],
	])(
		'the output follows the input where items are refused with On Error: Continue, in %s',
		async (_, parameters) => {
			const result = await setup.run(ITEMS, { parameters, onError: 'continueRegularOutput' });
			expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual(
				ITEMS.map((_item, item) => [{ item }]),
			);
			expect(result.json(NODE).map((json) => 'error' in json)).toEqual([
				false,
				true,
				false,
				true,
				false,
			]);
		},
	);

	it('a merge by position puts each PDF beside its own row where items are refused', async () => {
		const result = await setup.run(ITEMS, {
			parameters: {
				resource: 'pdf',
				operation: 'generate',
				options: { fileName: '={{ $json.customer_name }}' },
			},
			onError: 'continueRegularOutput',
		});
		expect(result.json(NODE).map((json) => json['fileName'])).toEqual([
			'Ada.pdf',
			undefined,
			'Cleo.pdf',
			undefined,
			'Dora.pdf',
		]);
	});

	it('Retry On Fail does not pay again where the first item is refused', async () => {
		const before = setup.charged();
		const result = await setup.run([ITEMS[1] ?? {}, ITEMS[0] ?? {}], {
			onError: 'continueRegularOutput',
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 0,
		});
		expect(result.items(NODE)).toHaveLength(2);
		expect(setup.charged() - before).toBe(1);
	});
});
