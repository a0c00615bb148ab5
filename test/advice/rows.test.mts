import type { IDataObject } from 'n8n-workflow';

import { actions } from '../emulator/index.mts';
import { invoices, NODE } from '../engine/support/setup.mts';
import { mapped } from '../sources/support/case.mts';
import { follow } from '../sources/support/follow.mts';
import { filesOf, followAdvice, type AdviceCase } from './support/advice.mts';

const GENERATE = { resource: 'pdf', operation: 'generate' };
const SMALL = 'pc_live_small';
const PLAN = { useApiKeys: true, batchGenerate: true };
const WORKFLOW = { rowSource: 'json', rowsJson: '={{ $json.rows }}' };

/** Rows that cannot be sent: nothing is charged, and a change in the node and a retry send them. */
function mended(
	message: string,
	by: string,
	{
		items,
		parameters = {},
		advice,
		right,
		sends = items.map(() => ({})),
	}: {
		items: IDataObject[];
		parameters?: Record<string, unknown>;
		advice: string | RegExp;
		/** What is changed in the node, or how it is read off the description. */
		right: Record<string, unknown> | ((description: string) => Record<string, unknown>);
		/** Values that the rows are paid for with. */
		sends?: Array<Record<string, unknown>>;
	},
): AdviceCase {
	return {
		message,
		by: `${by}, and a retry`,
		credits: items.length,
		async follow({ setup, told, retry }) {
			const failed = await setup.run(items, { parameters });
			const description = told(failed);
			expect(description).toMatch(advice);
			expect(setup.charged()).toBe(0);
			const changed = typeof right === 'function' ? right(description) : right;
			const result = await retry(failed, changed);
			expect(result.json(NODE)).toMatchObject([{ fileCount: items.length }]);
			const paid = setup.emulator.charges.flatMap(({ values }) => values);
			expect(paid).toMatchObject(sends);
		},
	};
}

const nested = invoices(2).map((row) => ({ ...row, amount: { value: '1.00', currency: 'EUR' } }));
const amountOf = (expression: string) => ({
	rowSource: 'json',
	rowsJson: `={{ ({ ...$json, amount: ${expression} }) }}`,
});

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

