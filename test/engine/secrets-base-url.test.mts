import { TEST_NODES } from './harness/index.mts';
import { nodeSpec } from './support/setup.mts';
import { ITEMS, OPERATIONS } from './support/secret-cases.mts';
import { KEY, openSecretsSetup, type SecretsSetup } from './support/secrets.mts';
import { openTrap, type Trap } from './support/trap.mts';

describe('A base URL without encryption', () => {
	let watched: SecretsSetup;
	let trap: Trap;
	beforeAll(async () => {
		watched = await openSecretsSetup();
		trap = await openTrap();
	});
	afterAll(async () => {
		await trap.close();
		await watched.setup.close();
	});
	/** It leads to this computer, but nobody can tell by its looks. */
	const trapUrl = () => `http://0.0.0.0:${trap.port}/api/v1`;
	const credentials = (baseUrl: string) => ({ imaginePdfApi: { apiKey: KEY, baseUrl } });
	const refusal = "The base URL of the credential 'ImaginePDF API' is not encrypted";

	it.each(Object.entries(OPERATIONS))(
		'a base URL without encryption is refused before anything is sent: %s',
		async (_, { parameters, needsJob }) => {
			const { engine, emulator } = watched.setup;
			const node = { ...nodeSpec(emulator, { parameters }), credentials: credentials(trapUrl()) };
			const items = needsJob ? [{ jobId: 'job_1' }] : ITEMS;
			const nodes = [{ name: 'Items', type: TEST_NODES.items }, node];
			const result = await engine.run({ items, nodes });
			expect(result.error).toMatchObject({
				message: refusal,
				description: expect.stringContaining('Use https://'),
			});
			expect(await watched.leaks(result)).toEqual([]);
			expect(trap.requests).toEqual([]);
		},
	);

	it.each([
		'http://imaginepdf.test/api/v1',
		'HTTP://imaginepdf.test',
		'http://10.0.0.5',
		'http://127.0.0.1.example.com',
		'http://localhost.example.com',
		'http://localhost:80@example.com',
		'http://notlocalhost',
	])('the base URL %s is refused, since it is not encrypted', async (baseUrl) => {
		const { engine, emulator } = watched.setup;
		const panel = { ...nodeSpec(emulator, {}), credentials: credentials(baseUrl) };
		await expect(engine.editor.listSearch('searchDesigns', panel)).rejects.toThrow(refusal);
		const tested = await engine.testCredential('imaginePdfApi', { apiKey: KEY, baseUrl });
		expect(tested).toEqual({ status: 'Error', message: 'ERR_INVALID_URL' });
	});

	it('the credential test sends nothing to a base URL without encryption, and the trap would have caught it', async () => {
		const { engine } = watched.setup;
		await engine.testCredential('imaginePdfApi', { apiKey: KEY, baseUrl: trapUrl() });
		expect(trap.requests).toEqual([]);
		await (await fetch(trapUrl())).text();
		expect(trap.requests).toHaveLength(1);
	});

	it.each(['localhost', '127.0.0.1', 'imaginepdf.localhost', '[::1]'])(
		'a base URL without encryption is allowed for this computer: %s',
		async (host) => {
			const baseUrl = `http://${host}:${trap.port}/api/v1`;
			const tested = await watched.setup.engine.testCredential('imaginePdfApi', {
				apiKey: KEY,
				baseUrl,
			});
			expect(tested.message).not.toBe('Invalid URL');
		},
	);
});
