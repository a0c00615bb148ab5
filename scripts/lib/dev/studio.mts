import path from 'node:path';

import {
	KEYS,
	startEmulator,
	type Emulator,
	type EmulatorOptions,
} from '../../../test/emulator/index.mts';
import type { RealN8n } from '../real-n8n.mjs';
import { openDoor } from './door.mts';
import { startN8n } from './n8n-process.mts';
import { freePort } from './ports.mts';
import type { N8nRest, Named } from './rest.mts';
import { addWorkflows, CREDENTIAL_NAME, CREDENTIAL_TYPE, readExamples } from './seed.mts';
import { stagePackage } from './stage.mts';

/** A real n8n with this package, the emulator behind it, and everything set up. */
export interface Studio {
	/** `http://localhost:PORT`: the editor, signed in. */
	url: string;
	emulator: Emulator;
	rest: N8nRest;
	/** Leads to the emulator's workspace that has it all. */
	credential: Named;
	/** The example workflows. */
	workflows: Named[];
	logFile: string;
	/** Resolves when n8n has ended, by itself or not. */
	ended: Promise<void>;
	close: () => Promise<void>;
}

export interface StudioOptions {
	installation: RealN8n;
	/** n8n's data; kept between starts if the same is given again. */
	userFolder: string;
	/** Port of the editor; a free one unless given. */
	port?: number;
	/** Rebuild and reload on every change of the sources. */
	follow?: boolean;
	emulator?: EmulatorOptions;
	onLine?: (line: string) => void;
}

/**
 * Builds, starts and sets up everything; ends what it has started when that does not come through.
 * @throws Error in words for the terminal
 */
export async function openStudio(options: StudioOptions): Promise<Studio> {
	const started: Array<() => unknown> = [];
	const close = async () => {
		for (const end of started.splice(0).reverse()) await end();
	};
	try {
		return { ...(await startAll(options, started)), close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function startAll(
	options: StudioOptions,
	started: Array<() => unknown>,
): Promise<Omit<Studio, 'close'>> {
	const { installation, userFolder, follow = false, onLine } = options;
	const port = options.port ?? (await freePort());
	const stage = await stagePackage({ userFolder, follow, ...(onLine && { onLine }) });
	started.push(stage.close);
	const emulator = await startEmulator(options.emulator);
	started.push(emulator.close);
	const n8n = await startN8n({
		installation,
		userFolder: path.resolve(userFolder),
		publicUrl: `http://localhost:${port}`,
		...(follow && { env: { N8N_DEV_RELOAD: 'true' } }),
	});
	started.push(n8n.stop);
	const { rest, logFile, ended } = n8n;
	const credential = await rest.saveCredential({
		name: CREDENTIAL_NAME,
		type: CREDENTIAL_TYPE,
		data: { apiKey: KEYS.demo, baseUrl: emulator.baseUrl },
	});
	const workflows = await addWorkflows(rest, await readExamples(), credential);
	const door = await openDoor({ port, target: n8n.port, cookie: rest.cookie });
	started.push(door.close);
	return { url: door.url, emulator, rest, credential, workflows, logFile, ended };
}