followAdvice('Rows', [
	mended('[item …]: …', "a field named like the variable, in 'Map Each Variable'", {
		items: [{ Buyer: 'Ada' }, { Buyer: 'Grace' }],
		advice: /Map Each Variable/,
		right: {
			rowSource: 'mapped',
			variables: { mappingMode: 'defineBelow', value: { customer_name: '={{ $json.Buyer }}' } },
		},
	}),
	mended('[item …]: …', "'Leave Blank' for what the rows lack", {
		items: invoices(2),
		parameters: { options: { missingVariables: 'error' } },
		advice: /'Missing Variables' to 'Leave Blank'/,
		right: { options: { missingVariables: 'blank' } },
	}),
	mended('[item …]: …', 'one expression that gives a list, instead of an object in text', {
		items: [{ rows: { customer_name: 'Ada' } }],
		parameters: { rowSource: 'json', rowsJson: '=[{{ $json.rows }}]' },
		advice: /one expression/,
		right: WORKFLOW,
	}),
	{
		message: '[item …]: all fields of the item are empty, so its PDF would be blank',
		by: 'empty lines filtered out before the node, and a new execution',
		credits: 2,
		async follow({ setup, told }) {
			const failed = await setup.run([...invoices(2), { customer_name: '' }]);
			expect(told(failed)).toContain('filter such items out before this node');
			expect(setup.charged()).toBe(0);
			const result = await setup.run(invoices(2));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	mended(NO_FIELD, 'the expression of the description', {
		items: inside,
		advice: /choose 'JSON' as the 'Row Source'/i,
		right: toTheLetter(inside),
		sends: inside.map(({ amount, order: { notes } }) => ({ amount, notes })),
	}),
	mended(NO_FIELD, "the variable left blank by 'Only Fields'", {
		items: inside,
		advice: /To leave it blank on purpose, list the fields/,
		right: toTheLetter(inside, { by: 'Only Fields' }),
		sends: inside.map(({ amount }) => ({ amount, notes: '' })),
	}),
	mended(NO_FIELD, "the variable left blank in 'Map Each Variable'", {
		items: inside,
		advice: /choose 'Map Each Variable' and leave the field empty/,
		right: mapped({ amount: '={{ $json.amount }}', notes: '' }),
		sends: inside.map(({ amount }) => ({ amount, notes: '' })),
	}),
	mended(
		'[item …]: the variable … could be meant by …, whose values differ',
		'one of the expressions of the description',
		{
			items: rivals,
			advice: /choose what each variable is to say/,
			right: toTheLetter(rivals, { choose: { customer_name: 'customer.name' } }),
			sends: [{ customer_name: 'Ada', amount: '1.00' }],
		},
	),
	{
		message: SAME_LIST,
		by: "'Execute Once' turned on, and a new execution",
		credits: 2,
		async follow({ setup, told }) {
			const rowsJson = '={{ $("Items").all().map((item) => item.json) }}';
			const parameters = { rowSource: 'json', rowsJson };
			const failed = await setup.run(invoices(2), { parameters });
			expect(told(failed)).toContain("Turn on 'Execute Once' in the settings of this node");
			expect(setup.charged()).toBe(0);
			const result = await setup.run(invoices(2), { parameters, executeOnce: true });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	mended("[item …]: field '…' …", 'an expression that picks a field of the object', {
		items: nested,
		advice: /amount\.value/,
		right: amountOf('$json.amount.value'),
	}),
	mended("[item …]: field '…' …", 'the expression that gave [object Object] set right', {
		items: nested,
		parameters: amountOf('"Sum: " + $json.amount'),
		advice: /./,
		right: amountOf('"Sum: " + $json.amount.value'),
	}),
	{
		message: "[item …]: field '…' …",
		by: 'with On Error: Continue, only the refused items sent once more',
		credits: 3,
		async follow({ setup, told }) {
			const [good, other, bad] = invoices(3);
			const node = { onError: 'continueRegularOutput' as const };
			const first = await setup.run([good!, other!, { ...bad, amount: NaN }], node);
			expect(told(first, 1)).toContain('Nothing was submitted');
			const result = await setup.run([bad!], node);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 1 }]);
		},
	},
	mended('… items cannot be sent as they are: …', 'each reason of the description mended', {
		items: [nested[0]!, { ...invoices(2)[1], amount: '[object Object]' }],
		advice: /item 0.*item 1/,
		right: amountOf('$json.amount.value ?? "1.00"'),
	}),
	{
		message: '[item …]: an item can become one PDF only, and it brings several rows',
		by: "'Batch' instead of 'PDF', and a retry",
		credits: 2,
		async follow({ setup, told, retry }) {
			const parameters = { ...GENERATE, ...WORKFLOW };
			const failed = await setup.run([{ rows: invoices(2) }], { parameters });
			expect(told(failed)).toContain("the resource 'Batch'");
			expect(setup.charged()).toBe(0);
			const result = await retry(failed, { resource: 'batch', operation: 'submit' });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: '[item …]: an item can become one PDF only, and it brings several rows',
		by: "'Split Out' before the node, and a new execution",
		credits: 2,
		async follow({ setup, told }) {
			const failed = await setup.run([{ rows: invoices(2) }], {
				parameters: { ...GENERATE, ...WORKFLOW },
			});
			expect(told(failed)).toContain("'Split Out'");
			const result = await setup.run(invoices(2), { parameters: GENERATE });
			expect(filesOf(result)).toHaveLength(2);
		},
	},
	{
		message: 'ImaginePDF does not accept these rows',
		by: "a lower 'Rows per Batch', and a retry, which pays for no row twice",
		credits: 130,
		async follow({ setup, told, retry }) {
			setup.emulator.addWorkspace({ key: SMALL, plan: { ...PLAN, maxRowsPerBatch: 40 } });
			const failed = await setup.run(invoices(130), { apiKey: SMALL });
			expect(told(failed)).toMatch(/^Lower the option 'Rows per Batch' to 40 or less/);
			expect(setup.charged()).toBeLessThan(130);
			const result = await retry(failed, { options: { rowsPerBatch: 40 } });
			const counts = result.json(NODE).map(({ fileCount }) => Number(fileCount));
			expect(counts.reduce((sum, count) => sum + count, 0)).toBe(130);
		},
	},
	{
		message: 'ImaginePDF does not accept these rows',
		by: 'what ImaginePDF names corrected in the node, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const action = actions.refusal(400, 'VALIDATION_ERROR', 'amount must not be negative.');
			setup.emulator.faults.add({ route: 'submit', call: 1, action });
			const failed = await setup.run(invoices(2), { parameters: amountOf('"-1.00"') });
			expect(told(failed)).toMatch(/Nothing of them was .* charged.*amount must not be negative/);
			expect(setup.charged()).toBe(0);
			const result = await retry(failed, amountOf('"1.00"'));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'ImaginePDF does not accept these rows',
		by: 'the value of that row corrected and a retry, which finds the batch that was accepted',
		credits: 4,
		async follow({ setup, told, retry }) {
			const action = actions.refusal(400, 'VALIDATION_ERROR', 'amount must not be 2.00.');
			setup.emulator.faults.add({ route: 'submit', call: 2, action });
			const options = { rowsPerBatch: 2, maxConcurrentJobs: 1 };
			const failed = await setup.run(invoices(4), { parameters: { options } });
			expect(told(failed)).toContain('Concerned: batch 2 of 2, items 2 to 3');
			expect(setup.charged()).toBe(2);
			const result = await retry(failed, {
				options,
				...amountOf('$json.amount === "2.00" ? "1.99" : $json.amount'),
			});
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }, { fileCount: 2 }]);
		},
	},
	{
		message: 'The batch is too large for ImaginePDF',
		by: "a lower 'Rows per Batch', and a retry, which pays for no row twice",
		credits: 5,
		async follow({ setup, told, retry }) {
			const tooLarge = actions.answer({ status: 413, body: '<html>Too large</html>' });
			setup.emulator.faults.add({ route: 'submit', call: 2, action: tooLarge });
			const options = { rowsPerBatch: 3, maxConcurrentJobs: 1 };
			const failed = await setup.run(invoices(5), { parameters: { options } });
			expect(told(failed)).toContain("Lower the option 'Rows per Batch'");
			expect(setup.charged()).toBe(3);
			const result = await retry(failed, { options: { rowsPerBatch: 1 } });
			expect(result.json(NODE)).toMatchObject([
				{ fileCount: 3 },
				{ fileCount: 1 },
				{ fileCount: 1 },
			]);
		},
	},
	{
		message: 'The batch is too large for ImaginePDF',
		by: 'less text per row, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const tooLarge = actions.answer({ status: 413 });
			setup.emulator.faults.add({ route: 'submit', call: 1, action: tooLarge });
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain('send less text per row');
			const result = await retry(failed, { options: { onlyFields: 'customer_name' } });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'The row is too large for ImaginePDF',
		by: 'less text in that row and a retry, which finds the PDF that is made',
		credits: 2,
		async follow({ setup, told, retry }) {
			const tooLarge = actions.answer({ status: 413 });
			setup.emulator.faults.add({ route: 'generate', call: 2, action: tooLarge });
			const items = invoices(2).map((row, index) => ({ ...row, notes: 'x'.repeat(index * 900) }));
			const parameters = { ...GENERATE, options: { maxConcurrentJobs: 1 } };
			const failed = await setup.run(items, { parameters });
			expect(told(failed)).toContain('Send less text');
			expect(setup.charged()).toBe(1);
			const rowsJson = '={{ ({ ...$json, notes: $json.notes.slice(0, 100) }) }}';
			const result = await retry(failed, { rowSource: 'json', rowsJson });
			expect(filesOf(result)).toHaveLength(2);
		},
	},
]);
