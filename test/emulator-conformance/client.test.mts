import { TransportError } from '../../nodes/ImaginePdf/core/api/errors.ts';
import { freePort } from '../real-n8n/ports.mts';
import { createUndiciHttp } from '../client/undici-http.mts';
import { actions } from '../emulator/index.mts';
import { EmulatorSetup } from './support.mts';

describe('the undici client', () => {
	it('tells of a refused connection that the request was never sent', async () => {
		const http = createUndiciHttp({ baseUrl: `http://127.0.0.1:${await freePort()}/api/v1/` });
		const wanted = { method: 'GET', path: '/designs', timeoutMs: 5000 } as const;
		const error = await http.api(wanted).catch((thrown: unknown) => thrown);
		await http.close();
		expect(error).toBeInstanceOf(TransportError);
		expect(error).toMatchObject({ code: 'ECONNREFUSED', neverSent: true });
		expect(http.baseUrl.endsWith('/')).toBe(false);
	});

	it('sends the key to the API and never to the storage', async () => {
		await EmulatorSetup.during({}, async (setup) => {
			await setup.fetch(await setup.zipUrl(await setup.submit([{}])));
			const { requests } = setup.emulator;
			expect(requests.filter(({ origin }) => origin === 'storage')).toHaveLength(1);
			for (const { origin, hasApiKey } of requests) expect(hasApiKey).toBe(origin === 'api');
		});
	});

	it('gives up a request to either origin that is not answered in time', async () => {
		await EmulatorSetup.during({}, async (setup) => {
			setup.emulator.faults.add({ route: '*', action: actions.silence() });
			const api = setup.http.api({ method: 'GET', path: '/designs', timeoutMs: 20 });
			await expect(api).rejects.toMatchObject({ name: 'TransportError', code: 'ETIMEDOUT' });
			const url = `${setup.emulator.storageOrigin}/jobs/x/batch_output.zip`;
			const storage = setup.http.storage({ url, headers: {}, timeoutMs: 20 });
			await expect(storage).rejects.toMatchObject({ name: 'TransportError', code: 'ETIMEDOUT' });
		});
	});

	it('ends a body that stalls with the reason of the aborted signal', async () => {
		await EmulatorSetup.during({}, async (setup) => {
			const url = await setup.zipUrl(await setup.submit([{}]));
			setup.emulator.faults.add({ route: 'zip', action: actions.stall(10) });
			const stop = new AbortController();
			const answer = await setup.http.storage({
				url,
				headers: {},
				timeoutMs: 5000,
				signal: stop.signal,
			});
			const reader = answer.body[Symbol.asyncIterator]();
			await reader.next();
			const rest = reader.next();
			stop.abort('stopped');
			await expect(rest).rejects.toBe('stopped');
		});
	});

	it('sends nothing when the signal has aborted before', async () => {
		await EmulatorSetup.during({}, async (setup) => {
			const signal = AbortSignal.abort('stopped');
			const api = setup.http.api({ method: 'GET', path: '/designs', timeoutMs: 5000, signal });
			await expect(api).rejects.toBe('stopped');
			expect(setup.emulator.requests).toHaveLength(0);
		});
	});
});
