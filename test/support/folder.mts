import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder among the temporary files; who asks for it removes it. */
export async function temporaryFolder(name: string): Promise<string> {
	return await mkdtemp(path.join(tmpdir(), `imaginepdf-${name}-`));
}

/** A new folder while `work` goes on; it is removed with all that is in it. */
export async function inTemporaryFolder<T>(
	name: string,
	work: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = await temporaryFolder(name);
	try {
		return await work(folder);
	} finally {
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
