import { KEYS } from '../emulator/index.mts';
import { IMAGINEPDF } from '../engine/harness/index.mts';
import { byId } from '../engine/support/sent.mts';
import { invoices, NODE, type NodeUnderTest } from '../engine/support/setup.mts';
import { filesOf, followAdvice, type AdviceCase, type Given } from './support/advice.mts';

const GENERATE = { resource: 'pdf', operation: 'generate' };

/** A line of an order. */
const PART = { Item: 'Nut', Quantity: 2, Price: '1.00' };
const mapped = (mappingMode: string, value: Record<string, string> | null = null) => ({
	mappingMode,
	value,
	matchingColumns: [],
	schema: [],
});

/** A setting of which the node says that it does not do, set right in the saved workflow. */
function setRight(
	message: string,
	by: string,
	wrong: NodeUnderTest['parameters'],
	right: Record<string, unknown>,
	advice: string | RegExp,
	files = 1,
): AdviceCase {
	return {
		message,
		by: `${by} and a retry`,
		credits: 2,
		async follow({ setup, told, retry }) {
			const failed = await setup.run(invoices(2), { parameters: wrong });
			expect(told(failed)).toMatch(advice);
			expect(setup.charged()).toBe(0);
			const result = await retry(failed, right);
			expect(result.error).toBeUndefined();
			expect(filesOf(result)).toHaveLength(files);
		},
	};
}

/** The designs that the list of the editor offers. */
async function listed({ setup }: Given, apiKey: string = KEYS.demo) {
	const { baseUrl } = setup.emulator;
	const { results } = await setup.engine.editor.listSearch('searchDesigns', {
		type: IMAGINEPDF,
		parameters: { resource: 'batch', operation: 'submit' },
		credentials: { imaginePdfApi: { apiKey, baseUrl } },
	});
	return results;
}

followAdvice('Settings', [
	{
		message: "'Design' is empty [item …]",
		by: 'the expression that names the design set right, and a retry',
		credits: 0,
		async follow({ setup, told, retry }) {
			const parameters = { resource: 'design', operation: 'getPreview' };
			const designId = byId('={{ $json.desing }}');
			const items = [{ design: 'design_invoice' }];
			const failed = await setup.run(items, { parameters: { ...parameters, designId } });
			expect(told(failed)).toContain('Choose a design from the list');
			const result = await retry(failed, { designId: byId('={{ $json.design }}') });
			expect(result.json(NODE)).toMatchObject([{ designId: 'design_invoice' }]);
		},
	},
	{
		message: '[item …]: no design is chosen',
		by: 'the expression that names the design set right, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const parameters = { designId: byId('={{ $json.desing }}') };
			const items = invoices(2).map((item) => ({ ...item, design: 'design_invoice' }));
			const failed = await setup.run(items, { parameters });
			expect(told(failed)).toMatch(/expression/);
			const result = await retry(failed, { designId: byId('={{ $json.design }}') });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	setRight(
		"'Design' is not an ID: '…' [item …]",
		'the ID alone',
		{ designId: byId('https://app.imaginepdf.com/editor?d=invoice') },
		{ designId: byId('design_invoice') },
		/enter only its ID/,
	),
	{
		message: "Design '…' was not found in this workspace",
		by: 'the design chosen from the list, and a retry',
		credits: 2,
		async follow(given) {
			const { setup, told, retry } = given;
			const failed = await setup.run(invoices(2), {
				parameters: { designId: byId('design_invoices') },
			});
			expect(told(failed)).toContain('from the list');
			const chosen = (await listed(given)).find(({ name }) => name.startsWith('Invoice'));
			const designId = { __rl: true, mode: 'list', value: chosen?.value };
			const result = await retry(failed, { designId });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: "Design '…' was not found in this workspace",
		by: 'the credential of its workspace, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const { baseUrl } = setup.emulator;
			setup.emulator.addWorkspace({ key: 'pc_live_other', designs: [] });
			const failed = await setup.run(invoices(2), { apiKey: 'pc_live_other' });
			expect(told(failed)).toContain('belongs to its workspace');
			const imaginePdfApi = { apiKey: KEYS.demo, baseUrl };
			const result = await retry(failed, {}, { credentials: { [NODE]: { imaginePdfApi } } });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: "Design '…' was not found in this workspace",
		by: 'the base URL set right where the list does not load either, and a retry',
		credits: 2,
		async follow(given) {
			const { setup, told, retry } = given;
			const { generations } = setup.emulator;
			Object.assign(generations, { first: false, second: false });
			const failed = await setup.run(invoices(2));
			expect(told(failed)).toContain('base URL');
			await expect(listed(given)).rejects.toThrow('The base URL does not offer this part');
			Object.assign(generations, { first: true, second: true });
			const result = await retry(failed);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: "'Job ID' is empty [item …]",
		by: 'the ID that Submit returned, and a retry, which fetches the job',
		credits: 2,
		async follow({ setup, told, retry }) {
			const submitted = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
			const parameters = { operation: 'download', jobId: '={{ $json.job }}' };
			const failed = await setup.run(submitted.json(NODE), { parameters });
			expect(told(failed)).toContain('{{ $json.jobId }}');
			const result = await retry(failed, { jobId: '={{ $json.jobId }}' });
			expect(result.json(NODE)).toMatchObject([{ jobId: setup.jobIds()[0], fileCount: 2 }]);
		},
	},
	{
		message: "'Job ID' is not an ID: '…' [item …]",
		by: 'the ID alone, and a retry, which fetches the job',
		credits: 2,
		async follow({ setup, told, retry }) {
			const submitted = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
			const parameters = { operation: 'download', jobId: '=batch/{{ $json.jobId }}' };
			const failed = await setup.run(submitted.json(NODE), { parameters });
			expect(told(failed)).toContain('only the job ID');
			const result = await retry(failed, { jobId: '={{ $json.jobId }}' });
			expect(result.json(NODE)).toMatchObject([{ jobId: setup.jobIds()[0], fileCount: 2 }]);
		},
	},
	setRight(
		"'…' is …",
		'a whole number in the option',
		{ options: { rowsPerBatch: '={{ 0.5 }}' } },
		{ options: { rowsPerBatch: '={{ 1 }}' } },
		/whole number of at least 1/,
		2,
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
		2,
	),
	...[
		{ by: "'Fields of Each Item' chosen", right: { rowSource: 'items' } },
		{ by: "'Map Automatically' chosen", right: { variables: mapped('autoMapInputData') } },
	].map(({ by, right }): AdviceCase => ({
		message: "'Group By' needs the fields of the items",
		by: `${by} and a retry, which pays for each group once`,
		credits: 2,
		async follow({ setup, told, retry }) {
			const items = ['A-1', 'A-1', 'B-2'].map((order_number) => ({ order_number, ...PART }));
			const failed = await setup.run(items, {
				parameters: {
					designId: byId('design_order'),
					rowSource: 'mapped',
					variables: mapped('defineBelow', { order_number: '={{ $json.order_number }}' }),
					options: { groupBy: 'order_number' },
				},
			});
			expect(told(failed)).toContain('Nothing was submitted.');
			const result = await retry(failed, right);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	})),
	setRight(
		"The operation '…' of '…' is not known",
		'the operation chosen again',
		{ operation: 'send' },
		{ operation: 'submit' },
		/Choose the operation again/,
	),
]);
