import type { IDataObject } from 'n8n-workflow';

import { actions } from '../emulator/index.mts';
import { CONTINUE, GENERATE, invoices, ONE_BY_ONE } from '../engine/support/setup.mts';
import { mapped } from '../sources/support/case.mts';
import { follow } from '../sources/support/follow.mts';
import { countsOf, followAdvice, type OneStep } from './support/advice.mts';

type Values = Record<string, unknown>;

const SMALL = 'pc_live_small';
const WORKFLOW = { rowSource: 'json', rowsJson: '={{ $json.rows }}' };

/** Rows that cannot be sent: nothing is charged, and a change in the node and a retry send them. */
const mended = (
	message: string,
	by: string,
	items: IDataObject[],
	says: string | RegExp,
	retry: OneStep['retry'],
	{ node = {}, sends = [] }: { node?: Values; sends?: Values[] } = {},
): OneStep => ({
	message,
	by: `${by}, and a retry`,
	credits: items.length,
	items,
	node: { parameters: node },
	says,
	paid: 0,
	// The values that the rows are paid for with.
	check: ({ setup }) =>
		expect(setup.emulator.charges.flatMap(({ values }) => values)).toMatchObject(
			sends.length > 0 ? sends : items.map(() => ({})),
		),
	...(retry && { retry }),
	gives: [items.length],
});

const nested = invoices(2).map((row) => ({ ...row, amount: { value: '1.00', currency: 'EUR' } }));
const json = (rowsJson: string) => ({ rowSource: 'json', rowsJson });
const amountOf = (expression: string) => json(`={{ ({ ...$json, amount: ${expression} }) }}`);

const inside = [
	{ amount: '1.00', order: { notes: 'Rush' } },
	{ amount: '2.00', order: { notes: 'Gift' } },
];
const rivals = [{ 'Customer Name': 'Grace', customer: { name: 'Ada' }, amount: '1.00' }];
const NO_FIELD = '[item …]: there is no field of its own for …, but … inside other fields';
const SAME_LIST =
	'[item …]: several items bring the same list of rows, so each row would be paid for several times';

/** Does what the description says, word for word. */
const toTheLetter =
	(items: IDataObject[], how: Parameters<typeof follow>[2] = {}) =>
	(description: string) =>
		follow(description, { items, parameters: {} }, how).parameters;

const sent = inside.map(({ amount, order }) => ({ amount, notes: order.notes }));
const blank = inside.map(({ amount }) => ({ amount, notes: '' }));
const ROWS_REFUSED = 'ImaginePDF does not accept these rows';
const TOO_LARGE = 'The batch is too large for ImaginePDF';
const SEVERAL = '[item …]: an item can become one PDF only, and it brings several rows';
const tooLarge = actions.answer({ status: 413, body: '<html>Too large</html>' });
const several = {
	items: [{ rows: invoices(2) }],
	node: { parameters: { ...GENERATE, ...WORKFLOW } },
};
const inTwo = { rowsPerBatch: 2, maxConcurrentJobs: 1 };
const everyRow = json('={{ $("Items").all().map((item) => item.json) }}');

