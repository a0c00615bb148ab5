import { damaged } from './archive';
import { settle, unwrap } from '../async';

/**
 * Inflates one entry, raw deflate (RFC 1951), through the platform's `DecompressionStream` (Node.js 20.12
 * and later), which works outside the main thread. Only this function reads the source, so that nothing
 * waits for it when the output breaks. Bytes behind the end of the deflate stream are refused from
 * Node.js 24 on and ignored before, so the caller proves size and checksum of the output.
 *
 * @param compressed the whole deflate stream; read one chunk ahead of the decompressor at most
 * @param onOutput takes each piece of the output; what it throws ends the work
 * @throws ArchiveError `damaged` for data that is no complete deflate stream; what `compressed` or
 * `onOutput` throw
 */
export async function inflate(
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
		throw damaged('an entry cannot be decompressed');
	}
}
