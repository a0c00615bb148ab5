import type { ApiRequest, Http } from '../../nodes/ImaginePdf/core/ports.ts';
import { TransportError } from '../../nodes/ImaginePdf/core/api/errors.ts';
import { createUndiciHttp, type UndiciHttp } from '../client/undici-http.mts';
import { actions, KEYS, startEmulator, type Emulator } from '../emulator/index.mts';
import { Budget, costOf, withinBudget } from './budget.mts';

const submit = (rows: number): ApiRequest => ({
	method: 'POST',
	path: '/batch/generate?design=design_invoice',
	body: JSON.stringify({ rows: Array.from({ length: rows }, () => ({})) }),
	timeoutMs: 5000,
});
const generate: ApiRequest = {
	method: 'POST',
	path: '/generate?design=design_invoice',
	body: '{"data":{}}',
	timeoutMs: 5000,
};

describe('The budget of the live tests', () => {
	let emulator: Emulator;
	let client: UndiciHttp;
	let budget: Budget;
	let http: Http;
	beforeEach(async () => {
		emulator = await startEmulator({ pdfStyle: 'plain' });
		client = createUndiciHttp({ baseUrl: emulator.baseUrl, apiKey: KEYS.demo });
		budget = new Budget(3);
		http = withinBudget(client, budget);
	});
	afterEach(async () => {
		await client.close();
		await emulator.close();
	});
	const charged = () => emulator.charges.reduce((sum, { rows }) => sum + rows, 0);
	const sent = () => emulator.requests.length;

	it('sends paid requests as long as the budget covers them, and none beyond', async () => {
		await http.api(submit(2));
		await expect(http.api(submit(2))).rejects.toThrow('costs 2, and 1 of 3 credits are left');
		await http.api(generate);
		await expect(http.api(generate)).rejects.toThrow('costs 1, and 0 of 3 credits are left');
		await expect(http.api(submit(1))).rejects.toThrow('costs 1');
		expect([charged(), budget.spent, sent()]).toEqual([3, 3, 2]);
	});

	it.each([
		['a reset after it was processed', actions.resetAfter()],
		['a gateway that gave up', actions.gatewayPageAfter(504)],
		['an answer of another status', actions.answerAfter({ status: 500, body: '{}' })],
	])('counts a paid request with an unknown outcome as charged: %s', async (_, action) => {
		emulator.faults.add({ route: 'submit', action });
		for (let tries = 0; tries < 5; tries++) await http.api(submit(1)).catch(() => undefined);
		expect([charged(), budget.spent, sent()]).toEqual([3, 3, 3]);
	});

	it('gives the budget back what a refused request did not cost', async () => {
		const { faults } = emulator;
		faults.add({ route: 'submit', call: 1, action: actions.refusal(404, 'NOT_FOUND') });
		faults.add({ route: 'submit', call: 2, action: actions.busy(429) });
		await http.api(submit(3));
		await http.api(submit(3));
		expect([charged(), budget.spent]).toEqual([0, 0]);
	});

	it('gives the budget back what a request that was never sent did not cost', async () => {
		const nowhere = createUndiciHttp({ baseUrl: 'http://127.0.0.1:1' });
		await expect(withinBudget(nowhere, budget).api(submit(3))).rejects.toThrow(TransportError);
		await nowhere.close();
		expect(budget.spent).toBe(0);
	});

	it('does not send a request of which nobody knows what it costs', async () => {
		const strange: ApiRequest = { ...generate, body: '{"something":1}' };
		expect(costOf(strange)).toBeNaN();
		await expect(http.api(strange)).rejects.toThrow('Nobody knows what this request costs');
		expect(sent()).toBe(0);
	});
});
