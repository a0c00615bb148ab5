import { FileError } from './errors';

/** Where readers look for the end mark (ISO 32000-1, Annex H, note 18). */
const TAIL_BYTES = 1024;

const END_MARK = '%%EOF';

/**
 * Hands a PDF on and looks whether it comes to its end. A storage that announces too short a length is
 * obeyed by HTTP clients, which drop the rest without a word.
 * @throws FileError `length` after the last byte of a PDF that has no end
 */
export async function* wholePdf(
	source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
	let tail: Uint8Array = new Uint8Array();
	for await (const chunk of source) {
		tail = chunk.length < TAIL_BYTES ? Buffer.concat([tail, chunk]) : chunk;
		tail = tail.slice(-TAIL_BYTES);
		yield chunk;
	}
	if (!Buffer.from(tail).includes(END_MARK)) {
		throw new FileError('length', 'The PDF is damaged: it ends before it is complete');
	}
}
