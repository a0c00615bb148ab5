import { damaged } from './errors';

/** Decodes one symbol by one look: the entry at the next bits is `symbol << 4 | length of its code`. */
export interface HuffmanTable {
	table: Uint16Array;
	/** Which of the next bits are the index. */
	mask: number;
}

const MAX_CODE_BITS = 15;

/**
 * The table for these code lengths (RFC 1951, section 3.2.2). Bits that are no code have the entry
 * 0: an incomplete set of codes is allowed, as for a block with a single distance.
 *
 * @throws ArchiveError `damaged` where there are more codes than fit
 */
export function huffmanTable(lengths: Uint8Array): HuffmanTable {
	const counts = new Uint16Array(MAX_CODE_BITS + 1);
	let longest = 0;
	for (const length of lengths) {
		if (length === 0) continue;
		counts[length] = counts[length]! + 1;
		longest = Math.max(longest, length);
	}
	const next = firstCodes(counts);
	const table = new Uint16Array(1 << longest);
	for (let symbol = 0; symbol < lengths.length; symbol++) {
		const length = lengths[symbol]!;
		if (length === 0) continue;
		const code = next[length]!;
		next[length] = code + 1;
		const entry = (symbol << 4) | length;
		for (let index = reversed(code, length); index < table.length; index += 1 << length) {
			table[index] = entry;
		}
	}
	return { table, mask: table.length - 1 };
}

function firstCodes(counts: Uint16Array): Uint16Array {
	const first = new Uint16Array(MAX_CODE_BITS + 1);
	let code = 0;
	for (let length = 1; length <= MAX_CODE_BITS; length++) {
		code = (code + counts[length - 1]!) << 1;
		if (code + counts[length]! > 1 << length) throw damaged('an entry cannot be decompressed');
		first[length] = code;
	}
	return first;
}

/** Codes come with their highest bit first, unlike everything else. */
function reversed(code: number, length: number): number {
	let result = 0;
	for (let bit = 0; bit < length; bit++) result |= ((code >>> bit) & 1) << (length - 1 - bit);
	return result;
}

/** The codes of a block: for literals and lengths, and for distances. */
export interface BlockCodes {
	readonly literals: HuffmanTable;
	readonly distances: HuffmanTable;
}

let fixed: BlockCodes | undefined;

/** Those of blocks without codes of their own (RFC 1951, section 3.2.6). */
export function fixedCodes(): BlockCodes {
	return (fixed ??= {
		literals: huffmanTable(
			Uint8Array.from({ length: 288 }, (_, symbol) =>
				symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
			),
		),
		distances: huffmanTable(new Uint8Array(30).fill(5)),
	});
}
