import { constants, deflateRawSync } from 'node:zlib';

import fc from 'fast-check';

import { inflate } from '../../../nodes/ImaginePdf/core/zip/inflate.ts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);

interface Inflated {
	bytes: Buffer;
	/** What arrived in pieces, from the runtime's `DecompressionStream`. */
	pieces: Uint8Array[];
	/** Bytes of work on the main thread. */
	worked: number;
}

/** Inflates what an archive says has `declared` bytes, into something that takes `limit` bytes. */
async function inflated(
	parts: Uint8Array[],
	declared: number | undefined,
	limit = Infinity,
): Promise<Inflated> {
	async function* compressed() {
		yield* parts;
	}
	const seen: Inflated = { bytes: Buffer.alloc(0), pieces: [], worked: 0 };
	let whole: Buffer | undefined;
	let size = 0;
	const output = {
		add: (bytes: Uint8Array) => {
			size += bytes.length;
			if (size > limit) throw new Error(`${size} bytes are too many`);
			seen.pieces.push(Buffer.from(bytes));
		},
		addWhole: (bytes: Buffer) => {
			whole = bytes;
		},
	};
	await inflate(
		compressed(),
		output,
		() => declared,
		async (bytes) => void (seen.worked += bytes),
	);
	seen.bytes = whole ?? Buffer.concat(seen.pieces);
	return seen;
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

describe('inflate', () => {
	it('inflate gives back what zlib has packed in any way, on the main thread and off it', async () => {
		const ways = new Set<boolean>();
		await fc.assert(
			fc.asyncProperty(data, options, async (bytes, how) => {
				const result = await inflated([deflateRawSync(bytes, how)], bytes.length);
				expect(result.bytes.equals(bytes)).toBe(true);
				ways.add(result.pieces.length > 0);
				expect(result.worked).toBe(result.pieces.length > 0 ? 0 : bytes.length);
			}),
			{ numRuns: 300 },
		);
		expect(ways.size).toBe(2);
	});

	it('inflate reads an entry that comes in parts', async () => {
		const text = Buffer.from('one two three one two three');
		const packed = deflateRawSync(text);
		const parts = Array.from(packed, (_, at) => packed.subarray(at, at + 1));
		expect((await inflated(parts, text.length)).bytes.toString()).toBe(text.toString());
	});

	it('inflate works off the main thread on what has no declared size', async () => {
		const text = Buffer.from('one two three');
		const result = await inflated([deflateRawSync(text)], undefined);
		expect(result.bytes.toString()).toBe(text.toString());
		expect(result.worked).toBe(0);
	});

	it('inflate expands a bomb of less than 32 kB piece by piece, until its receiver has had enough', async () => {
		const packed = deflateRawSync(Buffer.alloc(20_000_000));
		expect(packed.length).toBeLessThan(32_768);
		const work = inflated([packed], 20_000_000, 1_000_000);
		await expect(work).rejects.toThrow(/^1\d{6} bytes are too many$/);
	});

	it('inflate takes no memory for more than a header declares, and hands out one byte more', async () => {
		const packed = deflateRawSync(Buffer.alloc(20_000_000));
		const { bytes } = await inflated([packed], 10);
		expect(bytes).toHaveLength(11);
		expect(bytes.buffer.byteLength).toBeLessThan(100_000);
	});

	it('inflate refuses data that refers to what was before its beginning', async () => {
		const dictionary = Buffer.from('the name of another customer');
		const packed = deflateRawSync(dictionary, { dictionary });
		await expect(inflated([packed], dictionary.length)).rejects.toMatchObject(damaged);
	});

	it('inflate refuses an entry without any data', async () => {
		await expect(inflated([], 0)).rejects.toMatchObject(damaged);
		await expect(inflated([], 100)).rejects.toMatchObject(damaged);
	});

	it('inflate refuses a stream that is cut off anywhere', async () => {
		const text = Buffer.from('a stream of some length, a stream of bytes');
		for (const level of [0, 6]) {
			const packed = deflateRawSync(text, { level });
			for (let length = 0; length < packed.length; length++) {
				const cut = inflated([packed.subarray(0, length)], text.length);
				await expect(cut).rejects.toMatchObject(damaged);
			}
		}
	});

	it('inflate ends on any input with an ArchiveError, or with no more than one byte too many', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), async (junk, declared) => {
				try {
					const { bytes } = await inflated([junk], declared);
					expect(bytes.length).toBeLessThanOrEqual(declared + 1);
				} catch (thrown) {
					expect(thrown).toMatchObject(damaged);
				}
			}),
			{ numRuns: 3000 },
		);
	});
});
