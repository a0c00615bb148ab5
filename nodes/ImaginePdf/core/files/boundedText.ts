/**
 * The beginning of a body as text, e.g. of an error page; the rest is not read and the body is
 * closed. Bytes that are not UTF-8 become replacement characters.
 *
 * @param maxBytes bytes that are read at most
 * @throws what the body throws
 */
export async function readBoundedText(
	body: AsyncIterable<Uint8Array>,
	maxBytes: number,
): Promise<string> {
	const parts: Uint8Array[] = [];
	let left = maxBytes;
	for await (const chunk of body) {
		const part = chunk.subarray(0, left);
		parts.push(part);
		left -= part.length;
		if (left <= 0) break;
	}
	return Buffer.concat(parts).toString('utf8');
}
