import { actions, KEYS } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

let setup: EmulatorSetup;
beforeEach(async () => {
	setup = await EmulatorSetup.start();
});
afterEach(async () => await setup.close());

describe('a schedule of faults', () => {
	const busy = actions.busy(503);
	const statuses = async (count: number, path = '/designs') => {
		const seen: number[] = [];
		for (let call = 0; call < count; call++) seen.push((await setup.get(path)).status);
		return seen;
	};

	it('strikes only the call that a fault is numbered for', async () => {
		setup.emulator.faults.add({ route: 'designs', call: 2, action: busy });
		expect(await statuses(4)).toEqual([200, 503, 200, 200]);
	});

	it('strikes as many calls as asked from a numbered one on', async () => {
		setup.emulator.faults.add({ route: 'designs', call: 2, times: 2, action: busy });
		expect(await statuses(5)).toEqual([200, 503, 503, 200, 200]);
	});

	it('strikes every call until the fault is taken back, or only the first ones', async () => {
		const remove = setup.emulator.faults.add({ route: 'api', action: busy });
		expect(await statuses(2)).toEqual([503, 503]);
		remove();
		setup.emulator.faults.add({ route: '*', times: 1, action: busy });
		expect(await statuses(2)).toEqual([503, 200]);
	});

	it('lets the first of two due faults strike, and counts the call for both', async () => {
		setup.emulator.faults.add({ route: 'designs', call: 1, action: actions.busy(429) });
		setup.emulator.faults.add({ route: 'designs', call: 1, times: 2, action: busy });
		expect(await statuses(3)).toEqual([429, 503, 200]);
	});

	it('spares requests of other keys, also those for files at the storage', async () => {
		const other = setup.client(KEYS.noBatch);
		const { data } = await setup.post('/generate?design=design_invoice', { data: {} });
		const theirs = await setup.post('/generate?design=design_invoice', { data: {} }, other);
		const zip = await setup.zipUrl(await setup.submit([{}]));
		setup.emulator.faults.add({ route: '*', key: KEYS.demo, action: busy });
		expect(await statuses(1)).toEqual([503]);
		expect((await setup.get('/designs', other)).status).toBe(200);
		expect((await setup.fetch(zip)).status).toBe(503);
		expect((await setup.fetch(String(data.downloadUrl))).status).toBe(503);
		expect((await setup.fetch(String(theirs.data.downloadUrl))).status).toBe(200);
	});

	it('spares requests about jobs in another state', async () => {
		setup.emulator.behaviour.timing = { rowMs: 3_600_000_000 };
		const running = await setup.submit([{}]);
		setup.emulator.behaviour.timing = {};
		const ended = await setup.submit([{}]);
		await setup.ended(ended);
		setup.emulator.faults.add({ route: 'status', jobStatus: 'completed', action: busy });
		expect((await setup.get(`/batch/${running}/status`)).status).toBe(200);
		expect((await setup.get(`/batch/${ended}/status`)).status).toBe(503);
	});

	it('spares requests about another job', async () => {
		const struck = await setup.submit([{}]);
		const spared = await setup.submit([{}]);
		setup.emulator.faults.add({ route: 'status', jobId: struck, action: busy });
		expect((await setup.get(`/batch/${struck}/status`)).status).toBe(503);
		expect((await setup.get(`/batch/${spared}/status`)).status).toBe(200);
	});

	it('combines the actions of a fault, and names them in the log', async () => {
		setup.emulator.faults.add({
			route: 'designs',
			action: [actions.delay(1), actions.contentType('text/odd')],
		});
		const { status, headers } = await setup.get('/designs');
		expect([status, headers['content-type']]).toEqual([200, 'text/odd']);
		expect(setup.emulator.requests[0]?.faults).toEqual(['delay(1)', 'contentType(text/odd)']);
	});

	it('tells which planned faults never struck', async () => {
		setup.emulator.faults.add({ route: 'designs', call: 1, action: busy });
		const late = { route: 'designs', call: 9, action: busy } as const;
		setup.emulator.faults.add(late);
		await statuses(1);
		expect(setup.emulator.faults.unspent).toEqual([late]);
	});

	it('strikes nothing any more once the schedule is cleared', async () => {
		setup.emulator.faults.add({ route: '*', action: busy });
		setup.emulator.faults.clear();
		expect(await statuses(1)).toEqual([200]);
		expect((await setup.get('/designs', setup.client(KEYS.expired))).code).toBe('API_KEY_EXPIRED');
	});
});
