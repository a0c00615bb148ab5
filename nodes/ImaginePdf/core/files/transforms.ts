import { checkHead, type ExpectedFile } from './head';
import { HEAD_BYTES } from './limits';

type Chunks = AsyncIterable<Uint8Array>;
type ChunkGenerator = AsyncGenerator<Uint8Array, void, undefined>;

/** Leaves out the first `count` bytes; `onSkipped` sees them, `onDone` is called behind the last. */
export async function* skipPrefix(
	source: Chunks,
	count: number,
	onSkipped: (bytes: Uint8Array) => void,
	onDone: () => void,
): ChunkGenerator {
	let left = count;
	for await (const chunk of source) {
		if (left === 0) {
			yield chunk;
			continue;
		}
		const skipped = chunk.subarray(0, left);
		onSkipped(skipped);
		left -= skipped.length;
		if (left > 0) continue;
		onDone();
		if (chunk.length > skipped.length) yield chunk.subarray(skipped.length);
	}
}

/**
 * Hands nothing on before the first bytes are known to be those of the expected file.
 * @param size announced length; a source that ends before it is left to others to judge
 * @throws FileError `notZip`, `notPdf`
 */
export async function* checkedFromHead(
	source: Chunks,
	expect: ExpectedFile,
	size: number | undefined,
): ChunkGenerator {
	let head: Buffer | undefined = Buffer.alloc(0);
	for await (const chunk of source) {
		if (head === undefined) {
			yield chunk;
			continue;
		}
		head = Buffer.concat([head, chunk]);
		if (head.length < HEAD_BYTES) continue;
		checkHead(head, expect);
		const checked: Buffer = head;
		head = undefined;
		yield checked;
	}
	if (head === undefined || (size !== undefined && head.length < size)) return;
	checkHead(head, expect);
	if (head.length > 0) yield head;
}
