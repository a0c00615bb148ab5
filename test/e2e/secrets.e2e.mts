import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { KEYS } from '../emulator/index.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import type { N8nServer } from './support/server.mts';

/**
 * Every key that the emulator knows, and what makes a presigned URL one. The keys in n8n's own
 * database are encrypted, so that any find is a leak.
 */
const SECRETS = [...Object.values(KEYS), 'signature='];

/** What n8n keeps of executions beside the files themselves. */
async function keptFiles(server: N8nServer): Promise<string[]> {
	const { userFolder, logsFolder } = server.instance;
	const places = [path.join(userFolder, '.n8n'), logsFolder];
	const found = await Promise.all(
		places.map(async (place) => {
			const entries = await readdir(place, { recursive: true, withFileTypes: true });
			return entries
				.filter((entry) => entry.isFile())
				.map((entry) => path.join(entry.parentPath, entry.name));
		}),
	);
	return found
		.flat()
		.filter((file) => !file.includes(`${path.sep}nodes${path.sep}node_modules${path.sep}`));
}

/** The server goes on: a logger of its database may be gone by now, with its content in the database. */
async function readIfThere(file: string): Promise<Buffer> {
	try {
		return await readFile(file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
		throw error;
	}
}

/** To be run last: everything the other cases have left is searched. */
export const secrets: E2eCase[] = [
	e2e(
		'database, logs and file metadata hold no API key and no presigned URL',
		async ({ server }) => {
			const files = await keptFiles(server);
			const kinds = [/database\.sqlite$/, /\.log$/, /metadata$/];
			for (const kind of kinds)
				assert.ok(
					files.some((file) => kind.test(file)),
					String(kind),
				);
			// Proof that the search sees what is in there: every paid job's ID is.
			const database = await readFile(server.databaseFile);
			assert.ok(database.includes('imaginePdfLedger') && database.includes('job_'));
			for (const file of files) {
				const content = await readIfThere(file);
				for (const secret of SECRETS) {
					assert.ok(!content.includes(secret), `${path.basename(file)} holds ${secret}`);
				}
			}
		},
	),
];
