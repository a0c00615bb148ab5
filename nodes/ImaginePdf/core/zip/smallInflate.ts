import { fixedCodes, huffmanTable, type BlockCodes, type HuffmanTable } from './huffman';
import {
	CODE_LENGTH_ORDER,
	DISTANCE_BASE,
	DISTANCE_EXTRA,
	LENGTH_BASE,
	LENGTH_EXTRA,
} from './deflateTables';
import { damaged } from './errors';

/**
 * Raw deflate (RFC 1951) for data that is whole in memory. `DecompressionStream` costs about a third
 * of a millisecond to set up, ten times what a small PDF takes to inflate; for large entries it is
 * the better one, as it works outside the main thread.
 */

const WINDOW = 32 * 1024;
/** Output per step: half a millisecond of work. */
const STEP = 64 * 1024;
const MAX_MATCH = 258;
/** Zeros behind the input, so that the hot loop may read ahead without looking. */
const PADDING = 16;

const NOTHING = new Uint8Array(0);

const broken = (): Error => damaged('an entry cannot be decompressed');

export class SmallInflate {
	private input: Uint8Array = NOTHING;
	private end = 0;
	private at = 0;
	private hold = 0;
	private bits = 0;

	// Not zeroed: nothing is read before it is written.
	private readonly output = Buffer.allocUnsafeSlow(WINDOW + STEP + MAX_MATCH);
	private written = 0;
	/** Bytes of `output` that were handed out before, and are kept as history. */
	private told = 0;

	private block: 'none' | 'stored' | 'codes' | 'finished' = 'none';
	private isLast = false;
	private storedLeft = 0;
	private codes: BlockCodes = fixedCodes();

	/** Begins with the next entry, whose compressed bytes are these. */
	open(parts: readonly Uint8Array[]): void {
		this.end = 0;
		for (const part of parts) this.end += part.length;
		if (this.input.length < this.end + PADDING) {
			this.input = Buffer.allocUnsafeSlow(Math.max(2 * this.input.length, this.end + PADDING));
		}
		let at = 0;
		for (const part of parts) {
			this.input.set(part, at);
			at += part.length;
		}
		this.input.fill(0, at, at + PADDING);
		this.at = 0;
		this.hold = 0;
		this.bits = 0;
		this.written = 0;
		this.told = 0;
		this.block = 'none';
		this.isLast = false;
	}

	/**
	 * The next piece of the output, `undefined` at the end. A piece is valid until the next step.
	 * @throws ArchiveError `damaged` unless the input is exactly one complete deflate stream
	 */
	step(): Uint8Array | undefined {
		this.forget();
		while (this.written < WINDOW + STEP && this.block !== 'finished') {
			if (this.block === 'none') this.readBlockHeader();
			else if (this.block === 'stored') this.copyStored();
			else this.decode();
		}
		if (this.written > this.told) {
			const piece = this.output.subarray(this.told, this.written);
			this.told = this.written;
			return piece;
		}
		if (this.at - (this.bits >>> 3) !== this.end) throw broken();
		return undefined;
	}

	/** Keeps only what later matches can refer to. */
	private forget(): void {
		if (this.written <= WINDOW) return;
		this.output.copyWithin(0, this.written - WINDOW, this.written);
		this.written = WINDOW;
		this.told = WINDOW;
	}

	private readBlockHeader(): void {
		if (this.isLast) {
			this.block = 'finished';
			return;
		}
		this.isLast = this.take(1) === 1;
		const type = this.take(2);
		if (type === 0) this.openStored();
		else if (type === 1) this.openCodes(fixedCodes());
		else if (type === 2) this.openDynamic();
		else throw broken();
	}

	private openStored(): void {
		this.take(this.bits & 7);
		const length = this.take(16);
		if ((length ^ this.take(16)) !== 0xffff) throw broken();
		this.at -= this.bits >>> 3;
		this.bits = 0;
		this.hold = 0;
		this.storedLeft = length;
		this.block = 'stored';
	}

	private copyStored(): void {
		const size = Math.min(this.storedLeft, WINDOW + STEP - this.written);
		if (this.at + size > this.end) throw broken();
		this.output.set(this.input.subarray(this.at, this.at + size), this.written);
		this.at += size;
		this.written += size;
		this.storedLeft -= size;
		if (this.storedLeft === 0) this.block = 'none';
	}

