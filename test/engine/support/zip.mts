import { buffer } from 'node:stream/consumers';

import { fromBufferPromise } from 'yauzl';

export interface ZipEntry {
	name: string;
	bytes: Buffer;
}

/** The entries of a ZIP, in the order of its directory. */
export async function readZip(bytes: Buffer): Promise<ZipEntry[]> {
	const zip = await fromBufferPromise(bytes, { lazyEntries: true });
	const entries: ZipEntry[] = [];
	for await (const entry of zip.eachEntry()) {
		entries.push({
			name: entry.fileName,
			bytes: await buffer(await zip.openReadStreamPromise(entry)),
		});
	}
	return entries;
}

/** The names of a ZIP's entries, in the order of its directory. */
export async function openZip(bytes: Buffer): Promise<string[]> {
	const zip = await fromBufferPromise(bytes, { lazyEntries: true });
	const names: string[] = [];
	for await (const { fileName } of zip.eachEntry()) names.push(fileName);
	return names;
}
