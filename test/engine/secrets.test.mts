import { actions } from '../emulator/index.mts';
import { nodeSpec } from './support/setup.mts';
import { breaks, echoes, isStorage, OPERATIONS, ROUTE_CASES } from './support/secret-cases.mts';
import { KEY, openSecretsSetup, type SecretsSetup } from './support/secrets.mts';
import { openTrap, type Trap } from './support/trap.mts';

/*
 * The API key goes to the API and nowhere else, and neither it nor a presigned URL shows in anything
 * that people, logs or the database get to see, however the service and the network behave.
 */

let watched: SecretsSetup;
async function open(): Promise<void> {
	watched = await openSecretsSetup();
}
async function close(): Promise<void> {
	await watched.setup.close();
}

describe('No secret shows', () => {
	beforeAll(async () => await open());
	afterAll(close);
	afterEach(() => watched.setup.emulator.faults.clear());

	it.each(Object.keys(OPERATIONS))('no secret shows when all goes well: %s', async (name) => {
		const operation = OPERATIONS[name]!;
		const { parameters } = operation;
		const result = await watched.run(await watched.itemsFor(operation), { parameters });
		expect(result.error).toBeUndefined();
		expect(await watched.leaks(result)).toEqual([]);
	});

	it.each(ROUTE_CASES)(
		'no secret shows when $name is stopped at: $route',
		async ({ operation, route }) => {
			const items = await watched.itemsFor(operation);
			const { emulator } = watched.setup;
			emulator.faults.add({ route, action: actions.silenceAfter() });
			const stop = emulator.nextRequest((request) => request.route === route);
			const result = await watched.run(items, { parameters: operation.parameters }, { stop });
			expect(result.status).toBe('canceled');
			expect(await watched.leaks(result)).toEqual([]);
		},
	);

	it('no secret reaches the storage, and the key comes to the API with every call', () => {
		const { requests, leaks } = watched.setup.emulator;
		const asked = requests.filter(({ origin }) => origin === 'api');
		expect(asked.length).toBeGreaterThan(50);
		expect(asked.filter(({ headers }) => headers['x-api-key'] !== KEY)).toEqual([]);
		expect(leaks).toEqual([]);
		const stored = requests.filter(({ origin }) => origin === 'storage');
		expect(stored.length).toBeGreaterThan(5);
		expect(watched.leaksIn(stored)).toEqual([]);
	});
});

describe('The editor', () => {
	beforeAll(async () => await open());
	afterAll(close);
	const QUESTIONS = {
		designs: async () => await watched.setup.engine.editor.listSearch('searchDesigns', panel(), ''),
		design: async () => await watched.setup.engine.editor.resourceMapping('getVariables', panel()),
	};
	const panel = () => nodeSpec(watched.setup.emulator, { apiKey: KEY });

	it.each(['designs', 'design'] as const)(
		'the editor gets no secret with an answer about: %s',
		async (route) => {
			const leaks: string[] = [];
			for (const action of [...echoes(route), ...breaks()]) {
				const remove = watched.setup.emulator.faults.add({ route, action });
				const before = watched.setup.engine.logs.length;
				const answer = await QUESTIONS[route]().catch((error: unknown) => error);
				remove();
				const shown = { answer, logs: watched.setup.engine.logs.slice(before) };
				for (const leak of watched.leaksIn(shown)) leaks.push(`${action.name}: ${leak}`);
			}
			expect(leaks).toEqual([]);
		},
	);
});

describe('A redirect', () => {
	let trap: Trap;
	beforeAll(async () => await open());
	afterAll(close);
	beforeEach(async () => {
		trap = await openTrap();
	});
	afterEach(async () => {
		await trap.close();
	});
	const elsewhere = () => `http://localhost:${trap.port}/elsewhere`;
	const first = ROUTE_CASES.filter(({ thorough }) => thorough);
	const apiCases = first.filter(({ route }) => !isStorage(route));
	const storageCases = first.filter(({ route }) => isStorage(route));

	it.each(apiCases)(
		'a redirect of the API is not followed ($name: $route)',
		async ({ operation, route }) => {
			const items = await watched.itemsFor(operation);
			for (const status of [301, 302, 303, 307, 308]) {
				const action = actions.redirect(elsewhere(), status);
				const remove = watched.setup.emulator.faults.add({ route, action });
				const result = await watched.run(items, { parameters: operation.parameters });
				remove();
				expect(await watched.leaks(result)).toEqual([]);
			}
			expect(trap.requests).toEqual([]);
			expect(watched.setup.emulator.leaks).toEqual([]);
		},
	);

	it.each(storageCases)(
		'a redirect of the storage takes no secret along ($name: $route)',
		async ({ operation, route }) => {
			const { emulator } = watched.setup;
			const items = await watched.itemsFor(operation);
			const toApi = `${emulator.baseUrl}/me`;
			for (const location of [elsewhere(), toApi]) {
				const action = actions.redirect(location);
				const remove = emulator.faults.add({ route, action });
				const result = await watched.run(items, { parameters: operation.parameters });
				remove();
				expect(await watched.leaks(result)).toEqual([]);
			}
			expect(trap.requests.length).toBeGreaterThan(0);
			expect(watched.leaksIn(trap.requests)).toEqual([]);
			const followed = emulator.requests.filter((request) => request.route === 'me');
			expect(followed.length).toBeGreaterThan(0);
			expect(followed.filter(({ hasApiKey }) => hasApiKey)).toEqual([]);
		},
	);

	it('a redirect of the API is not followed by the credential test either', async () => {
		const { emulator, engine } = watched.setup;
		emulator.faults.add({ route: 'designs', action: actions.redirect(elsewhere()) });
		const test = await engine.testCredential('imaginePdfApi', {
			apiKey: KEY,
			baseUrl: emulator.baseUrl,
		});
		expect(test.status).toBe('Error');
		expect(trap.requests).toEqual([]);
		expect(watched.leaksIn(test)).toEqual([]);
	});
});
