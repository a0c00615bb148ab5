import type { RealN8n } from '../../scripts/lib/real-n8n.mjs';
import { startEmulator, type Emulator } from '../emulator/index.mts';
import { readExamples, type WorkflowJson } from '../real-n8n/workflow.mts';
import { runCase, type Outcome } from '../support/outcome.mts';
import { after } from './after.e2e.mts';
import { agent } from './agent.e2e.mts';
import { binary } from './binary.e2e.mts';
import { commandLine } from './command-line.e2e.mts';
import { control } from './control.e2e.mts';
import { crashes } from './crashes.e2e.mts';
import { errors } from './errors.e2e.mts';
import { exampleCredential, examples, withId } from './examples.e2e.mts';
import { images } from './images.e2e.mts';
import { loops } from './loops.e2e.mts';
import { operations } from './operations.e2e.mts';
import { retries } from './retries.e2e.mts';
import { secrets } from './secrets.e2e.mts';
import { subWorkflows } from './sub-workflows.e2e.mts';
import { runCases, type E2eCase } from './support/cases.mts';
import { createInstance, importJson, type Instance } from './support/instance.mts';
import { N8nServer } from './support/server.mts';

export interface SuiteOptions {
	n8n: RealN8n;
	tarball: string;
	/** Of the suite's own. */
	folder: string;
	/** Part of the names of the cases that are wanted; all where it is empty. */
	only: string;
	report: (outcome: Outcome) => void;
}

/** `N8N_DEFAULT_BINARY_DATA_MODE`; n8n 1.123 has no database mode. */
const BINARY_MODES: Record<1 | 2, { filesystem: string; memory: string; database?: string }> = {
	1: { filesystem: 'filesystem', memory: 'default' },
	2: { filesystem: 'filesystem', database: 'database', memory: 'default' },
};

/** Everything that is proven on one major, in one installation that is started anew per binary mode. */
export async function majorSuite(options: SuiteOptions): Promise<void> {
	const { n8n, tarball, folder, only, report } = options;
	const all = (await readExamples()).map(withId);
	// Examples share one credential, as they do for a user.
	const emulator = await startEmulator({ timeScale: 50, pdfStyle: 'plain', seed: 1_000_000 });
	try {
		const isWanted = ({ name }: { name: string }) => name.includes(only);
		const rounds = roundsOf(n8n.major, examples(all, emulator)).map(({ mode, cases }) => ({
			mode,
			cases: cases.filter(isWanted),
		}));
		const instance = await createInstance(n8n, tarball, folder);
		const commands = commandLine(instance, emulator).filter(isWanted);
		if (commands.length + rounds.flatMap(({ cases }) => cases).length === 0) return;
		const prepared = await runCase('credential and examples: import', n8n.version, async () => {
			await importAll(instance, all, emulator);
		});
		report(prepared);
		if (prepared.verdict === 'failed') return;
		for (const { name, run } of commands) report(await runCase(name, n8n.version, run));
		for (const { mode, cases } of rounds) await withServer(instance, mode, cases, report);
	} finally {
		await emulator.close();
	}
}

interface Round {
	mode: string;
	cases: E2eCase[];
}

/** The cases of each start of the server; the search for secrets comes last. */
function roundsOf(major: 1 | 2, exampleCases: E2eCase[]): Round[] {
	const modes = BINARY_MODES[major];
	const main = [
		...exampleCases,
		...operations,
		...images,
		...errors,
		...control,
		...retries,
		...loops,
		...subWorkflows,
		...crashes,
		...after,
		...agent,
	];
	return [
		{ mode: modes.filesystem, cases: [...main, ...binary('filesystem')] },
		...(modes.database ? [{ mode: modes.database, cases: binary('database') }] : []),
		{ mode: modes.memory, cases: binary('memory') },
		{ mode: modes.filesystem, cases: secrets },
	];
}

async function importAll(
	instance: Instance,
	all: readonly WorkflowJson[],
	emulator: Emulator,
): Promise<void> {
	await importJson(instance, 'credentials', [exampleCredential(all, emulator)]);
	await importJson(instance, 'workflow', all);
}

async function withServer(
	instance: Instance,
	mode: string,
	cases: readonly E2eCase[],
	report: (outcome: Outcome) => void,
): Promise<void> {
	if (cases.length === 0) return;
	// All that n8n can log, so that the search for secrets sees it.
	const settings = { N8N_DEFAULT_BINARY_DATA_MODE: mode, N8N_LOG_LEVEL: 'debug' };
	const server = await N8nServer.start(instance, `server-${mode}`, settings);
	try {
		await runCases(server, cases, report);
	} finally {
		await server.stop();
	}
}
