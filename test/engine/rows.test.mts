import { KEYS } from '../emulator/index.mts';
import { invoices, NODE, type Bench } from './support/bench.mts';
import { byId, openRowBench, warnings } from './support/sent.mts';

describe('Rows', () => {
	let bench: Bench;
	let sent: Awaited<ReturnType<typeof openRowBench>>['sent'];
	beforeAll(async () => {
		({ bench, sent } = await openRowBench());
	});
	afterAll(async () => {
		await bench.close();
	});

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
			const hints = warnings(result, NODE).map(({ message }) => message);
			expect(hints).toHaveLength(1);
			expect(hints[0]).toContain('customer_name');
			expect(hints[0]).toContain('Customer Name');
		});

		it('hints once when no field matches at all', async () => {
			const { result } = await sent([{ foo: '1', bar: '2' }, { foo: '3' }]);
			const hints = warnings(result, NODE);
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
});
