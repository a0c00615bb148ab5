import { constants, crc32 as zlibCrc32, deflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import { crc32 } from '../../../nodes/ImaginePdf/core/zip/crc32.ts';
import { inflate } from '../../../nodes/ImaginePdf/core/zip/inflate.ts';

/** Inflates into something that takes `limit` bytes. */
async function inflated(parts: Uint8Array[], limit = Infinity) {
	async function* compressed() {
		yield* parts;
	}
	const pieces: Uint8Array[] = [];
	let size = 0;
	const add = (piece: Uint8Array) => {
		size += piece.length;
		if (size > limit) throw new Error(`${size} bytes are too many`);
		pieces.push(Buffer.isBuffer(piece) ? piece : Buffer.from(piece));
	};
	await inflate(compressed(), add);
	return Buffer.concat(pieces);
}

const damaged = { name: 'ArchiveError', code: 'damaged' };

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

const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED } = constants;
const options = fc.record({
	level: fc.integer({ min: 0, max: 9 }),
	strategy: fc.constantFrom(Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_FILTERED),
	memLevel: fc.integer({ min: 1, max: 9 }),
	windowBits: fc.integer({ min: 9, max: 15 }),
});

describe('inflate', () => {
	it('inflate gives back what zlib has packed in any way', async () => {
		const property = fc.asyncProperty(data, options, async (bytes, how) => {
			expect((await inflated([deflateRawSync(bytes, how)])).equals(bytes)).toBe(true);
		});
		await fc.assert(property, { numRuns: 300 });
	});

	const text = Buffer.from('a stream of some length, a stream of bytes');
	const packed = deflateRawSync(text);
	const zeros = deflateRawSync(Buffer.alloc(20_000_000));

	it('inflate reads an entry that comes in parts', async () => {
		const parts = Array.from(packed, (_, at) => packed.subarray(at, at + 1));
		expect(await inflated(parts)).toEqual(text);
	});

	it('inflate expands a bomb no further than it is read', async () => {
		const work = inflated([zeros], 1_000_000);
		await expect(work).rejects.toThrow(/^1\d{6} bytes are too many$/);
	});

	it('inflate refuses data that refers to what was before its beginning', async () => {
		const dictionary = Buffer.from('the name of another customer');
		const before = deflateRawSync(dictionary, { dictionary });
		await expect(inflated([before])).rejects.toMatchObject(damaged);
	});

	it('inflate refuses a stream that is cut off anywhere, or not there', async () => {
		for (const whole of [packed, deflateRawSync(text, { level: 0 })]) {
			for (let length = 0; length < whole.length; length++) {
				const cut = inflated([whole.subarray(0, length)]);
				await expect(cut).rejects.toMatchObject(damaged);
			}
		}
		await expect(inflated([])).rejects.toMatchObject(damaged);
	});

	it('inflate ends on any input, with an ArchiveError where it fails', async () => {
		const property = async (junk: Uint8Array) => {
			const read = await inflated([junk]).catch((thrown: unknown) => thrown);
			if (!Buffer.isBuffer(read)) expect(read).toMatchObject(damaged);
		};
		const input = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), property);
		await fc.assert(input, { numRuns: 3000 });
	});
});

describe('crc32', () => {
	it('crc32 gives what zlib gives, at every length and alignment, in one piece and in two', () => {
		const property = (bytes: Uint8Array, offset: number, cut: number) => {
			const view = bytes.subarray(Math.min(offset, bytes.length));
			expect(crc32(view)).toBe(zlibCrc32(view));
			expect(crc32(view.subarray(cut), crc32(view.subarray(0, cut)))).toBe(crc32(view));
		};
		const input = fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(16), fc.nat(300), property);
		fc.assert(input, { numRuns: 300 });
	});
});
