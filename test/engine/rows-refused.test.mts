import { designOf, KEYS, PLANS } from '../emulator/index.mts';
import { invoices, NODE, type EngineSetup } from './support/setup.mts';
import { byId, openRowSetup } from './support/sent.mts';

describe('Rows that are refused, and what limits them', () => {
	let setup: EngineSetup;
	let sent: Awaited<ReturnType<typeof openRowSetup>>['sent'];
	beforeAll(async () => {
		({ setup, sent } = await openRowSetup());
	});
	afterAll(async () => {
		await setup.close();
	});

	describe('that cannot be sent', () => {
		it.each([
			['a data: URI', { customer_name: 'data:image/png;base64,AAAA' }, /'Images'/],
			['a number that is none', { amount: '={{ 0/0 }}' }, /./],
			['a list of objects', { amount: [{ a: 1 }] }, /amount\?\.\[0\]\?\.a/],
			['an object of objects', { amount: { a: { b: 1 } } }, /./],
		])(
			'a row that cannot be sent is refused because of %s, with item and remedy',
			async (_, item, remedy) => {
				const values = 'amount' in item && item.amount === '={{ 0/0 }}' ? { amount: NaN } : item;
				const { result, submitted } = await sent([{ customer_name: 'Ada' }, values]);
				expect(result.error?.message).toContain('[item 1]');
				expect(`${result.error?.message} ${result.error?.description}`).toMatch(remedy);
				expect(submitted).toBe(0);
			},
		);

		it('an image without a value is named before anything is submitted where missing variables stop the node', async () => {
			const { result, submitted } = await sent([{ name: 'Ada' }], {
				designId: byId('design_badge'),
				options: { missingVariables: 'error' },
			});
			expect(result.error?.message).toContain("'photo'");
			expect(submitted).toBe(0);
		});

		it('a table that is missing keeps its header labels', async () => {
			const { rows } = await sent([{ customer_name: 'Ada' }], { designId: byId('design_order') });
			expect(rows[0]?.['items']).toEqual([['Item', 'Quantity', 'Price']]);
		});

		it('a row without any field is refused', async () => {
			const { result, submitted } = await sent([{ customer_name: 'Ada' }, {}]);
			expect(result.error?.message).toContain('[item 1]');
			expect(submitted).toBe(0);
		});

		it('rows that can be sent go on without the refused ones with On Error: Continue', async () => {
			const result = await setup.run(
				[
					{ customer_name: 'Ada' },
					{ customer_name: 'data:image/png;base64,AAAA' },
					{ customer_name: 'Grace' },
				],
				{
					onError: 'continueRegularOutput',
				},
			);
			expect(setup.emulator.jobs.at(-1)?.rows ?? []).toHaveLength(2);
			expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
				[{ item: 0 }, { item: 2 }],
				[{ item: 1 }],
			]);
			expect(result.json(NODE)[1]).toMatchObject({
				error: expect.stringContaining('[item 1]') as string,
				description: expect.stringContaining('Nothing was submitted') as string,
				code: 'INVALID_ROWS',
			});
			expect(result.json(NODE)[1]).not.toHaveProperty('jobId');
		});
	});

	describe('of every sort', () => {
		it('rows keep their keys as they are: dots, spaces, emoji, __proto__', async () => {
			const item: Record<string, string> = JSON.parse(
				'{"a.b":"1","c d":"2","🧾":"3","__proto__":"4","constructor":"5"}',
			);
			const variables = Object.keys(item);
			setup.emulator.addDesign(
				KEYS.demo,
				designOf({ designId: 'design_odd', name: 'Odd', variables, treeShape: 'array' }),
			);
			const { rows } = await sent([{ text: JSON.stringify(item) }], {
				designId: byId('design_odd'),
				rowSource: 'json',
				rowsJson: '={{ $json.text }}',
				options: { missingVariables: 'sample' },
			});
			expect(JSON.stringify(rows[0])).toBe(JSON.stringify(item));
		});

		it('a value of one megabyte is sent unchanged', async () => {
			const notes = 'ä'.repeat(500_000);
			const { rows } = await sent([{ notes }]);
			expect(rows[0]?.['notes']).toBe(notes);
		});

		it('tokens are sent in both forms', async () => {
			const { rows } = await sent(
				[
					{ recipient: 'A', 'greeting::first_name': 'Ada' },
					{ recipient: 'G', greeting: { first_name: 'Grace' } },
				],
				{ designId: byId('design_letter') },
			);
			expect(rows[0]).toMatchObject({ 'greeting::first_name': 'Ada' });
			expect(rows[0]).not.toHaveProperty('greeting');
			expect(rows[1]).toMatchObject({ 'greeting::first_name': 'Grace' });
			expect(rows[1]).not.toHaveProperty('greeting');
		});

		it('the node takes 5,000 items', async () => {
			setup.emulator.addWorkspace({ key: 'pc_live_large', credits: 10_000, plan: 'business' });
			const result = await setup.run(invoices(5000), {
				apiKey: 'pc_live_large',
				parameters: { waitForCompletion: false, options: { rowsPerBatch: 500 } },
			});
			expect(result.json(NODE)).toHaveLength(10);
			expect(setup.emulator.credits('pc_live_large')).toBe(5000);
		});
	});

	describe('and their designs', () => {
		it('items without a design are named, and nothing is submitted', async () => {
			const items = invoices(3).map((item, index) => ({
				...item,
				design: index === 1 ? '' : 'design_invoice',
			}));
			const { result, submitted } = await sent(items, { designId: byId('={{ $json.design }}') });
			expect(result.error?.message).toContain('[item 1]');
			expect(submitted).toBe(0);
		});

		it('a batch is named whose design was deleted in between', async () => {
			setup.emulator.addDesign(
				KEYS.demo,
				designOf({ designId: 'design_short', name: 'Short-lived', variables: ['customer_name'] }),
			);
			setup.emulator.faults.add({
				route: 'submit',
				call: 2,
				action: {
					name: 'the design is deleted',
					before: async () => {
						setup.emulator.removeDesign(KEYS.demo, 'design_short');
						return await Promise.resolve(undefined);
					},
				},
			});
			const result = await setup.run(invoices(3), {
				onError: 'continueRegularOutput',
				parameters: {
					designId: byId('design_short'),
					options: { rowsPerBatch: 1, maxConcurrentJobs: 1 },
				},
			});
			expect(result.json(NODE).map(({ status, code }) => status ?? code)).toEqual([
				'completed',
				'DESIGN_NOT_FOUND',
				'DESIGN_NOT_FOUND',
			]);
			expect(result.items(NODE)[1]?.pairedItem).toEqual([{ item: 1 }]);
		});

		it('a batch with more rows than the plan takes is refused with the number that it takes', async () => {
			setup.emulator.addWorkspace({
				key: 'pc_live_small',
				plan: { ...PLANS.pro, maxRowsPerBatch: 25 },
			});
			const result = await setup.run(invoices(60), { apiKey: 'pc_live_small' });
			expect(result.error?.message).toBe('ImaginePDF does not accept these rows');
			expect(result.error?.description).toContain(
				"Lower the option 'Rows per Batch' to 25 or less",
			);
			expect(setup.emulator.credits('pc_live_small')).toBe(1000);
		});
	});

	it.each([
		['rowsPerBatch', 0, "'Rows per Batch' is 0"],
		['rowsPerBatch', 1.5, "'Rows per Batch' is 1.5"],
		['maxConcurrentJobs', 0, "'Max Concurrent Jobs' is 0"],
		['timeout', 0, "'Timeout' is 0"],
		['pollInterval', -1, "'Poll Interval' is -1"],
	])('the setting %s %d is refused before anything is submitted', async (name, value, message) => {
		const { result, submitted } = await sent(invoices(1), {
			waitForCompletion: true,
			options: { [name]: value },
		});
		expect(result.error?.message).toBe(message);
		expect(submitted).toBe(0);
	});
});
