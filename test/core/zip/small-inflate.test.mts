import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import { SmallInflate } from '../../../nodes/ImaginePdf/core/zip/smallInflate.ts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);

/** One for all, as for the entries of an archive: each finds what the others have left. */
const inflater = new SmallInflate();

function inflate(...parts: Uint8Array[]): Buffer {
	inflater.open(parts);
	const pieces: Buffer[] = [];
	for (let piece = inflater.step(); piece; piece = inflater.step()) {
		expect(piece.length).toBeLessThan(100_000);
		pieces.push(Buffer.from(piece));
	}
	return Buffer.concat(pieces);
}

/** Data with structure: literals, short and long repeats, from near and far. */
const data = fc
	.array(
		fc.oneof(
			fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
			fc
				.tuple(fc.string({ maxLength: 12 }), fc.nat(3000))
				.map(([text, times]) => Buffer.from(text.repeat(times))),
			fc.nat(70_000).map((size) => Buffer.alloc(size, 0x41)),
		),
		{ maxLength: 8 },
	)
	.map((parts) => Buffer.concat([...parts, ...parts]));

const options = fc.record({
	level: fc.integer({ min: 0, max: 9 }),
	strategy: fc.constantFrom(
		constants.Z_DEFAULT_STRATEGY,
		constants.Z_FIXED,
		constants.Z_HUFFMAN_ONLY,
		constants.Z_RLE,
		constants.Z_FILTERED,
	),
	memLevel: fc.integer({ min: 1, max: 9 }),
	windowBits: fc.integer({ min: 9, max: 15 }),
});

describe('SmallInflate', () => {
	it('gives back what zlib has packed, in every way zlib packs', () => {
		fc.assert(
			fc.property(data, options, (bytes, how) => {
				expect(inflate(deflateRawSync(bytes, how)).equals(bytes)).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	it('takes its input in parts', () => {
		const packed = deflateRawSync(Buffer.from('one two three one two three'));
		expect(inflate(packed.subarray(0, 3), packed.subarray(3)).toString()).toBe(
			'one two three one two three',
		);
	});

	it('shows nothing of an entry to the next one', () => {
		inflate(deflateRawSync(Buffer.from('the name of another customer '.repeat(4000))));
		// With a dictionary zlib begins with a repeat of what was before the beginning.
		const dictionary = Buffer.from('the name of another customer');
		const packed = deflateRawSync(dictionary, { dictionary });
		expect(() => inflate(packed)).toThrow(/cannot be decompressed/);
		expect(inflate(deflateRawSync(Buffer.from('two'))).toString()).toBe('two');
		expect(() => inflate()).toThrow(/cannot be decompressed/);
	});

	it('unfolds a bomb in small steps', () => {
		const packed = deflateRawSync(Buffer.alloc(20_000_000));
		expect(packed.length).toBeLessThan(32_768);
		expect(inflate(packed).equals(Buffer.alloc(20_000_000))).toBe(true);
	});

	it('refuses a stream that is cut off anywhere, or followed by anything', () => {
		for (const level of [0, 6]) {
			const packed = deflateRawSync(Buffer.from('a stream of some length, a stream of bytes'), {
				level,
			});
			for (let length = 0; length < packed.length; length++) {
				expect(() => inflate(packed.subarray(0, length))).toThrow(/cannot be decompressed/);
			}
			expect(() => inflate(packed, Buffer.alloc(1))).toThrow(/cannot be decompressed/);
		}
	});

	it('ends on any input, and never tells more than zlib would', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
				let own: Buffer | undefined;
				try {
					own = inflate(junk);
				} catch (thrown) {
					expect(thrown).toMatchObject({ name: 'ArchiveError', code: 'damaged' });
				}
				if (own) expect(inflateRawSync(junk).equals(own)).toBe(true);
			}),
			{ numRuns: 5000 },
		);
	});

	it('refuses damaged streams, or reads them as zlib does', () => {
		const packed = deflateRawSync(
			Buffer.from('the quick brown fox jumps over the lazy dog '.repeat(20)),
			{ strategy: constants.Z_DEFAULT_STRATEGY },
		);
		for (let bit = 0; bit < packed.length * 8; bit++) {
			const flipped = Buffer.from(packed);
			flipped.writeUInt8((flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
			let own: Buffer | undefined;
			try {
				own = inflate(flipped);
			} catch (thrown) {
				expect(thrown).toMatchObject({ code: 'damaged' });
			}
			if (own) expect(inflateRawSync(flipped).equals(own)).toBe(true);
		}
	});
});
