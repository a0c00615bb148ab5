import { rm } from 'node:fs/promises';
import path from 'node:path';

import { inTemporaryFolder } from '../test/support/folder.mts';

/** More files than this stay until the end; fewer go at once, for the room they take. */
const MANY_FILES = 2000;

/**
 * Folders for the files that are measured. Many of them are removed only at the end of the case: ext4
 * without a logger, as small virtual machines have it, does not use a removed file's inode again for
 * five minutes and looks at each of them for every new file (Linux, `recently_deleted` in
 * fs/ext4/ialloc.c). What is measured next would take five to eight times as long.
 */
export class Places {
	private made = 0;

	private constructor(private readonly root: string) {}

	/** Removes all of them once `work` has ended. */
	static async during<T>(work: (places: Places) => Promise<T>): Promise<T> {
		return await inTemporaryFolder('bench', async (root) => await work(new Places(root)));
	}

	/** A path for a new folder, which may be gone once `work` has ended. */
	async use<T>(files: number, work: (folder: string) => Promise<T>): Promise<T> {
		const folder = path.join(this.root, String(this.made++));
		try {
			return await work(folder);
		} finally {
			if (files <= MANY_FILES) await rm(folder, { recursive: true, force: true });
		}
	}
}
