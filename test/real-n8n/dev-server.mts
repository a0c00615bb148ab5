import { spawn } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { capture } from '../../scripts/lib/commands.mjs';
import type { RealN8n } from '../../scripts/lib/real-n8n.mjs';
import { root } from '../../scripts/lib/setup.mjs';
import { KEYS, startEmulator, type Emulator, type EmulatorOptions } from '../emulator/index.mts';
import { freePort } from './ports.mts';
import { openProxy } from './proxy.mts';
import type { Rest, Saved } from './rest.mts';
import { packageFolder, startServer } from './start.mts';
import { readExamples, type WorkflowJson } from './workflow.mts';

/** The name n8n itself gives to a first credential of this type; the examples name it so too. */
const CREDENTIAL_NAME = 'ImaginePDF account';
export const CREDENTIAL_TYPE = 'imaginePdfApi';

/** A real n8n with this package, the emulator behind it, and everything set up. */
export interface DevServer {
	/** `http://localhost:PORT`: the editor, signed in. */
	url: string;
	emulator: Emulator;
	rest: Rest;
	/** Leads to the emulator's workspace that has it all. */
	credential: Saved;
	/** The example workflows. */
	workflows: Saved[];
	logFile: string;
	/** Resolves when n8n has ended, by itself or not. */
	ended: Promise<void>;
	close: () => Promise<void>;
}

export interface DevServerOptions {
	installation: RealN8n;
	/** n8n's data; kept between starts if the same is given again. */
	userFolder: string;
	/** Port of the editor; a free one unless given. */
	port?: number;
	/** Rebuild and reload on every change of the sources. */
	follow?: boolean;
	emulator?: EmulatorOptions;
}

/**
 * Builds, starts and sets up everything; ends what it has started when a part of it does not start.
 * @throws Error in words for the terminal
 */
export async function openDevServer(options: DevServerOptions): Promise<DevServer> {
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
	options: DevServerOptions,
	started: Array<() => unknown>,
): Promise<Omit<DevServer, 'close'>> {
	const { installation, follow = false } = options;
	const userFolder = path.resolve(options.userFolder);
	const port = options.port ?? (await freePort());
	started.push(await buildPackage(userFolder, follow));
	const emulator = await startEmulator(options.emulator);
	started.push(emulator.close);
	const logFile = path.join(userFolder, 'n8n.log');
	await rm(logFile, { force: true });
	const env = environment(`http://localhost:${port}`, follow);
	const server = await startServer({ n8n: installation, userFolder, logFile, env });
	const { rest, command } = server;
	started.push(async () => await command.stop());
	const credential = await rest.saveCredential({
		name: CREDENTIAL_NAME,
		type: CREDENTIAL_TYPE,
		data: { apiKey: KEYS.demo, baseUrl: emulator.baseUrl },
	});
	const workflows = await addExamples(rest, credential);
	const proxy = await openProxy({ port, target: server.port, cookie: rest.cookie });
	started.push(proxy.close);
	const ended = command.ended.then(() => undefined);
	return { url: proxy.url, emulator, rest, credential, workflows, logFile, ended };
}

/** This process's environment without settings that are meant for another n8n. */
function environment(publicUrl: string, follow: boolean): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(
		([name]) => !/^(N8N_|DB_|NODE_OPTIONS$)/.test(name),
	);
	return {
		...Object.fromEntries(own),
		N8N_EDITOR_BASE_URL: publicUrl,
		WEBHOOK_URL: publicUrl,
		N8N_HIDE_USAGE_PAGE: 'true',
		// The start page is then the list of workflows rather than a chat that needs an AI account.
		N8N_DISABLED_MODULES: 'instance-ai,agents,chat-hub,quick-connect,insights',
		...(follow && { N8N_DEV_RELOAD: 'true' }),
	};
}

/**
 * Builds this package right into the place where n8n looks for community nodes. A link to the
 * checkout would not do: n8n drops modules from Node's cache by their path, which is the real one.
 * @returns what ends the following of changes
 * @throws Error when the first build does not succeed
 */
async function buildPackage(userFolder: string, follow: boolean): Promise<() => void> {
	const folder = packageFolder(userFolder);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await cp(path.join(root, 'package.json'), path.join(folder, 'package.json'));
	const gulp = path.join(root, 'node_modules/gulp/bin/gulp.js');
	const env = { ...process.env, IMAGINEPDF_DIST: path.join(folder, 'dist') };
	const built = await capture(process.execPath, [gulp, 'runtime', '--silent'], { env });
	if (built.code !== 0) {
		throw new Error(`The package does not build:\n${built.stdout}${built.stderr}`);
	}
	if (!follow) return () => undefined;
	const args = [gulp, 'follow', '--silent'];
	const watcher = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 1, 2] });
	return () => void watcher.kill();
}

/** Creates the example workflows that are not there yet by name, with the credential chosen. */
async function addExamples(rest: Rest, credential: Saved): Promise<Saved[]> {
	const known = new Map((await rest.workflows()).map((saved) => [saved.name, saved]));
	const all: Saved[] = [];
	for (const { workflow } of await readExamples()) {
		const saved = known.get(workflow.name);
		all.push(saved ?? (await rest.createWorkflow(withCredential(workflow, credential))));
	}
	return all;
}

function withCredential(workflow: WorkflowJson, { id, name }: Saved): WorkflowJson {
	return {
		...workflow,
		nodes: workflow.nodes.map((node) =>
			node.credentials && CREDENTIAL_TYPE in node.credentials
				? { ...node, credentials: { ...node.credentials, [CREDENTIAL_TYPE]: { id, name } } }
				: node,
		),
	};
}
