import { TransportError } from '../../nodes/ImaginePdf/core/api/transport.ts';
import { SimulatedClock } from '../client/clock.mts';
import {
	actions,
	HOSTILE_ZIPS,
	hostileZip,
	KEYS,
	type FaultAction,
	type HostileZip,
} from '../emulator/index.mts';
import { Bench } from './support.mts';

const SUBMIT = '/batch/generate?design=design_invoice';

let bench: Bench;
beforeEach(async () => {
	bench = await Bench.start();
});
afterEach(async () => await bench.close());

/** Strikes the next submit and tells what the client saw and what was charged. */
async function submitUnder(action: FaultAction) {
	bench.emulator.faults.add({ route: 'submit', call: 1, action });
	const seen = await bench.post(SUBMIT, { rows: [{}] }).catch((error: unknown) => error);
	return { seen, charges: bench.emulator.charges.length };
}

describe('faults before processing cost nothing', () => {
	it('reset', async () => {
		const { seen, charges } = await submitUnder(actions.resetBefore());
		expect(seen).toBeInstanceOf(TransportError);
		expect(seen).toMatchObject({ code: 'ECONNRESET', neverSent: false });
		expect(charges).toBe(0);
	});

	it.each([
		['any answer', actions.answer({ status: 500, body: '{"odd":true}' }), 500, '{"odd":true}'],
		['an empty answer', actions.answer({ status: 200 }), 200, ''],
		['a gateway page', actions.gatewayPage(502), 502, '502 Gateway'],
		['a refusal', actions.refusal(500, 'DATABASE_ERROR'), 500, 'DATABASE_ERROR'],
		['a redirect', actions.redirect(), 302, ''],
	])('%s', async (_what, action, status, text) => {
		const { seen, charges } = await submitUnder(action);
		expect(seen).toMatchObject({ status, text: expect.stringContaining(text) });
		expect(charges).toBe(0);
	});

	it('busy, with Retry-After in both forms, none, or nonsense', async () => {
		const retryAfter = async (action: FaultAction) => {
			bench.emulator.faults.clear();
			const { seen } = await submitUnder(action);
			return Object(seen).headers['retry-after'];
		};
		expect(await retryAfter(actions.busy(429, { seconds: 7 }))).toBe('7');
		expect(await retryAfter(actions.busy(503, { text: 'soon' }))).toBe('soon');
		expect(await retryAfter(actions.busy(429))).toBeUndefined();
	});

	it('busy until a date by the clock of the emulator', async () => {
		const clock = new SimulatedClock(Date.UTC(2026, 5, 8, 12));
		await Bench.during({ clock }, async ({ emulator, http }) => {
			emulator.faults.add({ route: 'designs', action: actions.busy(503, { dateInMs: 90_000 }) });
			const { headers } = await http.api({ method: 'GET', path: '/designs', timeoutMs: 5000 });
			expect(headers['retry-after']).toBe('Mon, 08 Jun 2026 12:01:30 GMT');
		});
	});
});

describe('faults after processing have been charged', () => {
	it.each([
		['reset', actions.resetAfter()],
		['a body that is cut', actions.truncate(10)],
		['a body that is cut by a reset', actions.truncate(0, 'reset')],
	])('%s', async (_what, action) => {
		const { seen, charges } = await submitUnder(action);
		expect(seen).toBeInstanceOf(TransportError);
		expect(charges).toBe(1);
		expect(bench.emulator.jobs).toHaveLength(1);
	});

	it.each([
		['500', actions.answerAfter({ status: 500 }), 500],
		['a gateway page', actions.gatewayPageAfter(), 504],
	])('%s', async (_what, action, status) => {
		expect(await submitUnder(action)).toMatchObject({ seen: { status }, charges: 1 });
	});

	it('another content type', async () => {
		const { seen } = await submitUnder(actions.contentType('text/html'));
		expect(seen).toMatchObject({ status: 202, headers: { 'content-type': 'text/html' } });
	});
});

