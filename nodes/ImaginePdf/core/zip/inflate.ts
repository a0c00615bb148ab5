import { inflateSync } from 'fflate';

import { damaged } from './archive';
import { settle, unwrap } from '../async';

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

/**
 * Inflates one entry, raw deflate (RFC 1951). Bytes behind the end of the deflate stream may be
 * ignored, so the caller proves size and checksum of the output.
 *
 * @param onOutput takes each piece of the output; what it throws ends the work
 * @param declaredSize bytes that the archive says will come out; asked when `compressed` has ended
 * @param worked gets what was done on the main thread, in bytes of output, and may let other
 * work have a turn
 * @throws ArchiveError `damaged` for data that is no complete deflate stream; what `compressed` or
 * `onOutput` throw
 */
export async function inflate(
	compressed: AsyncGenerator<Uint8Array, void, undefined>,
	onOutput: (bytes: Uint8Array) => void,
	declaredSize: () => number | undefined,
	worked: (bytes: number) => Promise<void>,
): Promise<void> {
	const parts: Uint8Array[] = [];
	for (let size = 0; size <= SMALL_BYTES;) {
		const next = await compressed.next();
		if (next.done === true) {
			const declared = declaredSize() ?? Infinity;
			if (declared > SMALL_OUTPUT_BYTES) break;
			const bytes = inflateAtOnce(Buffer.concat(parts), declared);
			onOutput(bytes);
			return await worked(bytes.length);
		}
		parts.push(next.value);
		size += next.value.length;
	}
	await inflateStream(followedBy(parts, compressed), onOutput);
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

async function* followedBy(
	first: Uint8Array[],
	rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
	yield* first;
	yield* rest;
}

/**
 * Raw deflate through the platform's `DecompressionStream` (Node.js 20.12 and later), which works
 * outside the main thread. Only this function reads the source, so that nothing waits for it
 * when the output breaks. Bytes behind the end of the deflate stream are refused from
 * Node.js 24 on and ignored before.
 *
 * @param compressed the whole deflate stream; read one chunk ahead of the decompressor at most
 * @param onOutput takes each piece of the output; what it throws ends the work
 * @throws ArchiveError `damaged` for data that is no complete deflate stream; what `compressed` or
 * `onOutput` throw
 */
async function inflateStream(
	compressed: AsyncIterable<Uint8Array>,
	onOutput: (bytes: Uint8Array) => void,
): Promise<void> {
	const { readable, writable } = new DecompressionStream('deflate-raw');
	const writer = writable.getWriter();
	const reader = readable.getReader();
	let isOver = false;
	// Runs by itself as long as there is output, and never rejects. It says why a stream is broken.
	const output = settle(async () => {
		for (let next = await read(reader); next; next = await read(reader)) onOutput(next);
	}).finally(() => (isOver = true));
	const taken = async (input: Promise<void>) =>
		await Promise.race([input.catch(async () => void (await output)), output]);
	try {
		for await (const chunk of compressed) {
			await taken(writer.write(chunk));
			if (!isOver) continue;
			unwrap(await output);
			// zlib stops at the end of the stream and never takes what follows it.
			throw damaged('an entry is longer than its data');
		}
		await taken(writer.close());
		unwrap(await output);
	} finally {
		// Frees the decompressor early where one side is broken, and does nothing where both have ended.
		reader.cancel().catch(() => undefined);
		writer.abort().catch(() => undefined);
	}
}

async function read(
	reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | undefined> {
	try {
		return (await reader.read()).value;
	} catch {
		throw notDeflate();
	}
}

function notDeflate(): Error {
	return damaged('an entry cannot be decompressed');
}
