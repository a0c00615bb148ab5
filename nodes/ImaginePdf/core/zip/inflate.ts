import type { SmallInflate } from './smallInflate';
import { streamInflate } from './streamInflate';

/**
 * Compressed bytes up to which an entry is inflated right here: below, setting a
 * `DecompressionStream` up costs more than the work itself (measured with entries of 2 to 200 kB).
 */
const SMALL_BYTES = 32 * 1024;

/**
 * Inflates one entry, raw deflate (RFC 1951).
 *
 * @param small for entries that are inflated here; one for all entries of an archive
 * @param onOutput takes each piece of the output, valid until it returns; what it throws ends the
 * work
 * @param worked is told what was done on the main thread, in bytes of output, and may let other
 * work have a turn
 * @throws ArchiveError `damaged` for data that is no complete deflate stream; what `compressed` or
 * `onOutput` throw
 */
export async function inflate(
	compressed: AsyncGenerator<Uint8Array, void, undefined>,
	small: SmallInflate,
	onOutput: (bytes: Uint8Array) => void,
	worked: (bytes: number) => Promise<void>,
): Promise<void> {
	const parts: Uint8Array[] = [];
	for (let size = 0; size <= SMALL_BYTES;) {
		const next = await compressed.next();
		if (next.done === true) return await inflateHere(small, parts, onOutput, worked);
		parts.push(next.value);
		size += next.value.length;
	}
	await streamInflate(followedBy(parts, compressed), onOutput);
}

async function inflateHere(
	small: SmallInflate,
	parts: Uint8Array[],
	onOutput: (bytes: Uint8Array) => void,
	worked: (bytes: number) => Promise<void>,
): Promise<void> {
	small.open(parts);
	for (let piece = small.step(); piece; piece = small.step()) {
		onOutput(piece);
		await worked(piece.length);
	}
}

async function* followedBy(
	first: Uint8Array[],
	rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
	yield* first;
	yield* rest;
}
