import { designOf, KEYS, PLANS } from '../emulator/index.mts';
import { invoices, NODE, openBench, type Bench } from './support/bench.mts';

const warnings = (result: Awaited<ReturnType<Bench['run']>>) =>
	result.hints(NODE).filter(({ type }) => type === 'warning');
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

describe('Rows', () => {
	let bench: Bench;
	beforeAll(async () => {
		bench = await openBench();
	});
	afterAll(async () => {
		await bench.close();
	});
	const lastRows = () => bench.emulator.jobs.at(-1)?.rows ?? [];
	const submits = () => bench.emulator.requests.filter(({ route }) => route === 'submit').length;

	/** Runs without waiting and returns what was sent. */
	async function sent(
		items: Parameters<Bench['run']>[0],
		parameters: Record<string, unknown> = {},
	) {
		const before = submits();
		const result = await bench.run(items, {
			parameters: { waitForCompletion: false, ...parameters },
		});
		return { result, rows: submits() > before ? lastRows() : [], submitted: submits() - before };
	}

	describe('from items', () => {
		it('sends every field of the item, whether or not the design has it', async () => {
			const { rows } = await sent([{ customer_name: 'Ada', crm_id: 7 }]);
			expect(rows[0]).toMatchObject({ customer_name: 'Ada', crm_id: '7' });
		});

		it('sends only the fields asked for', async () => {
			const { rows } = await sent([{ customer_name: 'Ada', amount: '1', secret: 'x' }], {
				options: { onlyFields: 'customer_name, amount', missingVariables: 'sample' },
			});
			expect(rows[0]).toEqual({ customer_name: 'Ada', amount: '1' });
		});

		it('blanks what a row lacks, of the variables and of the other rows', async () => {
			const { rows } = await sent([{ customer_name: 'Ada', extra: '1' }, { amount: null }]);
			expect(rows[1]).toMatchObject({
				customer_name: '',
				amount: '',
				extra: '',
				notes: '',
				due_date: '',
			});
		});

		it('hints at fields that match nothing, with what may have been meant', async () => {
			const { result } = await sent([{ 'Customer Name': 'Ada', amount: '1' }]);
			const hints = warnings(result).map(({ message }) => message);
			expect(hints).toHaveLength(1);
			expect(hints[0]).toContain('customer_name');
			expect(hints[0]).toContain('Customer Name');
		});

		it('hints once when no field matches at all', async () => {
			const { result } = await sent([{ foo: '1', bar: '2' }, { foo: '3' }]);
			const hints = warnings(result);
			expect(hints).toHaveLength(1);
			expect(hints[0]?.message).toMatch(/none/i);
		});
	});

	describe('mapped', () => {
		const mapped = (value: Record<string, unknown> | null, mappingMode = 'defineBelow') => ({
			rowSource: 'mapped',
			variables: { mappingMode, value, matchingColumns: [], schema: [] },
		});

		it('evaluates each expression for each item', async () => {
			const { rows } = await sent(
				[{ name: 'Ada' }, { name: 'Grace' }],
				mapped({ customer_name: '={{ $json.name }}', amount: '5' }),
			);
			expect(rows.map((row) => [row['customer_name'], row['amount']])).toEqual([
				['Ada', '5'],
				['Grace', '5'],
			]);
		});

		it('leaves out what is not mapped', async () => {
			const { rows } = await sent(
				[{ name: 'Ada', secret: 'x' }],
				mapped({ customer_name: '={{ $json.name }}' }),
			);
			expect(rows[0]).not.toHaveProperty('secret');
			expect(rows[0]).toHaveProperty('notes', '');
		});

		it('takes values of any kind from an expression', async () => {
			const { rows } = await sent(
				[{ n: 1e21, t: '2026-01-02T03:04:05Z' }],
				mapped({
					amount: '={{ $json.n }}',
					due_date: '={{ DateTime.fromISO($json.t, { zone: "utc" }) }}',
					notes: '={{ true }}',
				}),
			);
			expect(rows[0]).toMatchObject({
				amount: '1000000000000000000000',
				due_date: '2026-01-02T03:04:05.000Z',
				notes: 'true',
			});
		});

		it('maps fields of the same name automatically', async () => {
			const { rows } = await sent([{ customer_name: 'Ada' }], mapped(null, 'autoMapInputData'));
			expect(rows[0]).toMatchObject({ customer_name: 'Ada' });
		});

		it('maps a table', async () => {
			const { rows } = await sent(
				[
					{
						lines: [
							['Item', 'Price'],
							['Pen', 2],
						],
					},
				],
				{
					...mapped({ customer_name: 'Ada', items: '={{ $json.lines }}' }),
					designId: byId('design_order'),
				},
			);
			expect(rows[0]?.['items']).toEqual([
				['Item', 'Price'],
				['Pen', '2'],
			]);
		});
	});

	describe('from JSON', () => {
		const json = (rowsJson: string) => ({ rowSource: 'json', rowsJson });

		it.each([
			['={{ $json.text }}', { text: '[{"customer_name":"Ada"},{"customer_name":"Grace"}]' }, 2],
			['={{ $json }}', { customer_name: 'Ada' }, 1],
			['{"customer_name":"Ada"}', {}, 1],
		])('takes %s', async (rowsJson, item, count) => {
			const { rows } = await sent([item], json(rowsJson));
			expect(rows).toHaveLength(count);
			expect(rows[0]).toMatchObject({ customer_name: 'Ada' });
		});

		it.each([
			['{"customer_name":', /item 1.*JSON/s],
			['[]', /item 1/],
			['[1]', /item 1/],
			['"text"', /item 1/],
			['[[{}]]', /item 1/],
		])('names the item that brings %s, and submits nothing', async (text, message) => {
			const { result, submitted } = await sent(
				[{ text: '{"customer_name":"Ada"}' }, { text }],
				json('={{ $json.text }}'),
			);
			expect(result.error?.message).toMatch(message);
			expect(result.error).toMatchObject({ name: 'NodeOperationError', itemIndex: 1 });
			expect(result.error?.description).toContain('Nothing was submitted');
			expect(submitted).toBe(0);
		});
	});

	describe('checked only', () => {
		it('shows each row as it would be sent, its job and the cost, and submits nothing', async () => {
			const { result, submitted } = await sent(invoices(3), {
				options: { checkOnly: true, rowsPerBatch: 2 },
			});
			expect(submitted).toBe(0);
			expect(
				result
					.json(NODE)
					.map(({ row, batchNumber, batchCount, credits }) => [
						row,
						batchNumber,
						batchCount,
						credits,
					]),
			).toEqual([
				[1, 1, 2, 3],
				[2, 1, 2, 3],
				[3, 2, 2, 3],
			]);
			expect(result.json(NODE)[0]?.['values']).toMatchObject({
				customer_name: 'Customer 0',
				notes: '',
			});
			expect(result.items(NODE)[2]?.pairedItem).toEqual([{ item: 2 }]);
		});

		it.each([[KEYS.noCredits], [KEYS.noBatch]])(
			'works without credits and without batches: %s',
			async (apiKey) => {
				const result = await bench.run(invoices(2), {
					apiKey,
					parameters: { options: { checkOnly: true } },
				});
				expect(result.error).toBeUndefined();
				expect(result.json(NODE)).toHaveLength(2);
			},
		);
	});

	describe('that cannot be sent', () => {
		it.each([
			['a data: URI', { customer_name: 'data:image/png;base64,AAAA' }, /uploads:/],
			['a number that is none', { amount: '={{ 0/0 }}' }, /./],
			['a list', { amount: ['a', 'b'] }, /./],
			['an object of objects', { amount: { a: { b: 1 } } }, /./],
		])('names %s, the item and the remedy', async (_, item, remedy) => {
			const values = 'amount' in item && item.amount === '={{ 0/0 }}' ? { amount: NaN } : item;
			const { result, submitted } = await sent([{ customer_name: 'Ada' }, values]);
			expect(result.error?.message).toContain('[item 1]');
			expect(`${result.error?.message} ${result.error?.description}`).toMatch(remedy);
			expect(submitted).toBe(0);
		});

		it('says before submitting where a blank would not do', async () => {
			const { result, submitted } = await sent([{ customer_name: 'Ada' }], {
				designId: byId('design_order'),
			});
			expect(result.error?.message).toContain("'items'");
			expect(result.error?.message).toContain('table');
			expect(submitted).toBe(0);
		});

		it('refuses a row without any field', async () => {
			const { result, submitted } = await sent([{ customer_name: 'Ada' }, {}]);
			expect(result.error?.message).toContain('[item 1]');
			expect(submitted).toBe(0);
		});

		it('goes on without the bad items with On Error: Continue', async () => {
			const result = await bench.run(
				[
					{ customer_name: 'Ada' },
					{ customer_name: 'data:image/png;base64,AAAA' },
					{ customer_name: 'Grace' },
				],
				{
					onError: 'continueRegularOutput',
				},
			);
			expect(lastRows()).toHaveLength(2);
			expect(result.items(NODE).map(({ pairedItem }) => pairedItem)).toEqual([
				[{ item: 0 }, { item: 2 }],
				[{ item: 1 }],
			]);
			expect(result.json(NODE)[1]?.['error']).toContain('[item 1]');
		});
	});

	describe('of every sort', () => {
		it('sends keys as they are: dots, spaces, emoji, __proto__', async () => {
			const item: Record<string, string> = JSON.parse(
				'{"a.b":"1","c d":"2","🧾":"3","__proto__":"4","constructor":"5"}',
			);
			const { rows } = await sent([{ text: JSON.stringify(item) }], {
				rowSource: 'json',
				rowsJson: '={{ $json.text }}',
				options: { missingVariables: 'sample' },
			});
			expect(JSON.stringify(rows[0])).toBe(JSON.stringify(item));
		});

		it('sends a value of one megabyte untouched', async () => {
			const notes = 'ä'.repeat(500_000);
			const { rows } = await sent([{ notes }]);
			expect(rows[0]?.['notes']).toBe(notes);
		});

		it('passes tokens through, in both forms', async () => {
			const { rows } = await sent(
				[
					{ recipient: 'A', 'greeting::first_name': 'Ada' },
					{ recipient: 'G', greeting: { first_name: 'Grace' } },
				],
				{ designId: byId('design_letter') },
			);
			expect(rows[0]).toMatchObject({ 'greeting::first_name': 'Ada' });
			expect(rows[0]).not.toHaveProperty('greeting');
			expect(rows[1]).toMatchObject({ greeting: { first_name: 'Grace' } });
		});

		it('takes 5,000 items', async () => {
			bench.emulator.addWorkspace({ key: 'pc_live_large', credits: 10_000, plan: 'business' });
			const result = await bench.run(invoices(5000), {
				apiKey: 'pc_live_large',
				parameters: { waitForCompletion: false, options: { rowsPerBatch: 500 } },
			});
			expect(result.json(NODE)).toHaveLength(10);
			expect(bench.emulator.credits('pc_live_large')).toBe(5000);
		});
	});

	describe('and their designs', () => {
		it('names the items without a design, and submits nothing', async () => {
			const items = invoices(3).map((item, index) => ({
				...item,
				design: index === 1 ? '' : 'design_invoice',
			}));
			const { result, submitted } = await sent(items, { designId: byId('={{ $json.design }}') });
			expect(result.error?.message).toContain('[item 1]');
			expect(submitted).toBe(0);
		});

		it('tells which batch met a design that was deleted in between', async () => {
			bench.emulator.addDesign(
				KEYS.demo,
				designOf({ designId: 'design_short', name: 'Short-lived', variables: [] }),
			);
			bench.emulator.faults.add({
				route: 'submit',
				call: 2,
				action: {
					name: 'the design is deleted',
					before: async () => {
						bench.emulator.removeDesign(KEYS.demo, 'design_short');
						return await Promise.resolve(undefined);
					},
				},
			});
			const result = await bench.run(invoices(3), {
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

		it('tells how many rows the plan takes when it takes fewer', async () => {
			bench.emulator.addWorkspace({
				key: 'pc_live_small',
				plan: { ...PLANS.pro, maxRowsPerBatch: 25 },
			});
			const result = await bench.run(invoices(60), { apiKey: 'pc_live_small' });
			expect(result.error?.message).toBe('ImaginePDF does not accept these rows');
			expect(result.error?.description).toContain(
				"Lower the option 'Rows per Batch' to 25 or less",
			);
			expect(bench.emulator.credits('pc_live_small')).toBe(1000);
		});
	});

	it.each([
		['rowsPerBatch', 0, "'Rows per Batch' is 0"],
		['rowsPerBatch', 1.5, "'Rows per Batch' is 1.5"],
		['maxConcurrentJobs', 0, "'Max Concurrent Jobs' is 0"],
		['timeout', 0, "'Timeout' is 0"],
		['pollInterval', -1, "'Poll Interval' is -1"],
	])('refuses the setting %s %d before anything is submitted', async (name, value, message) => {
		const { result, submitted } = await sent(invoices(1), {
			waitForCompletion: true,
			options: { [name]: value },
		});
		expect(result.error?.message).toBe(message);
		expect(submitted).toBe(0);
	});
});
