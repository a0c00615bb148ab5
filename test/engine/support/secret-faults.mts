import { breaks, echoes, fewFaults, isStorage, MODES, type RouteCase } from './secret-cases.mts';
import { openSecretsSetup, type SecretsSetup } from './secrets.mts';

/** The routes that take the longest under faults, as many as the others do together. */
export const isWaiting = ({ route }: RouteCase) => route === 'status' || route === 'download';

/** Lets every operation meet every fault at its routes; in two files, so that they run side by side. */
export function testUnderFaults(cases: readonly RouteCase[]): void {
	describe('No secret shows, whatever goes wrong', () => {
		let watched: SecretsSetup;
		beforeAll(async () => {
			watched = await openSecretsSetup();
		});
		afterAll(async () => await watched.setup.close());

		it.each(cases)(
			'no secret shows when $name meets faults at: $route',
			async ({ operation, route, thorough }) => {
				const { emulator } = watched.setup;
				const items = await watched.itemsFor(operation);
				const leaks: string[] = [];
				let quoted = 0;
				const faults = thorough ? [...echoes(route), ...breaks()] : fewFaults(route);
				for (const [index, action] of faults.entries()) {
					// A file is asked for whatever the state says, so that both have to fail for an error to show.
					const routes = route === 'status' ? (['status', 'download'] as const) : [route];
					const removals = routes.map((one) => emulator.faults.add({ route: one, action }));
					const seen = emulator.requests.length;
					const mode = MODES[index % MODES.length];
					const result = await watched.run(items, { parameters: operation.parameters, ...mode });
					for (const remove of removals) remove();
					const struck = emulator.requests.slice(seen).some((request) => request.faults.length > 0);
					if (!struck) leaks.push(`${action.name} never struck`);
					for (const leak of await watched.leaks(result)) leaks.push(`${action.name}: ${leak}`);
					if (result.saved.includes('[hidden]')) quoted++;
				}
				expect(leaks).toEqual([]);
				// Proof that what the API says comes through at all; what the storage says never does.
				if (!isStorage(route)) expect(quoted).toBeGreaterThan(0);
			},
		);
	});
}
