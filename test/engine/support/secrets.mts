import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { FILE_ITEMS, ITEMS, type SecretCase } from './secret-cases.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup, type NodeUnderTest } from './setup.mts';
import { userFolder } from '../harness/modules.mts';
import type { RunOptions, RunResult } from '../harness/index.mts';
import { findSecrets, type Secret } from '../../support/find-secrets.mts';

/** A key that no pattern recognises, with all that needs escaping somewhere. */
export const KEY = 'k9+Zq7w/Lk=Tx%4m"Vb&2RdNcQ';

/** A setup whose runs can be searched for what must not show. */
export interface SecretsSetup {
	setup: EngineSetup;
	run(
		items: RunOptions['items'],
		node: NodeUnderTest,
		options?: Partial<RunOptions>,
	): Promise<RunResult>;
	/** What an operation begins with; a job is submitted where it needs one. */
	itemsFor(operation: SecretCase): Promise<RunOptions['items']>;
	/** Where the key or the signature of a presigned URL shows in what anybody can see. */
	leaks(result: RunResult): Promise<string[]>;
	/** The same in any other value, e.g. an error that was thrown. */
	leaksIn(value: unknown): string[];
}

export async function openSecretsSetup(): Promise<SecretsSetup> {
	const setup = await openEngineSetup();
	setup.emulator.addWorkspace({ key: KEY, credits: 1_000_000 });
	let before = 0;
	const secrets = (): Secret[] => [
		{ name: 'the key', value: KEY },
		...setup.emulator.presignedUrls.slice(before).map((url) => ({
			name: 'a signature',
			value: new URL(url).searchParams.get('signature') ?? url,
		})),
	];
	const run: SecretsSetup['run'] = async (items, node, options) => {
		before = setup.emulator.presignedUrls.length;
		return await setup.run(items, { apiKey: KEY, ...node }, options);
	};
	return {
		setup,
		run,
		itemsFor: async ({ needsJob, needsFiles }) => {
			if (needsFiles) return FILE_ITEMS;
			if (!needsJob) return ITEMS;
			const job = await run(invoices(1), { parameters: { waitForCompletion: false } });
			return [{ jobId: String(job.json(NODE)[0]?.['jobId']) }];
		},
		leaks: async (result) => {
			const { run, saved, error, logs } = result;
			const inMemory = { run, saved, error, logs, files: await storeNotes() };
			return findSecrets(inMemory, secrets());
		},
		leaksIn: (value) => findSecrets(value, secrets()),
	};
}

/** What n8n notes down beside each file. */
async function storeNotes(): Promise<string[]> {
	const folder = path.join(userFolder, 'binary');
	const names = await readdir(folder, { recursive: true });
	const notes = names.filter((name) => name.endsWith('.metadata'));
	return await Promise.all(
		notes.map(async (name) => `${name} ${await readFile(path.join(folder, name), 'utf8')}`),
	);
}
