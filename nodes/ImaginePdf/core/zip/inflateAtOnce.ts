import { inflateSync } from 'fflate';

import { damaged } from './archive';

/**
 * Inflates on the main thread. Gives the output, or its first `declared + 1` bytes where there is more. A
 * header that lies about the size cannot make this take more memory. It can take up to a quarter of a
 * second once, for the 33 MB that 32 kB may expand to: the archive is refused then.
 * @throws ArchiveError `damaged` for data that is no complete deflate stream
 */
export function inflateAtOnce(parts: readonly Uint8Array[], declared: number): Buffer {
	const [only] = parts;
	const input = parts.length === 1 && only ? only : Buffer.concat(parts);
	// Not zeroed: fflate writes each byte that it returns. It would return all of it for no input.
	const room = Buffer.allocUnsafe(declared + 1);
	const output = input.length > 0 ? inflatedInto(room, input) : undefined;
	if (output === undefined) throw damaged('an entry cannot be decompressed');
	return room.subarray(0, output.length);
}

function inflatedInto(room: Uint8Array, input: Uint8Array): Uint8Array | undefined {
	try {
		return inflateSync(input, { out: room });
	} catch {
		// fflate's words ("unexpected EOF") do not say what they are about.
		return undefined;
	}
}
