import { BATCH_ROWS, CHECKS } from '../contract/checks.mts';
import { openSetup, type Setup } from './support.mts';

/* The contract that `npm run test:live` asks of the real service. */

describe.each([
	['first', { first: true, second: false }],
	['second', { first: false, second: true }],
	['both', { first: true, second: true }],
])('The contract, by routes of generation: %s', (_, generations) => {
	let setup: Setup;
	beforeAll(async () => {
		setup = await openSetup({ generations });
	});
	afterAll(async () => await setup.close());

	it.each(CHECKS)('$name', async ({ run }) => {
		await run(setup.service);
	});

	it('charges the contract checks what they say that they spend', () => {
		const said = CHECKS.reduce((sum, { credits }) => sum + credits, 0);
		const charged = setup.emulator.charges.reduce((sum, { rows }) => sum + rows, 0);
		expect(charged).toBe(said);
		expect(said).toBe(BATCH_ROWS + 1);
		expect(setup.emulator.leaks).toEqual([]);
	});
});
