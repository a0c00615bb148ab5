import yauzl from 'yauzl';

export interface ListedEntry {
	name: string;
	/** Bytes, unpacked. */
	size: number;
}

/**
 * The files in a ZIP, in its own order. Reads the list at its end only.
 * @throws Error when it is not a complete ZIP
 */
export async function listZip(file: string): Promise<ListedEntry[]> {
	const archive = await yauzl.openPromise(file);
	const entries: ListedEntry[] = [];
	for await (const { fileName, uncompressedSize } of archive.eachEntry()) {
		entries.push({ name: fileName, size: uncompressedSize });
	}
	return entries;
}
