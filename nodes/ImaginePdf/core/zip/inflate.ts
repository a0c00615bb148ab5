import { inflateSync } from 'fflate';

import { damaged } from './archive';
import { settle, unwrap, type Settled } from '../async';

/**
 * Compressed bytes up to which an entry is inflated by fflate, on the main thread. Below, setting a
 * `DecompressionStream` up costs more than the work itself (measured with entries of 2 to 200 kB).
 */
const SMALL_BYTES = 32 * 1024;

/**
 * Output up to which it is done so: about 5 ms of work that nothing can interrupt. 32 kB may expand to
 * 33 MB.
 */
const SMALL_OUTPUT_BYTES = 512 * 1024;

type Bytes = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * What one entry expands to, raw deflate (RFC 1951). Bytes behind the end of the deflate stream may be
 * ignored, so the caller proves size and checksum of the output.
 *
 * @param declaredSize bytes that the archive says will come out; asked when `compressed` has ended
 * @param worked gets what was done on the main thread, in bytes of output, and may let other
 * work have a turn
 * @throws ArchiveError `damaged` for data that is no complete deflate stream; what `compressed` throws
 */
export async function* inflated(
	compressed: Bytes,
	declaredSize: () => number | undefined,
	worked: (bytes: number) => Promise<void>,
): Bytes {
	const parts: Uint8Array[] = [];
	for (let size = 0; size <= SMALL_BYTES;) {
		const next = await compressed.next();
		if (next.done === true) {
			const declared = declaredSize() ?? Infinity;
			if (declared > SMALL_OUTPUT_BYTES) break;
			const bytes = inflateAtOnce(Buffer.concat(parts), declared);
			await worked(bytes.length);
			yield bytes;
			return;
		}
		parts.push(next.value);
		size += next.value.length;
	}
	yield* inflatedStream(parts, compressed);
}

/**
 * Inflates on the main thread. Gives the output, or its first `declared + 1` bytes where there is more. A
 * header that lies about the size cannot make this take more memory. It can take up to a quarter of a
 * second once, for the 33 MB that 32 kB may expand to: the archive is refused then.
 */
function inflateAtOnce(input: Buffer, declared: number): Buffer {
	// fflate would return all of the room for no input.
	if (input.length === 0) throw notDeflate();
	// Not zeroed: fflate writes each byte that it returns.
	const room = Buffer.allocUnsafe(declared + 1);
	try {
		return room.subarray(0, inflateSync(input, { out: room }).length);
	} catch {
		// fflate's words ("unexpected EOF") do not say what they are about.
		throw notDeflate();
	}
}

/**
 * The same through the platform's `DecompressionStream` (Node.js 20.12 and later), which works outside the
 * main thread. Bytes behind the end of the deflate stream are refused from Node.js 24 on and ignored before.
 */
async function* inflatedStream(first: Uint8Array[], rest: Bytes): Bytes {
	const source: { last?: Settled<IteratorResult<Uint8Array, void>> } = {};
	async function* compressed(): Bytes {
		yield* first;
		for (;;) {
			const last = await settle(async () => await rest.next());
			source.last = last;
			if (!last.ok || last.value.done === true) return;
			yield last.value.value;
		}
	}
	const { readable, writable } = new DecompressionStream('deflate-raw');
	const output: ReadableStream<Uint8Array> = readable;
	// Runs by itself, and breaks where the output does. A pipe of the platform takes longer.
	const feed = async () => {
		const writer = writable.getWriter();
		for await (const chunk of compressed()) await writer.write(chunk);
		await writer.close();
	};
	feed().catch(() => undefined);
	try {
		yield* output;
	} catch {
		// Where the source broke, that is the reason.
		if (source.last) unwrap(source.last);
		throw notDeflate();
	}
	// zlib stops at the end of the stream and never takes what follows it.
	if (!source.last || unwrap(source.last).done !== true) {
		throw damaged('an entry is longer than its data');
	}
}

function notDeflate(): Error {
	return damaged('an entry cannot be decompressed');
}
