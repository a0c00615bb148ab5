import { actions, KEYS, type FaultAction } from '../emulator/index.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;

/** Rows that differ with every look at them. */
const VOLATILE = {
	rowSource: 'json',
	rowsJson: '={{ { customer_name: $json.customer_name, due_date: $now.toISO() } }}',
};

/** A designer adds a variable to the design. */
const edited: FaultAction = {
	name: 'the design was edited',
	after: (answer) => {
		const body = JSON.parse(String(answer.body)) as { data: { variables: object } };
		Object.assign(body.data.variables, { po_number: { type: 'text' } });
		return { ...answer, body: JSON.stringify(body) };
	},
};

describe('What a try has paid for, the next one finds', () => {
	let setup: EngineSetup;
	const open = async (options: Parameters<typeof openEngineSetup>[0] = {}) => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 }, ...options });
	};
	afterEach(async () => await setup.close());
	const notFetched = () =>
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});

	it('the next try finds what is paid for although its values change with every evaluation', async () => {
		await open();
		notFetched();
		const result = await setup.run(invoices(2), { ...RETRY, parameters: VOLATILE });
		expect(result.error).toBeUndefined();
		expect(result.tries(NODE)).toBe(2);
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(setup.jobIds());
		expect(setup.charged()).toBe(2);
	});

	it('the next try does not submit again where an outcome is not known, although its values change with every evaluation', async () => {
		await open();
		setup.emulator.faults.add({
			route: 'submit',
			call: 1,
			action: actions.answerAfter({ status: 500 }),
		});
		const result = await setup.run(invoices(2), { ...RETRY, parameters: VOLATILE });
		expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
		expect(setup.charged()).toBe(2);
	});

	it('the next try finds single PDFs that are paid for although their values change with every evaluation', async () => {
		await open();
		setup.emulator.faults.add({
			route: 'pdf',
			call: 1,
			times: 6,
			action: actions.answer({ status: 500 }),
		});
		const parameters = { ...VOLATILE, resource: 'pdf', operation: 'generate' };
		const result = await setup.run(invoices(1), { ...RETRY, parameters });
		expect(result.tries(NODE)).toBe(2);
		expect(result.json(NODE)[0]).toMatchObject({ fileName: 'Invoice-1.pdf' });
		expect(setup.charged()).toBe(1);
	});

	it('the next try finds what is paid for although the design has been edited', async () => {
		await open();
		notFetched();
		const failed = await setup.run(invoices(2));
		setup.emulator.faults.add({ route: 'design', action: edited });
		const result = await setup.engine.retry(failed);
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(setup.jobIds());
		expect(setup.charged()).toBe(2);
	});

	it('the next try finds what is paid for although the key has been renewed, as the message advises', async () => {
		await open();
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(401, 'API_KEY_EXPIRED'),
		});
		const failed = await setup.run(invoices(2));
		expect(failed.error?.description).toContain(`the job ID ${setup.jobIds()[0]}`);
		setup.emulator.addKey(KEYS.demo, 'pc_live_renewed');
		setup.engine.renewCredential(failed, NODE, 'imaginePdfApi', {
			apiKey: 'pc_live_renewed',
			baseUrl: setup.emulator.baseUrl,
		});
		const result = await setup.engine.retry(failed);
		expect(result.json(NODE).map(({ jobId }) => jobId)).toEqual(setup.jobIds());
		expect(setup.charged()).toBe(2);
	});

	it('a retry by hand with other values names the paid job instead of paying again', async () => {
		await open();
		notFetched();
		const failed = await setup.run(invoices(2));
		const rowsJson = '={{ { customer_name: "Somebody else" } }}';
		const result = await setup.engine.retry(failed, {
			edited: { [NODE]: { rowSource: 'json', rowsJson } },
		});
		const [jobId] = setup.jobIds();
		expect(result.error?.message).toBe(
			`These items were already submitted in another form as job ${jobId}`,
		);
		expect(result.error?.description).toContain('start a new execution');
		expect(result.error?.context['jobIds']).toEqual([jobId]);
		expect(setup.charged()).toBe(2);
	});

	it("the next try does not take a gateway's page instead of the variables for a design without variables", async () => {
		await open({ generations: { first: false } });
		setup.emulator.faults.add({
			route: 'tree',
			call: 1,
			times: 2,
			action: actions.gatewayPage(404),
		});
		const result = await setup.run(invoices(1));
		expect(result.error).toBeUndefined();
		expect(setup.emulator.jobs[0]?.rows[0]).toMatchObject({ customer_address: '', notes: '' });
	});

	it('the next try submits nothing where it cannot get the variables', async () => {
		await open({ generations: { first: false } });
		setup.emulator.faults.add({ route: 'tree', action: actions.gatewayPage(404) });
		const result = await setup.run(invoices(1));
		expect(result.error?.message).toBe('The answer did not come from ImaginePDF');
		expect(setup.charged()).toBe(0);
	});
});
