import { setMaxListeners } from 'node:events';

import { scaledClock } from '../client/clock.mts';
import { DEFAULT_WORKSPACES } from './content.mts';
import { Emulator } from './emulator.mts';
import { FaultSchedule } from './faults/schedule.mts';
import { listen } from './http/listen.mts';
import { processRequest, type Exchange, type Incoming } from './http/server.mts';
import { API_PREFIX, apiExchange } from './routes/api.mts';
import { storageExchange } from './storage/serve.mts';
import { behaviourOf, type EmulatorOptions } from './options.mts';
import { World } from './world.mts';

export { KEYS, PLANS, type NewWorkspace, type PlanName } from './content.mts';
export { designOf, grid, KINDS_DESIGN, type NewDesign } from './designs.mts';
export { GALLERY } from './gallery.mts';
export type { Emulator } from './emulator.mts';
export * as actions from './faults/actions.mts';
export { AFTER_CHARGING, SERVER_ANSWERS } from './faults/server-answers.mts';
export { ODD_ANSWERS, rewrite } from './faults/odd-answers.mts';
export { echo, echoLink, ECHOES, type Echo } from './faults/echo.mts';
export { hostileZip, HOSTILE_ZIPS, type HostileZip } from './faults/hostile-zip.mts';
export type { Fault, FaultAction } from './faults/schedule.mts';
export type { LoggedRequest } from './http/log.mts';
export type { Charge, Design, DesignVariable, Job, JobState, Plan, Row } from './model.mts';
export type { Choices, EmulatorOptions, JobTiming, PdfStyle, ProgressShape } from './options.mts';
export type { Upload } from './pictures.mts';
export { PICTURES } from './sample-pictures.mts';
export type { SyntheticArchive } from './synthetic-zip.mts';

const DEFAULT_SEED = 1;

/**
 * Starts an ImaginePDF service on loopback that behaves as documented: API and storage, each
 * on its own origin. Everything it does is real (HTTP, PDFs, ZIPs, signatures) but the money.
 * @throws Error (`EADDRINUSE`) when a wished port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const closing = new AbortController();
	// Every job, and every answer that is late or never comes, waits for it.
	setMaxListeners(0, closing.signal);
	const faults = new FaultSchedule();
	const world = new World({
		behaviour: behaviourOf(options),
		clock: options.clock ?? scaledClock(options.timeScale ?? 1),
		seed: options.seed ?? DEFAULT_SEED,
		closing: closing.signal,
	});
	const serve = async (
		port: number | undefined,
		exchangeOf: (world: World, incoming: Incoming) => Exchange,
	) =>
		await listen(port ?? 0, async (request, response) => {
			await world.work(
				async () => await processRequest(world, faults, exchangeOf, request, response),
			);
		});
	const storage = await serve(options.storagePort, storageExchange);
	world.presigner.origin = storage.origin;
	const api = await serve(options.port, apiExchange);
	const emulator = new Emulator(world, faults, `${api.origin}${API_PREFIX}`, async () => {
		closing.abort(new Error('The emulator was closed'));
		world.hooks.close();
		await Promise.all([api.close(), storage.close()]);
	});
	if (!options.empty) for (const workspace of DEFAULT_WORKSPACES) emulator.addWorkspace(workspace);
	return emulator;
}
