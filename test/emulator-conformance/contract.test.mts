import { BATCH_ROWS, CHECKS } from '../contract/checks.mts';
import { Service } from '../contract/service.mts';
import { VirtualClock } from '../client/virtual-clock.mts';
import { createUndiciHttp, type UndiciHttp } from '../client/undici-http.mts';
import { KEYS, startEmulator, type Emulator } from '../emulator/index.mts';

/* The contract that `npm run test:live` asks of the real service. */

describe.each([
	['first', { first: true, second: false }],
	['second', { first: false, second: true }],
	['both', { first: true, second: true }],
])('The contract, by routes of generation: %s', (_, generations) => {
	let emulator: Emulator;
	let service: Service;
	let clock: VirtualClock;
	const clients: UndiciHttp[] = [];
	beforeAll(async () => {
		clock = new VirtualClock(Date.now());
		emulator = await startEmulator({ pdfStyle: 'plain', generations, clock });
		const client = (apiKey?: string) => {
			const made = createUndiciHttp({ baseUrl: emulator.baseUrl, ...(apiKey && { apiKey }) });
			clients.push(made);
			return made;
		};
		service = new Service({ http: client(KEYS.demo), stranger: client, clock });
	});
	afterAll(async () => {
		for (const client of clients) await client.close();
		await emulator.close();
		clock.close();
	});

	it.each(CHECKS)('$name', async ({ run }) => {
		await run(service);
	});

	it('charges the contract checks what they say that they spend', () => {
		const said = CHECKS.reduce((sum, { credits }) => sum + credits, 0);
		const charged = emulator.charges.reduce((sum, { rows }) => sum + rows, 0);
		expect(charged).toBe(said);
		expect(said).toBe(BATCH_ROWS + 1);
		expect(emulator.leaks).toEqual([]);
	});
});
