import { actions, KEYS } from '../emulator/index.mts';
import { TEST_NODES } from '../engine/harness/index.mts';
import { CONTINUE, GENERATE, invoices, NODE, nodeSpec } from '../engine/support/setup.mts';
import {
	continuing,
	countsOf,
	filesOf,
	followAdvice,
	withKey,
	type AdviceCase,
	type Given,
	type OneStep,
} from './support/advice.mts';

const FEW = 'pc_live_few';
const NEW = 'pc_live_new';
const NOT_ACCEPTED = 'ImaginePDF does not accept the API key';
const EXPIRED = 'The ImaginePDF API key has expired';
const NO_API = 'The ImaginePDF plan of this workspace does not include API access';
const NO_BATCH = 'The ImaginePDF plan of this workspace does not include batch generation';
const NO_CREDITS = 'The ImaginePDF workspace does not have enough credits';
const BASE_URL = "The base URL of the credential 'ImaginePDF API'";
const expired = actions.refusal(401, 'API_KEY_EXPIRED');
const onlyOld = { key: KEYS.demo };
const single = { parameters: { ...GENERATE, options: { maxConcurrentJobs: 1 } } };

/** A credential that stops the node before anything is paid, corrected in its place. */
const corrected = (
	message: string,
	by: string,
	wrong: (baseUrl: string) => { apiKey?: string; baseUrl?: string },
	parameters: Record<string, unknown> = {},
): OneStep => ({
	message,
	by: `${by}, and a retry`,
	async run({ setup }) {
		const { baseUrl } = setup.emulator;
		const imaginePdfApi = { apiKey: KEYS.demo, baseUrl, ...wrong(baseUrl) };
		const node = { ...nodeSpec(setup.emulator, { parameters }), credentials: { imaginePdfApi } };
		const nodes = [{ name: 'Items', type: TEST_NODES.items }, node];
		return await setup.engine.run({ items: invoices(2), nodes });
	},
	says: '',
	paid: 0,
	mend: ({ renew }, failed) => renew(failed, { apiKey: KEYS.demo }),
});

/** A plan that does not do: another plan, or something else. */
const planned = (message: string, apiKey: string, by: string, more: Partial<OneStep>): OneStep => ({
	message,
	by: `${by}, and a retry`,
	node: { apiKey },
	says: '',
	paid: 0,
	...more,
});
const otherPlan = (apiKey: string) => ({
	mend: ({ setup }: Given) => setup.emulator.changePlan(apiKey, 'business'),
});

/** A new key in the same credential. */
const renewed: Pick<OneStep, 'mend'> = {
	mend({ setup, renew }, failed) {
		setup.emulator.addKey(KEYS.demo, NEW);
		renew(failed, { apiKey: NEW });
	},
};
const few = (credits: number, more: number): Pick<OneStep, 'trouble' | 'mend' | 'paid'> => ({
	trouble: ({ setup }) => setup.emulator.addWorkspace({ key: FEW, credits }),
	mend: ({ setup }) => setup.emulator.addCredits(FEW, more),
});

