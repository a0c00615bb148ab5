import { KEYS } from '../emulator/index.mts';
import { invoices, NODE, type EngineSetup } from './support/setup.mts';
import { byId, openRowSetup, warnings } from './support/sent.mts';

describe('Rows', () => {
	let setup: EngineSetup;
	let sent: Awaited<ReturnType<typeof openRowSetup>>['sent'];
	beforeAll(async () => {
		({ setup, sent } = await openRowSetup());
	});
	afterAll(async () => {
		await setup.close();
	});

	describe('from items', () => {
		it("rows from items hold only what belongs to the design's variables", async () => {
			const { rows } = await sent([{ customer_name: 'Ada', amount: 7, crm_id: 7 }]);
			expect(rows[0]).toMatchObject({ customer_name: 'Ada', amount: '7' });
			expect(rows[0]).not.toHaveProperty('crm_id');
		});

		it('rows from items hold every field where the design does not list its variables', async () => {
			setup.emulator.generations.first = false;
			const { rows } = await sent([{ participant: 'Ada', crm_id: 7 }], {
				designId: byId('design_certificate'),
			});
			setup.emulator.generations.first = true;
			expect(rows[0]).toEqual({ participant: 'Ada', crm_id: '7' });
		});

		it('rows from items hold only the fields of Only Fields', async () => {
			const { rows } = await sent([{ customer_name: 'Ada', amount: '1', secret: 'x' }], {
				options: { onlyFields: 'customer_name, amount', missingVariables: 'sample' },
			});
			expect(rows[0]).toEqual({ customer_name: 'Ada', amount: '1' });
		});

		it('a variable that a row from items lacks is sent blank', async () => {
			const { rows } = await sent([{ customer_name: 'Ada' }, { amount: 0 }]);
			expect(rows[1]).toMatchObject({
				customer_name: '',
				amount: '0',
				notes: '',
				due_date: '',
			});
		});

		it('a field of a similar name is taken for a variable, and reported in one hint', async () => {
			const { result, rows } = await sent([{ 'Customer Name': 'Ada', amount: '1' }]);
			expect(rows[0]).toMatchObject({ customer_name: 'Ada' });
			const hints = warnings(result, NODE).map(({ message }) => message);
			expect(hints).toHaveLength(1);
			expect(hints[0]).toContain("'Customer Name' as 'customer_name'");
		});

		it('the node stops before it pays when no field matches a variable at all', async () => {
			const { result, submitted } = await sent([{ foo: '1', bar: '2' }, { foo: '3' }]);
			expect(submitted).toBe(0);
			expect(result.error?.message).toMatch(/The fields are 'foo' and 'bar'; the design wants/);
		});

		it('a date is printed in the time zone of the workflow, or as Date Format says', async () => {
			const item = { due_date: new Date('2026-03-30T22:00:00Z') };
			const settings = { timezone: 'Europe/Berlin' };
			const run = async (options: object) => {
				await setup.run(
					[item as never],
					{ parameters: { waitForCompletion: false, options } },
					{ settings },
				);
				return setup.emulator.jobs.at(-1)?.rows[0]?.['due_date'];
			};
			expect(await run({})).toBe('2026-03-31');
			expect(await run({ dateFormat: 'dd.MM.yyyy' })).toBe('31.03.2026');
		});
	});

	describe('mapped', () => {
		const mapped = (value: Record<string, unknown> | null, mappingMode = 'defineBelow') => ({
			rowSource: 'mapped',
			variables: { mappingMode, value, matchingColumns: [], schema: [] },
		});

		it('mapped rows have each expression evaluated for each item', async () => {
			const { rows } = await sent(
				[{ name: 'Ada' }, { name: 'Grace' }],
				mapped({ customer_name: '={{ $json.name }}', amount: '5' }),
			);
			expect(rows.map((row) => [row['customer_name'], row['amount']])).toEqual([
				['Ada', '5'],
				['Grace', '5'],
			]);
		});

		it('mapped rows leave out what is not mapped', async () => {
			const { rows } = await sent(
				[{ name: 'Ada', secret: 'x' }],
				mapped({ customer_name: '={{ $json.name }}' }),
			);
			expect(rows[0]).not.toHaveProperty('secret');
			expect(rows[0]).toHaveProperty('notes', '');
		});

		it('mapped rows take values of any kind from an expression', async () => {
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
				// n8n itself makes text of a date that a parameter gives.
				due_date: '2026-01-02T03:04:05.000Z',
				notes: 'true',
			});
		});

		it('mapped rows fill variables from fields of the same name automatically', async () => {
			const { rows } = await sent([{ customer_name: 'Ada' }], mapped(null, 'autoMapInputData'));
			expect(rows[0]).toMatchObject({ customer_name: 'Ada' });
		});

		it('mapped rows take a table', async () => {
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
		])('rows from JSON are taken from %s', async (rowsJson, item, count) => {
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
		])('an item whose JSON is %s is named, and nothing is submitted', async (text, message) => {
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
		it('Check Only shows each row as it would be sent, its job and the cost, and submits nothing', async () => {
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

		it('Check Only shows what was matched and what is left out', async () => {
			const { result } = await sent([{ 'Customer Name': 'Ada', row_number: 2 }], {
				options: { checkOnly: true },
			});
			expect(result.json(NODE)[0]).toMatchObject({
				matched: { customer_name: 'Customer Name' },
				leftOut: ['row_number'],
			});
		});

		it('Check Only shows the rows of PDF: Generate too, and makes none', async () => {
			const { result } = await sent(invoices(2), {
				resource: 'pdf',
				operation: 'generate',
				options: { checkOnly: true },
			});
			expect(result.json(NODE)).toMatchObject([
				{ row: 1, batchNumber: 1, batchCount: 2, rows: 1, credits: 2 },
				{ row: 2, batchNumber: 2, batchCount: 2, rows: 1, credits: 2 },
			]);
			expect(setup.emulator.charges.filter(({ jobId }) => jobId === undefined)).toEqual([]);
		});

		it.each([[KEYS.noCredits], [KEYS.noBatch]])(
			'Check Only works without credits and without batches: %s',
			async (apiKey) => {
				const result = await setup.run(invoices(2), {
					apiKey,
					parameters: { options: { checkOnly: true } },
				});
				expect(result.error).toBeUndefined();
				expect(result.json(NODE)).toHaveLength(2);
			},
		);
	});
});
