import { actions, KEYS } from '../emulator/index.mts';
import { TEST_NODES } from '../engine/harness/index.mts';
import { invoices, NODE, nodeSpec, type NodeUnderTest } from '../engine/support/setup.mts';
import { filesOf, followAdvice, type AdviceCase } from './support/advice.mts';

const GENERATE = { resource: 'pdf', operation: 'generate' };
const FEW = 'pc_live_few';
const NEW = 'pc_live_new';

/** A credential that stops the node before anything is paid, corrected in its place. */
function corrected(
	message: string,
	by: string,
	wrong: (baseUrl: string) => { apiKey?: string; baseUrl?: string },
	parameters: NodeUnderTest['parameters'] = {},
): AdviceCase {
	return {
		message,
		by,
		credits: 2,
		async follow({ setup, told, retry, renew }) {
			const spec = nodeSpec(setup.emulator, { parameters });
			const good = { apiKey: KEYS.demo, baseUrl: setup.emulator.baseUrl };
			const imaginePdfApi = { ...good, ...wrong(good.baseUrl) };
			const failed = await setup.engine.run({
				items: invoices(2),
				nodes: [
					{ name: 'Items', type: TEST_NODES.items },
					{ ...spec, credentials: { imaginePdfApi } },
				],
			});
			told(failed);
			expect(setup.charged()).toBe(0);
			renew(failed, good);
			const result = await retry(failed);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	};
}

followAdvice('Credential and plan', [
	corrected(
		'ImaginePDF does not accept the API key',
		'the right key in the credential, and a retry',
		() => ({ apiKey: 'pc_live_mistyped' }),
	),
	{
		message: 'ImaginePDF does not accept the API key',
		by: 'with a job that is paid for, the right key in the credential and a retry fetch it',
		credits: 2,
		async follow({ setup, told, retry, renew }) {
			const action = actions.refusal(401, 'INVALID_API_KEY');
			for (const route of ['status', 'download'] as const)
				setup.emulator.faults.add({ route, key: KEYS.demo, action });
			const failed = await setup.run(invoices(2));
			told(failed);
			setup.emulator.addKey(KEYS.demo, NEW);
			renew(failed, { apiKey: NEW });
			const result = await retry(failed);
			expect(result.json(NODE)).toMatchObject([{ jobId: setup.jobIds()[0], fileCount: 2 }]);
		},
	},
	{
		message: 'The ImaginePDF API key has expired',
		by: 'a new key in the same credential, and a retry that fetches what is paid for',
		credits: 3,
		async follow({ setup, told, retry, renew }) {
			const action = actions.refusal(401, 'API_KEY_EXPIRED');
			setup.emulator.faults.add({ route: 'submit', call: 2, times: 99, key: KEYS.demo, action });
			const parameters = { options: { rowsPerBatch: 2, maxConcurrentJobs: 1 } };
			const failed = await setup.run(invoices(3), { parameters });
			expect(told(failed)).toContain(setup.jobIds()[0]);
			setup.emulator.addKey(KEYS.demo, NEW);
			renew(failed, { apiKey: NEW });
			const result = await retry(failed);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }, { fileCount: 1 }]);
		},
	},
	{
		message: 'The ImaginePDF API key has expired',
		by: 'with single PDFs, a new key in the same credential, On Error: Continue and a retry',
		credits: 3,
		async follow({ setup, told, retry, renew }) {
			const action = actions.refusal(401, 'API_KEY_EXPIRED');
			setup.emulator.faults.add({ route: 'generate', call: 2, times: 99, key: KEYS.demo, action });
			const parameters = { ...GENERATE, options: { maxConcurrentJobs: 1 } };
			const failed = await setup.run(invoices(3), { parameters });
			const description = told(failed);
			expect(description).toMatch(/\(item 0\): look for it in ImaginePDF/);
			expect(description).not.toContain('fetches it without paying again');
			setup.emulator.addKey(KEYS.demo, NEW);
			renew(failed, { apiKey: NEW });
			const settings = { [NODE]: { onError: 'continueRegularOutput' as const } };
			const result = await retry(failed, {}, { settings });
			expect(result.json(NODE)[0]?.['error']).toMatch(/its link is no longer valid$/);
			expect(filesOf(result)).toHaveLength(2);
		},
	},
	corrected(
		"The credential 'ImaginePDF API' has no API key",
		'the key in the credential, and a retry',
		() => ({ apiKey: '' }),
	),
	corrected(
		"The base URL of the credential 'ImaginePDF API' is not encrypted",
		'a local address, and a retry',
		() => ({ baseUrl: 'http://api.imaginepdf.example/api/v1' }),
	),
	corrected(
		"The base URL of the credential 'ImaginePDF API' is not a web address",
		'the whole address, and a retry',
		() => ({ baseUrl: 'api.imaginepdf.com/api/v1' }),
	),
	corrected(
		'The base URL does not offer this part of the ImaginePDF API',
		'the right base URL in the credential, and a retry',
		(baseUrl) => ({ baseUrl: `${baseUrl}/oops` }),
		{ options: { missingVariables: 'sample' } },
	),
	{
		message: 'The ImaginePDF plan of this workspace does not include API access',
		by: 'another plan, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const failed = await setup.run(invoices(2), { apiKey: KEYS.noApi });
			told(failed);
			setup.emulator.changePlan(KEYS.noApi, 'business');
			expect((await retry(failed)).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'The ImaginePDF plan of this workspace does not include API access',
		by: 'the credential of another workspace, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const failed = await setup.run(invoices(2), { apiKey: KEYS.noApi });
			told(failed);
			const { baseUrl } = setup.emulator;
			const imaginePdfApi = { apiKey: KEYS.demo, baseUrl };
			const result = await retry(failed, {}, { credentials: { [NODE]: { imaginePdfApi } } });
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'The ImaginePDF plan of this workspace does not include batch generation',
		by: 'another plan, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const failed = await setup.run(invoices(2), { apiKey: KEYS.noBatch });
			told(failed);
			setup.emulator.changePlan(KEYS.noBatch, 'business');
			expect((await retry(failed)).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'The ImaginePDF plan of this workspace does not include batch generation',
		by: "'PDF > Generate' in the node, and a retry",
		credits: 2,
		async follow({ setup, told, retry }) {
			const failed = await setup.run(invoices(2), { apiKey: KEYS.noBatch });
			told(failed);
			const result = await retry(failed, GENERATE);
			expect(result.json(NODE)).toMatchObject([{ status: 'completed' }, { status: 'completed' }]);
		},
	},
	{
		message: 'The ImaginePDF plan of this workspace does not include batch generation',
		by: 'with a job that is paid for, another plan and a retry, and nothing of single PDFs is said',
		credits: 2,
		async follow({ setup, told, retry }) {
			setup.emulator.addWorkspace({ key: FEW });
			const stopped = setup.emulator.on('charge', () => setup.emulator.changePlan(FEW, 'starter'));
			const failed = await setup.run(invoices(2), { apiKey: FEW });
			stopped();
			const description = told(failed);
			expect(description).toContain(`'Download' and the job ID ${setup.jobIds()[0]}`);
			expect(description).not.toContain("'Generate'");
			setup.emulator.changePlan(FEW, 'business');
			expect((await retry(failed)).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'The ImaginePDF workspace does not have enough credits',
		by: 'more credits and a retry, which pays only for the batch that was refused',
		credits: 250,
		async follow({ setup, told, retry }) {
			setup.emulator.addWorkspace({ key: FEW, credits: 200 });
			const failed = await setup.run(invoices(250), { apiKey: FEW });
			expect(told(failed)).toContain('This batch needs 50 credits');
			expect(setup.charged()).toBe(200);
			setup.emulator.addCredits(FEW, 50);
			const result = await retry(failed);
			const counts = result.json(NODE).map(({ fileCount }) => fileCount);
			expect(counts).toEqual([100, 100, 50]);
		},
	},
	{
		message: 'The ImaginePDF workspace does not have enough credits',
		by: 'with On Error: Continue, more credits and those items once more',
		credits: 250,
		async follow({ setup, told }) {
			setup.emulator.addWorkspace({ key: FEW, credits: 200 });
			const node = { apiKey: FEW, onError: 'continueRegularOutput' as const };
			const items = invoices(250);
			const first = await setup.run(items, node);
			expect(told(first, 2)).toContain('send these items again');
			setup.emulator.addCredits(FEW, 50);
			const paired = [first.items(NODE)[2]?.pairedItem].flat();
			const missing = paired.map((one) => items[typeof one === 'object' ? one.item : -1] ?? {});
			const result = await setup.run(missing, node);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 50 }]);
		},
	},
	{
		message: 'The ImaginePDF workspace does not have enough credits',
		by: "with 'PDF > Generate', more credits and a retry",
		credits: 5,
		async follow({ setup, told, retry }) {
			setup.emulator.addWorkspace({ key: FEW, credits: 3 });
			const failed = await setup.run(invoices(5), { apiKey: FEW, parameters: GENERATE });
			told(failed);
			setup.emulator.addCredits(FEW, 2);
			expect(filesOf(await retry(failed))).toHaveLength(5);
		},
	},
]);
