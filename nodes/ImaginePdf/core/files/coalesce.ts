/**
 * Joins small chunks to larger ones, so that a store writes less often. A chunk that is large
 * enough by itself passes uncopied; what is left at the end follows at once.
 *
 * @param bytes a chunk is handed on as soon as it has at least this size
 * @throws what the source throws
 */
export async function* coalesce(
	source: AsyncIterable<Uint8Array>,
	bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
	let held: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of source) {
		if (chunk.length === 0) continue;
		held.push(chunk);
		size += chunk.length;
		if (size < bytes) continue;
		const joined = join(held);
		held = [];
		size = 0;
		yield joined;
	}
	if (size > 0) yield join(held);
}

function join(chunks: Uint8Array[]): Uint8Array {
	const [only] = chunks;
	return chunks.length === 1 && only ? only : Buffer.concat(chunks);
}
