import type { IDataObject } from 'n8n-workflow';

import { KEYS } from '../emulator/index.mts';
import { IMAGINEPDF } from '../engine/harness/index.mts';
import { byId, GENERATE, good, invoices, NODE } from '../engine/support/setup.mts';
import { mapped } from '../sources/support/case.mts';
import { countsOf, followAdvice, withKey, type Given, type OneStep } from './support/advice.mts';

type Values = Record<string, unknown>;

const NO_DESIGN = "Design '…' was not found in this workspace";
const OTHER = 'pc_live_other';
const invoice = { designId: byId('design_invoice') };

/** A setting of which the node says that it does not do, set right in the saved workflow. */
const setRight = (
	message: string,
	by: string,
	parameters: Values,
	retry: Values,
	says: string | RegExp,
	gives = [2],
): OneStep => ({
	message,
	by: `${by} and a retry`,
	node: { parameters },
	says,
	paid: 0,
	retry,
	gives,
});

/** An ID of a job that Submit has returned, which an expression names wrongly. */
const jobId = (message: string, by: string, wrong: string, says: string): OneStep => ({
	message,
	by: `${by}, and a retry, which fetches the job`,
	async run({ setup }) {
		const unwaited = { parameters: { waitForCompletion: false } };
		const { json } = good(await setup.run(invoices(2), unwaited)).items(NODE)[0] ?? { json: {} };
		return await setup.run([json], { parameters: { operation: 'download', jobId: wrong } });
	},
	says,
	retry: { jobId: '={{ $json.jobId }}' },
});

/** The designs that the list of the editor offers. */
async function listed({ setup }: Given) {
	const { baseUrl } = setup.emulator;
	const { results } = await setup.engine.editor.listSearch('searchDesigns', {
		type: IMAGINEPDF,
		parameters: { resource: 'batch', operation: 'submit' },
		credentials: { imaginePdfApi: { apiKey: KEYS.demo, baseUrl } },
	});
	return results;
}

/** An expression that names the design, set right. */
const expression = (
	message: string,
	says: string,
	items: IDataObject[],
	more: Partial<OneStep>,
) => ({
	message,
	by: 'the expression that names the design set right, and a retry',
	items,
	node: { parameters: { ...more.node?.parameters, designId: byId('={{ $json.desing }}') } },
	says,
	retry: { designId: byId('={{ $json.design }}') },
	credits: more.credits ?? 2,
});

const NEEDS_FIELDS = "'Group By' needs the fields of the items";
const ORDER_ITEMS = ['A-1', 'A-1', 'B-2'].map((order_number) => ({
	...{ order_number, Item: 'Nut', Quantity: 2, Price: '1.00' },
}));
const byHand = {
	designId: byId('design_order'),
	...mapped({ order_number: '={{ $json.order_number }}' }),
	options: { groupBy: 'order_number' },
};
const grouped = (by: string, retry: Values): OneStep => ({
	...setRight(NEEDS_FIELDS, `${by} chosen`, byHand, retry, 'Nothing was submitted.'),
	items: ORDER_ITEMS,
});

followAdvice('Settings', [
	expression(
		"'Design' is empty [item …]",
		'Choose a design from the list',
		[{ design: 'design_invoice' }],
		{ credits: 0, node: { parameters: { resource: 'design', operation: 'getPreview' } } },
	),
	expression(
		'[item …]: no design is chosen',
		'expression',
		invoices(2).map((item) => ({ ...item, design: 'design_invoice' })),
		{},
	),
	setRight(
		"'Design' is not an ID: '…' [item …]",
		'the ID alone',
		{ designId: byId('https://app.imaginepdf.com/editor?d=invoice') },
		invoice,
		/enter only its ID/,
	),
	{
		message: NO_DESIGN,
		by: 'the design chosen from the list, and a retry',
		async follow(given) {
			const { setup, told } = given;
			const parameters = { designId: byId('design_invoices') };
			const failed = await setup.run(invoices(2), { parameters });
			expect(told(failed)).toContain('from the list');
			const chosen = (await listed(given)).find(({ name }) => name.startsWith('Invoice'));
			const designId = { __rl: true, mode: 'list', value: chosen?.value };
			expect(countsOf(await setup.retry(failed, { designId }))).toEqual([2]);
		},
	},
	{
		message: NO_DESIGN,
		by: 'the credential of its workspace, and a retry',
		node: { apiKey: OTHER },
		trouble: ({ setup }) => setup.emulator.addWorkspace({ key: OTHER, designs: [] }),
		says: 'belongs to its workspace',
		more: withKey(KEYS.demo),
	},
	{
		message: NO_DESIGN,
		by: 'the base URL set right where the list does not load either, and a retry',
		async follow(given) {
			const { setup, told } = given;
			const { generations } = setup.emulator;
			Object.assign(generations, { first: false, second: false });
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain('base URL');
			await expect(listed(given)).rejects.toThrow('The base URL does not offer this part');
			Object.assign(generations, { first: true, second: true });
			expect(countsOf(await setup.retry(failed))).toEqual([2]);
		},
	},
	jobId(
		"'Job ID' is empty [item …]",
		'the ID that Submit returned',
		'={{ $json.job }}',
		'{{ $json.jobId }}',
	),
	jobId(
		"'Job ID' is not an ID: '…' [item …]",
		'the ID alone',
		'=batch/{{ $json.jobId }}',
		'only the job ID',
	),
	setRight(
		"'…' is …",
		'a whole number in the option',
		{ options: { rowsPerBatch: '={{ 0.5 }}' } },
		{ options: { rowsPerBatch: '={{ 1 }}' } },
		/whole number of at least 1/,
		[1, 1],
	),
	setRight(
		"'…' is …",
		'a value that the choice takes',
		{ options: { missingVariables: '={{ "nothing" }}' } },
		{ options: { missingVariables: '={{ "blank" }}' } },
		/blank, sample, error/,
	),
	setRight(
		"'…' is …",
		'an empty option',
		{ ...GENERATE, options: { onlyFields: '={{ null }}' } },
		{ options: {} },
		/or empty the option/,
		[1, 1],
	),
	grouped("'Fields of Each Item'", { rowSource: 'items' }),
	grouped("'Map Automatically'", {
		variables: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [], schema: [] },
	}),
	setRight(
		"The operation '…' of '…' is not known",
		'the operation chosen again',
		{ operation: 'send' },
		{ operation: 'submit' },
		/Choose the operation again/,
	),
]);
