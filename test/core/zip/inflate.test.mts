import { constants, crc32 as zlibCrc32, deflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import { crc32 } from '../../../nodes/ImaginePdf/core/zip/crc32.ts';
import { inflate } from '../../../nodes/ImaginePdf/core/zip/inflate.ts';

/** Inflates what an archive says has `declared` bytes, into something that takes `limit` bytes. */
async function inflated(parts: Uint8Array[], declared: number | undefined, limit = Infinity) {
	async function* compressed() {
		yield* parts;
	}
	const pieces: Uint8Array[] = [];
	let [worked, size] = [0, 0];
	const add = (piece: Uint8Array) => {
		size += piece.length;
		if (size > limit) throw new Error(`${size} bytes are too many`);
		pieces.push(Buffer.isBuffer(piece) ? piece : Buffer.from(piece));
	};
	const count = async (bytes: number) => void (worked += bytes);
	await inflate(compressed(), add, () => declared, count);
	return { bytes: Buffer.concat(pieces), worked, first: pieces[0] };
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
	it('inflate gives back what zlib has packed in any way, on the main thread and off it', async () => {
		const ways = new Set<boolean>();
		const property = fc.asyncProperty(data, options, async (bytes, how) => {
			const result = await inflated([deflateRawSync(bytes, how)], bytes.length);
			expect(result.bytes.equals(bytes)).toBe(true);
			expect([0, bytes.length]).toContain(result.worked);
			ways.add(result.worked > 0);
		});
		await fc.assert(property, { numRuns: 300 });
		expect(ways.size).toBe(2);
	});

	const text = Buffer.from('a stream of some length, a stream of bytes');
	const packed = deflateRawSync(text);
	const zeros = deflateRawSync(Buffer.alloc(20_000_000));

	it('inflate reads an entry that comes in parts', async () => {
		const parts = Array.from(packed, (_, at) => packed.subarray(at, at + 1));
		expect((await inflated(parts, text.length)).bytes).toEqual(text);
	});

	it('inflate works off the main thread on what has no declared size', async () => {
		expect(await inflated([packed], undefined)).toMatchObject({ bytes: text, worked: 0 });
	});

	it('inflate expands a bomb of less than 32 kB no further than it is read', async () => {
		expect(zeros.length).toBeLessThan(32_768);
		const work = inflated([zeros], 20_000_000, 1_000_000);
		await expect(work).rejects.toThrow(/^1\d{6} bytes are too many$/);
	});

	it('inflate takes no memory for more than a header declares, and gives one byte more', async () => {
		const { bytes, first } = await inflated([zeros], 10);
		expect(bytes).toHaveLength(11);
		expect(first?.buffer.byteLength).toBeLessThan(100_000);
	});

	it('inflate refuses data that refers to what was before its beginning', async () => {
		const dictionary = Buffer.from('the name of another customer');
		const before = deflateRawSync(dictionary, { dictionary });
		await expect(inflated([before], dictionary.length)).rejects.toMatchObject(damaged);
	});

	it('inflate refuses a stream that is cut off anywhere, or not there', async () => {
		for (const whole of [packed, deflateRawSync(text, { level: 0 })]) {
			for (let length = 0; length < whole.length; length++) {
				const cut = inflated([whole.subarray(0, length)], text.length);
				await expect(cut).rejects.toMatchObject(damaged);
			}
		}
		await expect(inflated([], 0)).rejects.toMatchObject(damaged);
	});

	it('inflate ends on any input with an ArchiveError, or gives no more than one byte too many', async () => {
		const property = async (junk: Uint8Array, declared: number) => {
			const read = await inflated([junk], declared).catch((thrown: unknown) => thrown);
			if (read instanceof Error) expect(read).toMatchObject(damaged);
			else expect((read as { bytes: Buffer }).bytes.length).toBeLessThanOrEqual(declared + 1);
		};
		const input = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), property);
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