describe('faults in time', () => {
	it('delay before processing', async () => {
		bench.emulator.faults.add({ route: 'submit', action: actions.delay(60_000) });
		const arrived = bench.emulator.nextRequest();
		const answer = bench.post(SUBMIT, { rows: [{}] });
		await arrived;
		expect(bench.emulator.charges).toHaveLength(0);
		expect((await answer).status).toBe(202);
		const [request] = bench.emulator.requests;
		expect((request?.endedAt ?? 0) - (request?.arrivedAt ?? 0)).toBeGreaterThanOrEqual(60_000);
	});

	it('delay after processing', async () => {
		bench.emulator.faults.add({ route: 'submit', action: actions.delayAnswer(60_000) });
		const answer = bench.post(SUBMIT, { rows: [{}] });
		await bench.emulator.waitFor(({ charges }) => charges.length === 1);
		expect(bench.emulator.requests[0]?.outcome).toBe('running');
		expect((await answer).status).toBe(202);
	});

	it.each([
		['before', actions.silence(), 0],
		['after', actions.silenceAfter(), 1],
		['in the middle of the answer', actions.stall(5), 1],
	])('silence %s processing lasts until the client leaves', async (_when, action, charges) => {
		bench.emulator.faults.add({ route: 'submit', action });
		const stop = new AbortController();
		const request = {
			method: 'POST',
			path: SUBMIT,
			body: '{"rows":[{}]}',
			timeoutMs: 60_000,
		} as const;
		const answer = bench.http
			.api({ ...request, signal: stop.signal })
			.catch((error: unknown) => error);
		await bench.emulator.next('request');
		await bench.emulator.waitFor((emulator) => emulator.charges.length === charges);
		stop.abort('stopped');
		expect(await answer).toBe('stopped');
		expect(bench.emulator.charges).toHaveLength(charges);
	});
});

describe('faults on the storage', () => {
	let jobId: string;
	let url: string;
	let whole: Buffer;
	beforeEach(async () => {
		jobId = await bench.submit([{}, {}, {}]);
		url = await bench.zipUrl(jobId);
		whole = (await bench.fetch(url)).bytes;
	});

	async function bytesUntilBroken(action: FaultAction) {
		bench.emulator.faults.add({ route: 'zip', call: 1, action });
		const answer = await bench.http.storage({ url, headers: {}, timeoutMs: 5000 });
		const chunks: Uint8Array[] = [];
		let trouble: unknown;
		try {
			for await (const chunk of answer.body) chunks.push(chunk);
		} catch (error) {
			trouble = error;
		}
		return { answer, bytes: Buffer.concat(chunks), trouble };
	}

	it('a body that is cut', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(actions.truncate(100));
		expect(answer.headers['content-length']).toBe(String(whole.length));
		expect(bytes.equals(whole.subarray(0, 100))).toBe(true);
		expect(trouble).toBeInstanceOf(TransportError);
		await bench.emulator.waitFor(({ requests }) => requests.at(-1)?.outcome === 'cut');
	});

	it('a body that stalls', async () => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: actions.stall(100) });
		const answer = await bench.http.storage({ url, headers: {}, timeoutMs: 5000 });
		const reader = answer.body[Symbol.asyncIterator]();
		const { value } = await reader.next();
		expect(value).toHaveLength(100);
		expect(bench.emulator.requests.at(-1)?.outcome).toBe('running');
		answer.discard();
		answer.discard();
		await bench.emulator.waitFor(({ requests }) => requests.at(-1)?.outcome === 'cut');
	});

	it('a length that is too long', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(
			actions.announceLength(whole.length + 10),
		);
		expect(answer.headers['content-length']).toBe(String(whole.length + 10));
		expect(bytes.length).toBe(whole.length);
		expect(trouble).toBeInstanceOf(TransportError);
	});

	it('a length that is too short', async () => {
		const { answer, bytes } = await bytesUntilBroken(actions.announceLength(50));
		expect(answer.headers['content-length']).toBe('50');
		expect(bytes.equals(whole.subarray(0, 50))).toBe(true);
	});

	it('no length', async () => {
		const { answer, bytes, trouble } = await bytesUntilBroken(actions.announceLength(null));
		expect(answer.headers['content-length']).toBeUndefined();
		expect(bytes.equals(whole)).toBe(true);
		expect(trouble).toBeUndefined();
	});

	it('a range that is ignored', async () => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: actions.ignoreRange() });
		expect((await bench.fetch(url, { range: 'bytes=5-' })).status).toBe(200);
		expect((await bench.fetch(url, { range: 'bytes=5-' })).status).toBe(206);
	});

	it('a file that has changed', async () => {
		const { headers } = await bench.fetch(url);
		bench.emulator.faults.add({
			route: 'zip',
			action: actions.replaceFile(Buffer.from('another')),
		});
		const { status, bytes } = await bench.fetch(url, {
			range: 'bytes=2-',
			'if-range': headers.etag ?? '',
		});
		expect([status, bytes.toString()]).toEqual([200, 'another']);
	});

	it('a URL that has expired, by the storage and by the link', async () => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: actions.expired() });
		expect((await bench.fetch(url)).status).toBe(403);
		expect((await bench.fetch(url)).status).toBe(200);
		bench.emulator.faults.add({ route: 'download', call: 1, action: actions.expired() });
		const { data } = await bench.get(`/batch/${jobId}/download`);
		expect((await bench.fetch(String(data.url))).status).toBe(403);
		expect((await bench.fetch(await bench.zipUrl(jobId))).status).toBe(200);
	});

	it.each(Object.keys(HOSTILE_ZIPS) as HostileZip[])('a hostile archive: %s', async (kind) => {
		bench.emulator.faults.add({ route: 'zip', call: 1, action: hostileZip(kind) });
		const { status, bytes } = await bench.fetch(url);
		expect(status).toBe(200);
		expect(bytes.equals(HOSTILE_ZIPS[kind](3))).toBe(true);
		expect((await bench.fetch(url)).bytes.equals(whole)).toBe(true);
	});
});