followAdvice('Rows', [
	mended(
		'[item …]: …',
		"a field named like the variable, in 'Map Each Variable'",
		[{ Buyer: 'Ada' }, { Buyer: 'Grace' }],
		/Map Each Variable/,
		mapped({ customer_name: '={{ $json.Buyer }}' }),
	),
	mended(
		'[item …]: …',
		"'Leave Blank' for what the rows lack",
		invoices(2),
		/'Missing Variables' to 'Leave Blank'/,
		{ options: { missingVariables: 'blank' } },
		{ node: { options: { missingVariables: 'error' } } },
	),
	mended(
		'[item …]: …',
		'one expression that gives a list, instead of an object in text',
		[{ rows: { customer_name: 'Ada' } }],
		/one expression/,
		WORKFLOW,
		{ node: json('=[{{ $json.rows }}]') },
	),
	{
		message: '[item …]: all fields of the item are empty, so its PDF would be blank',
		by: 'empty lines filtered out before the node, and a new execution',
		items: [...invoices(2), { customer_name: '' }],
		says: 'filter such items out before this node',
		paid: 0,
		anew: {},
	},
	mended(
		NO_FIELD,
		'the expression of the description',
		inside,
		/choose 'JSON' as the 'Row Source'/i,
		toTheLetter(inside),
		{ sends: sent },
	),
	mended(
		NO_FIELD,
		"the variable left blank by 'Only Fields'",
		inside,
		/To leave it blank on purpose, list the fields/,
		toTheLetter(inside, { by: 'Only Fields' }),
		{ sends: blank },
	),
	mended(
		NO_FIELD,
		"the variable left blank in 'Map Each Variable'",
		inside,
		/choose 'Map Each Variable' and leave the field empty/,
		mapped({ amount: '={{ $json.amount }}', notes: '' }),
		{ sends: blank },
	),
	mended(
		'[item …]: the variable … could be meant by …, whose values differ',
		'one of the expressions of the description',
		rivals,
		/choose what each variable is to say/,
		toTheLetter(rivals, { choose: { customer_name: 'customer.name' } }),
		{ sends: [{ customer_name: 'Ada', amount: '1.00' }] },
	),
	{
		message: SAME_LIST,
		by: "'Execute Once' turned on, and a new execution",
		node: { parameters: everyRow },
		says: "Turn on 'Execute Once' in the settings of this node",
		paid: 0,
		anew: { parameters: everyRow, executeOnce: true },
	},
	mended(
		"[item …]: field '…' …",
		'an expression that picks a field of the object',
		nested,
		/amount\.value/,
		amountOf('$json.amount.value'),
	),
	mended(
		"[item …]: field '…' …",
		'the expression that gave [object Object] set right',
		nested,
		/./,
		amountOf('"Sum: " + $json.amount.value'),
		{ node: amountOf('"Sum: " + $json.amount') },
	),
	{
		message: "[item …]: field '…' …",
		by: 'with On Error: Continue, only the refused items sent once more',
		credits: 3,
		async follow({ setup, told }) {
			const [good, other, bad] = invoices(3);
			const first = await setup.run([good!, other!, { ...bad, amount: NaN }], CONTINUE);
			expect(told(first, 1)).toContain('Nothing was submitted');
			expect(countsOf(await setup.run([bad!], CONTINUE))).toEqual([1]);
		},
	},
	mended(
		'… items cannot be sent as they are: …',
		'each reason of the description mended',
		[nested[0]!, { ...invoices(2)[1], amount: '[object Object]' }],
		/item 0.*item 1/,
		amountOf('$json.amount.value ?? "1.00"'),
	),
	{
		message: SEVERAL,
		by: "'Batch' instead of 'PDF', and a retry",
		...several,
		says: "the resource 'Batch'",
		paid: 0,
		retry: { resource: 'batch', operation: 'submit' },
	},
	{
		message: SEVERAL,
		by: "'Split Out' before the node, and a new execution",
		...several,
		says: "'Split Out'",
		anew: { parameters: GENERATE },
		gives: [1, 1],
	},
	{
		message: ROWS_REFUSED,
		by: "a lower 'Rows per Batch', and a retry, which pays for no row twice",
		credits: 130,
		async follow({ setup, told }) {
			const plan = { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 40 };
			setup.emulator.addWorkspace({ key: SMALL, plan });
			const failed = await setup.run(invoices(130), { apiKey: SMALL });
			expect(told(failed)).toMatch(/^Lower the option 'Rows per Batch' to 40 or less/);
			expect(setup.charged()).toBeLessThan(130);
			const counts = countsOf(await setup.retry(failed, { options: { rowsPerBatch: 40 } }));
			expect(counts.reduce((sum, count) => sum + count, 0)).toBe(130);
		},
	},
	{
		message: ROWS_REFUSED,
		by: 'what ImaginePDF names corrected in the node, and a retry',
		node: { parameters: amountOf('"-1.00"') },
		trouble({ setup }) {
			const action = actions.refusal(
				400,
				'VALIDATION_ERROR',
				'Row 1: amount exceeds its maximum of 1.',
			);
			setup.fault('submit', action, { call: 1 });
		},
		says: /^Nothing of this request was .* charged.*amount exceeds its maximum/,
		paid: 0,
		retry: amountOf('"1.00"'),
	},
	{
		message: ROWS_REFUSED,
		by: 'the value of that row corrected and a retry, which finds the batch that was accepted',
		credits: 4,
		items: invoices(4),
		node: { parameters: { options: inTwo } },
		trouble({ setup }) {
			const action = actions.refusal(400, 'VALIDATION_ERROR', 'amount must not be 2.00.');
			setup.fault('submit', action, { call: 2 });
		},
		says: 'Concerned: batch 2 of 2, items 2 to 3',
		paid: 2,
		retry: { options: inTwo, ...amountOf('$json.amount === "2.00" ? "1.99" : $json.amount') },
		gives: [2, 2],
	},
	{
		message: TOO_LARGE,
		by: "a lower 'Rows per Batch', and a retry, which pays for no row twice",
		credits: 5,
		items: invoices(5),
		node: { parameters: { options: { ...ONE_BY_ONE, rowsPerBatch: 3 } } },
		trouble: ({ setup }) => setup.fault('submit', tooLarge, { call: 2 }),
		says: "Lower the option 'Rows per Batch'",
		paid: 3,
		retry: { options: { rowsPerBatch: 1 } },
		gives: [3, 1, 1],
	},
	{
		message: TOO_LARGE,
		by: 'less text per row, and a retry',
		trouble: ({ setup }) => setup.fault('submit', tooLarge, { call: 1 }),
		says: 'send less text per row',
		retry: { options: { onlyFields: 'customer_name' } },
	},
	{
		message: 'The row is too large for ImaginePDF',
		by: 'less text in that row and a retry, which finds the PDF that is made',
		items: invoices(2).map((row, index) => ({ ...row, notes: 'x'.repeat(index * 900) })),
		node: { parameters: { ...GENERATE, options: { maxConcurrentJobs: 1 } } },
		trouble: ({ setup }) => setup.fault('generate', tooLarge, { call: 2 }),
		says: 'Send less text',
		paid: 1,
		retry: json('={{ ({ ...$json, notes: $json.notes.slice(0, 100) }) }}'),
		gives: [1, 1],
	},
]);
