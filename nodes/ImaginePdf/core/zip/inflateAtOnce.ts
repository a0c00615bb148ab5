import { inflateSync } from 'fflate';

/**
 * Inflates on the main thread. Gives the output, or its first `declared + 1` bytes where there is more. A
 * header that lies about the size cannot make this take more memory. It can take up to a quarter of a
 * second once, for the 33 MB that 32 kB may expand to: the archive is refused then.
 * @returns `undefined` for data that is no complete deflate stream
 */
export function inflateAtOnce(input: Buffer, declared: number): Buffer | undefined {
	// fflate would return all of the room for no input.
	if (input.length === 0) return undefined;
	// Not zeroed: fflate writes each byte that it returns.
	const room = Buffer.allocUnsafe(declared + 1);
	try {
		return room.subarray(0, inflateSync(input, { out: room }).length);
	} catch {
		// fflate's words ("unexpected EOF") do not say what they are about.
		return undefined;
	}
}
