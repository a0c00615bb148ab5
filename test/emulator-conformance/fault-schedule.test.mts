import { actions, KEYS } from '../emulator/index.mts';
import { Bench } from './support.mts';

let bench: Bench;
beforeEach(async () => {
	bench = await Bench.start();
});
afterEach(async () => await bench.close());

describe('a schedule of faults', () => {
	const busy = actions.busy(503);
	const statuses = async (count: number, path = '/designs') => {
		const seen: number[] = [];
		for (let call = 0; call < count; call++) seen.push((await bench.get(path)).status);
		return seen;
	};

	it('strikes only the call that a fault is numbered for', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 2, action: busy });
		expect(await statuses(4)).toEqual([200, 503, 200, 200]);
	});

	it('strikes as many calls as asked from a numbered one on', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 2, times: 2, action: busy });
		expect(await statuses(5)).toEqual([200, 503, 503, 200, 200]);
	});

	it('strikes every call until the fault is taken back, or only the first ones', async () => {
		const remove = bench.emulator.faults.add({ route: 'api', action: busy });
		expect(await statuses(2)).toEqual([503, 503]);
		remove();
		bench.emulator.faults.add({ route: '*', times: 1, action: busy });
		expect(await statuses(2)).toEqual([503, 200]);
	});

	it('lets the first of two due faults strike, and counts the call for both', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 1, action: actions.busy(429) });
		bench.emulator.faults.add({ route: 'designs', call: 1, times: 2, action: busy });
		expect(await statuses(3)).toEqual([429, 503, 200]);
	});

	it('spares requests of other keys, also those for files at the storage', async () => {
		const other = bench.client(KEYS.noBatch);
		const { data } = await bench.post('/generate?design=design_invoice', { data: {} });
		const theirs = await bench.post('/generate?design=design_invoice', { data: {} }, other);
		const zip = await bench.zipUrl(await bench.submit([{}]));
		bench.emulator.faults.add({ route: '*', key: KEYS.demo, action: busy });
		expect(await statuses(1)).toEqual([503]);
		expect((await bench.get('/designs', other)).status).toBe(200);
		expect((await bench.fetch(zip)).status).toBe(503);
		expect((await bench.fetch(String(data.downloadUrl))).status).toBe(503);
		expect((await bench.fetch(String(theirs.data.downloadUrl))).status).toBe(200);
	});

	it('spares requests about jobs in another state', async () => {
		bench.emulator.behaviour.timing = { rowMs: 3_600_000_000 };
		const running = await bench.submit([{}]);
		bench.emulator.behaviour.timing = {};
		const ended = await bench.submit([{}]);
		await bench.ended(ended);
		bench.emulator.faults.add({ route: 'status', jobStatus: 'completed', action: busy });
		expect((await bench.get(`/batch/${running}/status`)).status).toBe(200);
		expect((await bench.get(`/batch/${ended}/status`)).status).toBe(503);
	});

	it('spares requests about another job', async () => {
		const struck = await bench.submit([{}]);
		const spared = await bench.submit([{}]);
		bench.emulator.faults.add({ route: 'status', jobId: struck, action: busy });
		expect((await bench.get(`/batch/${struck}/status`)).status).toBe(503);
		expect((await bench.get(`/batch/${spared}/status`)).status).toBe(200);
	});

	it('combines the actions of a fault, and names them in the log', async () => {
		bench.emulator.faults.add({
			route: 'designs',
			action: [actions.delay(1), actions.contentType('text/odd')],
		});
		const { status, headers } = await bench.get('/designs');
		expect([status, headers['content-type']]).toEqual([200, 'text/odd']);
		expect(bench.emulator.requests[0]?.faults).toEqual(['delay(1)', 'contentType(text/odd)']);
	});

	it('tells which planned faults never struck', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 1, action: busy });
		const late = { route: 'designs', call: 9, action: busy } as const;
		bench.emulator.faults.add(late);
		await statuses(1);
		expect(bench.emulator.faults.unspent).toEqual([late]);
	});

	it('strikes nothing any more once the schedule is cleared', async () => {
		bench.emulator.faults.add({ route: '*', action: busy });
		bench.emulator.faults.clear();
		expect(await statuses(1)).toEqual([200]);
		expect((await bench.get('/designs', bench.client(KEYS.expired))).code).toBe('API_KEY_EXPIRED');
	});
});
