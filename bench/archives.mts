import path from 'node:path';

import { startService, type ServiceProcess } from './children/spawn.mts';
import { inTemporaryFolder } from '../test/support/folder.mts';
import type { SyntheticArchive } from '../test/emulator/index.mts';

/** A finished job whose ZIP is made while it is sent, and a folder for what is measured. */
export interface Archive {
	service: ServiceProcess;
	/** A path for a new file. */
	file(name: string): string;
}

/** PDFs as they are: hardly compressible, since their own streams are compressed. */
export function pdfs(
	entries: number,
	entryBytes: number,
	compression: SyntheticArchive['compression'] = 'deflate',
): SyntheticArchive {
	return { entries, entryBytes, content: 'incompressible', compression };
}

/** Serves the archive while `work` goes on, and clears everything away. */
export async function withArchive<T>(
	archive: SyntheticArchive,
	work: (archive: Archive) => Promise<T>,
): Promise<T> {
	return await inTemporaryFolder('bench', async (folder) => {
		const service = await startService(archive);
		try {
			return await work({ service, file: (name) => path.join(folder, name) });
		} finally {
			await service.close();
		}
	});
}
