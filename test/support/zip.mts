import { buffer } from 'node:stream/consumers';

import { fromBufferPromise, openPromise, type ZipFile } from 'yauzl';

export interface ListedEntry {
	name: string;
	/** Bytes, unpacked. */
	size: number;
}

export interface ZipEntry extends ListedEntry {
	bytes: Buffer;
	/** 0 for stored, 8 for deflated (APPNOTE 4.4.5). */
	method: number;
	/** Whether the sizes stand behind the data (APPNOTE 4.4.4, bit 3). */
	hasDescriptor: boolean;
}

const DESCRIPTOR_FLAG = 1 << 3;

/**
 * The entries of a ZIP, in the order of its directory, read by yauzl.
 * @param archive its bytes, or a path
 * @throws Error when it is damaged or not complete
 */
export async function readZip(archive: Buffer | string): Promise<ZipEntry[]> {
	const zip = await open(archive);
	const entries: ZipEntry[] = [];
	for await (const entry of zip.eachEntry()) {
		entries.push({
			name: entry.fileName,
			size: entry.uncompressedSize,
			bytes: await buffer(await zip.openReadStreamPromise(entry)),
			method: entry.compressionMethod,
			hasDescriptor: (entry.generalPurposeBitFlag & DESCRIPTOR_FLAG) !== 0,
		});
	}
	return entries;
}

/** The same from the ZIP's directory alone. */
export async function listZip(archive: Buffer | string): Promise<ListedEntry[]> {
	const zip = await open(archive);
	const entries: ListedEntry[] = [];
	for await (const { fileName, uncompressedSize } of zip.eachEntry()) {
		entries.push({ name: fileName, size: uncompressedSize });
	}
	return entries;
}

async function open(archive: Buffer | string): Promise<ZipFile> {
	const options = { lazyEntries: true };
	return await (typeof archive === 'string'
		? openPromise(archive, options)
		: fromBufferPromise(archive, options));
}