describe('a redirect to another origin', () => {
	it('is not followed, so that the key stays', async () => {
		bench.emulator.faults.add({ route: 'designs', action: actions.redirect() });
		const { status, headers } = await bench.get('/designs');
		expect([status, headers.location]).toEqual([302, `${bench.emulator.storageOrigin}/elsewhere`]);
		expect(bench.emulator.requests.map(({ origin }) => origin)).toEqual(['api']);
		expect(bench.emulator.leaks).toHaveLength(0);
	});
});

describe('a schedule', () => {
	const busy = actions.busy(503);
	const statuses = async (count: number, path = '/designs') => {
		const seen: number[] = [];
		for (let call = 0; call < count; call++) seen.push((await bench.get(path)).status);
		return seen;
	};

	it('strikes the n-th call only', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 2, action: busy });
		expect(await statuses(4)).toEqual([200, 503, 200, 200]);
	});

	it('strikes so many times from a call on', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 2, times: 2, action: busy });
		expect(await statuses(5)).toEqual([200, 503, 503, 200, 200]);
	});

	it('strikes every call, or the first few', async () => {
		const remove = bench.emulator.faults.add({ route: 'api', action: busy });
		expect(await statuses(2)).toEqual([503, 503]);
		remove();
		bench.emulator.faults.add({ route: '*', times: 1, action: busy });
		expect(await statuses(2)).toEqual([503, 200]);
	});

	it('lets the first of two faults strike, and counts for both', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 1, action: actions.busy(429) });
		bench.emulator.faults.add({ route: 'designs', call: 2, action: busy });
		expect(await statuses(3)).toEqual([429, 503, 200]);
	});

	it('concerns one job only', async () => {
		const struck = await bench.submit([{}]);
		const spared = await bench.submit([{}]);
		bench.emulator.faults.add({ route: 'status', jobId: struck, action: busy });
		expect((await bench.get(`/batch/${struck}/status`)).status).toBe(503);
		expect((await bench.get(`/batch/${spared}/status`)).status).toBe(200);
	});

	it('combines actions, and the log names them', async () => {
		bench.emulator.faults.add({
			route: 'designs',
			action: [actions.delay(1), actions.contentType('text/odd')],
		});
		const { status, headers } = await bench.get('/designs');
		expect([status, headers['content-type']]).toEqual([200, 'text/odd']);
		expect(bench.emulator.requests[0]?.faults).toEqual(['delay(1)', 'contentType(text/odd)']);
	});

	it('tells which faults never struck', async () => {
		bench.emulator.faults.add({ route: 'designs', call: 1, action: busy });
		const late = { route: 'designs', call: 9, action: busy } as const;
		bench.emulator.faults.add(late);
		await statuses(1);
		expect(bench.emulator.faults.unspent).toEqual([late]);
	});

	it('leaves the handlers untouched once cleared', async () => {
		bench.emulator.faults.add({ route: '*', action: busy });
		bench.emulator.faults.clear();
		expect(await statuses(1)).toEqual([200]);
		expect((await bench.get('/designs', bench.client(KEYS.expired))).code).toBe('API_KEY_EXPIRED');
	});
});
