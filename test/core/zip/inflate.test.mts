import { constants, crc32 as zlibCrc32, deflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import { crc32 } from '../../../nodes/ImaginePdf/core/zip/crc32.ts';
import { inflated } from '../../../nodes/ImaginePdf/core/zip/inflate.ts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);

/** Inflates what an archive says has `declared` bytes, up to somewhat more than `limit` bytes. */
async function inflate(parts: Uint8Array[], declared: number | undefined, limit = Infinity) {
	async function* compressed() {
		yield* parts;
	}
	const pieces: Uint8Array[] = [];
	let [worked, size] = [0, 0];
	const count = async (bytes: number) => void (worked += bytes);
	for await (const piece of inflated(compressed(), () => declared, count)) {
		pieces.push(piece);
		size += piece.length;
		if (size > limit) break;
	}
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

describe('inflated', () => {
	it('inflated gives back what zlib has packed in any way, on the main thread and off it', async () => {
		const ways = new Set<boolean>();
		const property = fc.asyncProperty(data, options, async (bytes, how) => {
			const result = await inflate([deflateRawSync(bytes, how)], bytes.length);
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

	it('inflated reads an entry that comes in parts', async () => {
		const parts = Array.from(packed, (_, at) => packed.subarray(at, at + 1));
		expect((await inflate(parts, text.length)).bytes).toEqual(text);
	});

	it('inflated works off the main thread on what has no declared size', async () => {
		expect(await inflate([packed], undefined)).toMatchObject({ bytes: text, worked: 0 });
	});

	it('inflated expands a bomb of less than 32 kB no further than it is read', async () => {
		expect(zeros.length).toBeLessThan(32_768);
		const { bytes } = await inflate([zeros], 20_000_000, 1_000_000);
		expect(bytes.length).toBeLessThan(2_000_000);
	});

	it('inflated takes no memory for more than a header declares, and gives one byte more', async () => {
		const { bytes, first } = await inflate([zeros], 10);
		expect(bytes).toHaveLength(11);
		expect(first?.buffer.byteLength).toBeLessThan(100_000);
	});

	it('inflated refuses data that refers to what was before its beginning', async () => {
		const dictionary = Buffer.from('the name of another customer');
		const before = deflateRawSync(dictionary, { dictionary });
		await expect(inflate([before], dictionary.length)).rejects.toMatchObject(damaged);
	});

	it('inflated refuses a stream that is cut off anywhere, or not there', async () => {
		for (const whole of [packed, deflateRawSync(text, { level: 0 })]) {
			for (let length = 0; length < whole.length; length++) {
				const cut = inflate([whole.subarray(0, length)], text.length);
				await expect(cut).rejects.toMatchObject(damaged);
			}
		}
		await expect(inflate([], 0)).rejects.toMatchObject(damaged);
	});

	it('inflated ends on any input with an ArchiveError, or gives no more than one byte too many', async () => {
		const property = async (junk: Uint8Array, declared: number) => {
			const read = await inflate([junk], declared).catch((thrown: unknown) => thrown);
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
