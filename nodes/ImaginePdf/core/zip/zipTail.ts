import { ArchiveError } from './archive';
import { readDirectory } from './centralDirectory';

/** Behind the last entry: the directory of about two thousand entries, and a comment of any size. */
const TAIL_BYTES = 256 * 1024;
/** Chunks that are kept as they came, which costs nothing, before they are joined. */
const MAX_PARTS = 256;

/** A ZIP on its way through. */
export interface ZipTail {
	/**
	 * The ZIP, unchanged. After the last chunk it throws ArchiveError: `damaged` where the end is
	 * wrong, `empty` where there is no file in it.
	 */
	body: AsyncIterable<Uint8Array>;
	/**
	 * Files in it, once the whole body has passed; 0 before. Folders are left out, unless the directory is
	 * longer than what is kept of the archive (about 256 KiB).
	 */
	fileCount(): number;
}

/**
 * Passes a ZIP on and reads its end only: an archive without its end record is incomplete, and
 * the directory lists how many files there are. The entries themselves are not read.
 */
export function zipTail(source: AsyncIterable<Uint8Array>): ZipTail {
	let files = 0;
	async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
		let total = 0;
		let kept = 0;
		let parts: Uint8Array[] = [];
		for await (const chunk of source) {
			total += chunk.length;
			kept += chunk.length;
			parts.push(chunk);
			for (let [first] = parts; first && kept - first.length >= TAIL_BYTES; [first] = parts) {
				kept -= first.length;
				parts.shift();
			}
			if (parts.length > MAX_PARTS) parts = [Buffer.concat(parts)];
			yield chunk;
		}
		files = countFiles(lastOf(parts), total);
		if (files === 0) throw new ArchiveError('empty', 'The ZIP file holds no PDF');
	}
	return { body: body(), fileCount: () => files };
}

function lastOf(parts: readonly Uint8Array[]): Buffer {
	return Buffer.concat(parts).subarray(-TAIL_BYTES);
}

function countFiles(tail: Buffer, total: number): number {
	const { entries, listed } = readDirectory(tail, total);
	if (!listed) return entries;
	let files = 0;
	for (const { isFolder } of listed) if (!isFolder) files++;
	return files;
}