	private openCodes(codes: BlockCodes): void {
		this.codes = codes;
		this.block = 'codes';
	}

	private openDynamic(): void {
		const literalCount = this.take(5) + 257;
		const distanceCount = this.take(5) + 1;
		const codeCount = this.take(4) + 4;
		if (literalCount > 286 || distanceCount > 30) throw broken();
		const codeLengths = new Uint8Array(19);
		for (let index = 0; index < codeCount; index++) {
			codeLengths[CODE_LENGTH_ORDER[index]!] = this.take(3);
		}
		const lengths = this.readLengths(huffmanTable(codeLengths), literalCount + distanceCount);
		this.openCodes({
			literals: huffmanTable(lengths.subarray(0, literalCount)),
			distances: huffmanTable(lengths.subarray(literalCount)),
		});
	}

	/** Run-length coded code lengths (RFC 1951, section 3.2.7). */
	private readLengths(codes: HuffmanTable, count: number): Uint8Array {
		const lengths = new Uint8Array(count);
		for (let index = 0; index < count;) {
			const symbol = this.symbol(codes);
			if (symbol < 16) {
				lengths[index++] = symbol;
				continue;
			}
			if (symbol === 16 && index === 0) throw broken();
			const value = symbol === 16 ? lengths[index - 1]! : 0;
			const run =
				symbol === 16 ? 3 + this.take(2) : symbol === 17 ? 3 + this.take(3) : 11 + this.take(7);
			if (index + run > count) throw broken();
			lengths.fill(value, index, index + run);
			index += run;
		}
		return lengths;
	}

	/** The hot loop: literals and matches until the output is full or the block ends. */
	private decode(): void {
		const { input, output, end } = this;
		const { table: literals, mask: literalMask } = this.codes.literals;
		const { table: distances, mask: distanceMask } = this.codes.distances;
		// Exports of another module are looked up at every use; locals are not.
		const [lengthBase, lengthExtra] = [LENGTH_BASE, LENGTH_EXTRA];
		const [distanceBase, distanceExtra] = [DISTANCE_BASE, DISTANCE_EXTRA];
		let { at, hold, bits, written } = this;
		while (written < WINDOW + STEP) {
			while (bits < 15) {
				hold |= input[at++]! << bits;
				bits += 8;
			}
			let entry = literals[hold & literalMask]!;
			let used = entry & 15;
			if (used === 0 || at > end + PADDING) throw broken();
			hold >>>= used;
			bits -= used;
			let symbol = entry >>> 4;
			if (symbol < 256) {
				output[written++] = symbol;
				continue;
			}
			if (symbol === 256) {
				this.block = 'none';
				break;
			}
			symbol -= 257;
			if (symbol > 28) throw broken();
			let extra = lengthExtra[symbol]!;
			while (bits < extra + 15) {
				hold |= input[at++]! << bits;
				bits += 8;
			}
			const length = lengthBase[symbol]! + (hold & ((1 << extra) - 1));
			hold >>>= extra;
			bits -= extra;

			entry = distances[hold & distanceMask]!;
			used = entry & 15;
			symbol = entry >>> 4;
			if (used === 0 || symbol > 29) throw broken();
			hold >>>= used;
			bits -= used;
			extra = distanceExtra[symbol]!;
			while (bits < extra) {
				hold |= input[at++]! << bits;
				bits += 8;
			}
			const distance = distanceBase[symbol]! + (hold & ((1 << extra) - 1));
			hold >>>= extra;
			bits -= extra;
			if (distance > written) throw broken();
			for (let from = written - distance, stop = written + length; written < stop;) {
				output[written++] = output[from++]!;
			}
		}
		Object.assign(this, { at, hold, bits, written });
	}

	private symbol({ table, mask }: HuffmanTable): number {
		this.fill(15);
		const entry = table[this.hold & mask]!;
		const used = entry & 15;
		if (used === 0) throw broken();
		this.drop(used);
		return entry >>> 4;
	}

	private take(count: number): number {
		this.fill(count);
		const value = this.hold & ((1 << count) - 1);
		this.drop(count);
		return value;
	}

	private fill(count: number): void {
		while (this.bits < count) {
			if (this.at >= this.end + PADDING) throw broken();
			this.hold |= this.input[this.at++]! << this.bits;
			this.bits += 8;
		}
	}

	private drop(count: number): void {
		this.hold >>>= count;
		this.bits -= count;
	}
}
