import { ArchiveError } from './archive';
import { countFiles } from './centralDirectory';

/** Behind the last entry: the directory of about two thousand entries, and a comment of any size. */
const TAIL_BYTES = 256 * 1024;
/** Chunks that are kept as they came before they are joined. */
const MAX_PARTS = 256;

/** What the end of a ZIP shows. */
export interface ZipSummary {
	/** Length of the ZIP. */
	bytes: number;
	/**
	 * Files in it. Folders are left out, unless the directory is longer than what is kept of the
	 * archive (about 256 KiB).
	 */
	entries: number;
}

/** A ZIP on its way through. */
export interface ZipTail {
	/**
	 * The ZIP, unchanged. After the last chunk it throws ArchiveError: `damaged` where the end is
	 * wrong, `empty` where there is no file in it.
	 */
	body: AsyncIterable<Uint8Array>;
	/** Known once the whole body has passed; throws before. */
	summary(): ZipSummary;
}

/**
 * Passes a ZIP on and reads its end only: an archive without its end record is incomplete, and
 * the directory lists how many files there are. The entries themselves are not read.
 */
export function zipTail(source: AsyncIterable<Uint8Array>): ZipTail {
	let known: ZipSummary | undefined;
	async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
		const tail = new Tail();
		for await (const chunk of source) {
			tail.add(chunk);
			yield chunk;
		}
		const entries = countFiles(tail.bytes(), tail.total);
		if (entries === 0) throw new ArchiveError('empty', 'The ZIP file holds no PDF');
		known = { bytes: tail.total, entries };
	}
	return {
		body: body(),
		summary: () => {
			if (known === undefined) throw new Error('The ZIP file has not passed completely yet');
			return known;
		},
	};
}

/** The last bytes of a stream, kept as references to its chunks so that passing on costs nothing. */
class Tail {
	total = 0;
	private parts: Uint8Array[] = [];
	private kept = 0;

	add(chunk: Uint8Array): void {
		this.total += chunk.length;
		this.kept += chunk.length;
		this.parts.push(chunk);
		for (let oldest = this.parts[0]; oldest && this.kept - oldest.length >= TAIL_BYTES;) {
			this.parts.shift();
			this.kept -= oldest.length;
			oldest = this.parts[0];
		}
		if (this.parts.length > MAX_PARTS) this.join();
	}

	bytes(): Buffer {
		return Buffer.concat(this.parts);
	}

	private join(): void {
		const joined = Buffer.concat(this.parts).subarray(-TAIL_BYTES);
		this.parts = [joined];
		this.kept = joined.length;
	}
}