followAdvice('Credential and plan', [
	corrected(NOT_ACCEPTED, 'the right key in the credential', () => ({
		apiKey: 'pc_live_mistyped',
	})),
	{
		message: NOT_ACCEPTED,
		by: 'with a job that is paid for, the right key in the credential and a retry fetch it',
		trouble({ setup }) {
			const action = actions.refusal(401, 'INVALID_API_KEY');
			for (const route of ['status', 'download'] as const) setup.fault(route, action, onlyOld);
		},
		says: '',
		paid: 2,
		...renewed,
	},
	{
		message: EXPIRED,
		by: 'a new key in the same credential, and a retry that fetches what is paid for',
		credits: 3,
		items: invoices(3),
		node: { parameters: { options: { rowsPerBatch: 2, maxConcurrentJobs: 1 } } },
		trouble: ({ setup }) => setup.fault('submit', expired, { call: 2, times: 99, ...onlyOld }),
		says: /job_\w+/,
		paid: 2,
		...renewed,
		gives: [2, 1],
	},
	{
		message: EXPIRED,
		by: 'with single PDFs, a new key in the same credential, On Error: Continue and a retry',
		credits: 3,
		async follow(given) {
			const { setup, told } = given;
			setup.fault('generate', expired, { call: 2, times: 99, ...onlyOld });
			const failed = await setup.run(invoices(3), single);
			const description = told(failed);
			expect(description).toMatch(/\(item 0\): look for it in ImaginePDF/);
			expect(description).not.toContain('fetches it without paying again');
			renewed.mend?.(given, failed);
			const result = await setup.retry(failed, {}, continuing());
			expect(result.json(NODE)[0]?.['error']).toMatch(/its link is no longer valid$/);
			expect(filesOf(result)).toHaveLength(2);
		},
	},
	corrected("The credential 'ImaginePDF API' has no API key", 'the key in the credential', () => ({
		apiKey: '',
	})),
	corrected(`${BASE_URL} is not encrypted`, 'a local address', () => ({
		baseUrl: 'http://api.imaginepdf.example/api/v1',
	})),
	corrected(`${BASE_URL} is not a web address`, 'the whole address', () => ({
		baseUrl: 'api.imaginepdf.com/api/v1',
	})),
	corrected(
		'The base URL does not offer this part of the ImaginePDF API',
		'the right base URL in the credential',
		(baseUrl) => ({ baseUrl: `${baseUrl}/oops` }),
		{ options: { missingVariables: 'sample' } },
	),
	planned(NO_API, KEYS.noApi, 'another plan', otherPlan(KEYS.noApi)),
	planned(NO_API, KEYS.noApi, 'the credential of another workspace', {
		more: withKey(KEYS.demo),
	}),
	planned(NO_BATCH, KEYS.noBatch, 'another plan', otherPlan(KEYS.noBatch)),
	planned(NO_BATCH, KEYS.noBatch, "'PDF > Generate' in the node", {
		retry: GENERATE,
		gives: [1, 1],
	}),
	planned(NO_BATCH, FEW, 'with a job that is paid for, another plan', {
		trouble({ setup }) {
			setup.emulator.addWorkspace({ key: FEW });
			const stop = setup.emulator.on('charge', () => {
				setup.emulator.changePlan(FEW, 'starter');
				stop();
			});
		},
		// Nothing of single PDFs.
		says: /^(?!.*'Generate').*'Download' and the job ID job_/s,
		paid: 2,
		...otherPlan(FEW),
	}),
	{
		message: NO_CREDITS,
		by: 'more credits and a retry, which pays only for the batch that was refused',
		credits: 250,
		items: invoices(250),
		node: { apiKey: FEW },
		...few(200, 50),
		says: 'This batch needs 50 credits',
		paid: 200,
		gives: [100, 100, 50],
	},
	{
		message: NO_CREDITS,
		by: 'with On Error: Continue, more credits and those items once more',
		credits: 250,
		async follow(given) {
			const { setup, told } = given;
			few(200, 50).trouble?.(given);
			const node = { apiKey: FEW, ...CONTINUE };
			const items = invoices(250);
			const first = await setup.run(items, node);
			expect(told(first, 2)).toContain('send only these items again');
			setup.emulator.addCredits(FEW, 50);
			const missing = first.pairs(NODE)[2]?.map((item) => items[item] ?? {}) ?? [];
			expect(countsOf(await setup.run(missing, node))).toEqual([50]);
		},
	} satisfies AdviceCase,
	{
		message: NO_CREDITS,
		by: "with 'PDF > Generate', more credits and a retry",
		credits: 5,
		items: invoices(5),
		node: { apiKey: FEW, parameters: GENERATE },
		...few(3, 2),
		says: '',
		gives: [1, 1, 1, 1, 1],
	},
]);
