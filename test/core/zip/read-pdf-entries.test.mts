import { Readable } from 'node:stream';

import fc from 'fast-check';
import { ZipFile } from 'yazl';

import { readPdfEntries } from '../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
import { rawZip, type RawEntry } from '../../support/raw-zip.mts';
import { digest, summary, turn } from './support/read.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

interface File {
	name: string;
	data: Buffer;
	compress: boolean;
	/** Written as a stream, that is with a data descriptor. */
	streamed: boolean;
}

/** An archive as a well-kept library writes it, with a folder and a comment. */
async function yazlZip(files: File[], forceZip64Format = false): Promise<Buffer> {
	const zip = new ZipFile();
	zip.addEmptyDirectory('2026');
	for (const { name, data, compress, streamed } of files) {
		const how = { compress, forceZip64Format };
		if (streamed) zip.addReadStreamLazy(name, how, (give) => give(null, Readable.from([data])));
		else zip.addBuffer(data, name, how);
	}
	zip.end({ forceZip64Format, comment: 'Rendered by ImaginePDF' });
	const chunks: Buffer[] = [];
	for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
	return Buffer.concat(chunks);
}

function invoices(count: number, variant: Partial<File> = {}): File[] {
	return Array.from({ length: count }, (_, index) => ({
		name: `invoice-${index + 1}.pdf`,
		data: fakePdf(50 + ((index * 7919) % 5000), index),
		compress: true,
		streamed: false,
		...variant,
	}));
}

const pairs = (files: Array<{ name: string | Buffer; data: Buffer }>) =>
	files.map(({ name, data }) => [name, digest(data)]);

describe('readPdfEntries on archives of a library', () => {
	it.each([0, 1, 250])('readPdfEntries gives %d PDFs in their order', async (count) => {
		const files = invoices(count);
		expect(await summary(await yazlZip(files))).toEqual(pairs(files));
	});

	it.each([
		['stored', { compress: false }],
		['deflated', { compress: true }],
		['stored, with data descriptors', { compress: false, streamed: true }],
		['deflated, with data descriptors', { compress: true, streamed: true }],
	])('readPdfEntries reads entries that are %s', async (_, variant) => {
		const files = invoices(5, variant);
		expect(await summary(await yazlZip(files))).toEqual(pairs(files));
		expect(await summary(await yazlZip(files, true))).toEqual(pairs(files));
	});

	it('readPdfEntries reads the same bytes from random archives in random chunks', async () => {
		const file = fc.record({
			name: fc
				.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
				.filter((name) => !/[\\/:\0]|^\.\.?$/.test(name)),
			data: fc.tuple(fc.nat(20_000), fc.nat(1000)).map(([size, seed]) => fakePdf(size, seed)),
			compress: fc.boolean(),
			streamed: fc.boolean(),
		});
		const cuts = fc.array(fc.integer({ min: 200, max: 9000 }), { minLength: 1, maxLength: 5 });
		const property = async (files: File[], zip64: boolean, sizes: number[]) => {
			const source = new ChunkSource(cutBy(await yazlZip(files, zip64), sizes));
			expect(await summary(source)).toEqual(pairs(files));
		};
		const archives = fc.asyncProperty(
			fc.array(file, { maxLength: 6 }),
			fc.boolean(),
			cuts,
			property,
		);
		await fc.assert(archives, { numRuns: 40 });
	});
});

describe('readPdfEntries on everything the format allows', () => {
	const pdf = fakePdf(300, 3);
	const FORMS = ['none', 'signed', 'unsigned', 'signed64', 'unsigned64'] as const;
	const inner = rawZip([{ name: 'inner.pdf', data: pdf, descriptor: 'signed' }]);
	/** A PDF that contains a whole ZIP: records everywhere. */
	const trap = Buffer.concat([fakePdf(100), inner, inner]);

	const entries: RawEntry[] = [0, 8].flatMap((method) =>
		FORMS.flatMap((descriptor) =>
			[pdf, trap].map((data, index) => {
				return { name: `${method}-${descriptor}-${index}.pdf`, data, method, descriptor };
			}),
		),
	);

	it.each([1, 7, 100, 1_000_000])(
		'readPdfEntries finds the end of each kind of entry, in chunks of %d',
		async (size) => {
			const source = new ChunkSource(inChunks(rawZip(entries), size));
			expect(await summary(source)).toEqual(pairs(entries));
		},
	);

	it('readPdfEntries finds the end of each kind of entry where it is the last one', async () => {
		for (const entry of entries) expect(await summary(rawZip([entry]))).toEqual(pairs([entry]));
	});

	it.each(FORMS)(
		'readPdfEntries finds the end of an entry without data: %s',
		async (descriptor) => {
			const empty = { name: 'empty', data: Buffer.alloc(0), method: 0, descriptor };
			const zip = rawZip([empty, { name: 'a.pdf', data: pdf }]);
			expect(await summary(zip)).toEqual([
				['empty', 'no PDF'],
				['a.pdf', digest(pdf)],
			]);
		},
	);

	it('readPdfEntries reads zip64, and a directory in another order with comments and fields', async () => {
		const files = [
			{ name: 'a.pdf', data: pdf, comment: Buffer.from('first'), extra: Buffer.from('junk') },
			{ name: 'b.pdf', data: trap, zip64: true },
		];
		const comment = Buffer.alloc(65_535, 0x50);
		const zip = rawZip(files, { listed: (all) => all.toReversed(), comment, zip64: true });
		expect(await summary(zip)).toEqual(pairs(files));
	});

	const at = (offset: number) => Buffer.concat([Buffer.alloc(offset, 0x20), pdf]);
	const bzip2 = { data: Buffer.from('BZh91AY'), method: 12 };

	it.each<[string, Omit<RawEntry, 'name'>, string]>([
		['its mark within 1024 bytes', { data: at(1019) }, digest(at(1019))],
		['its mark later', { data: at(1020) }, 'no PDF'],
		['nothing but its mark', { data: Buffer.from('%PDF-') }, digest(Buffer.from('%PDF-'))],
		['a part of its mark', { data: Buffer.from('%PDF') }, 'no PDF'],
		['an archive instead', { data: inner }, 'no PDF'],
		['another compression', bzip2, 'no PDF'],
		['another compression and a descriptor', { ...bzip2, descriptor: 'signed' }, 'no PDF'],
	])('readPdfEntries tells a PDF with %s, and goes on', async (_, entry, told) => {
		const zip = rawZip([
			{ name: 'a', ...entry },
			{ name: 'b.pdf', data: pdf },
		]);
		const read = await summary(new ChunkSource(inChunks(zip, 10)));
		expect(read).toEqual([
			['a', told],
			['b.pdf', digest(pdf)],
		]);
	});

	it.each<[string, Partial<RawEntry>, string]>([
		['UTF-8', { name: '請求書.pdf' }, '請求書.pdf'],
		['UTF-8 without its flag', { name: Buffer.from('請求書.pdf') }, '請求書.pdf'],
		['another encoding', { name: Buffer.from([0x61, 0xff]) }, 'a\ufffd'],
	])('readPdfEntries reads a name in %s', async (_, { name = '' }, expected) => {
		const [read] = await summary(rawZip([{ name, data: pdf }]));
		expect(read?.[0]).toBe(expected);
	});
});

describe('readPdfEntries takes no more than it needs', () => {
	it('readPdfEntries reads nothing while the consumer works on an entry', async () => {
		const chunks = inChunks(await yazlZip(invoices(20, { compress: false })), 256);
		const source = new ChunkSource(chunks);
		let passed = 0;
		for await (const entry of readPdfEntries(source, turn)) {
			passed += entry.pdf?.length ?? 0;
			const before = source.pulled;
			await turn();
			await turn();
			expect(source.pulled).toBe(before);
			// Headers and names of the entries so far are well below 100 bytes each.
			expect(before * 256).toBeLessThan(passed + 20 * 100 + 256);
		}
		expect([source.pulled, source.returned]).toEqual([chunks.length, false]);
	});

	it.each<[string, number, Buffer]>([
		['entry of some size that it inflates itself', 8, Buffer.alloc(450_000, '%PDF-')],
		['32 small entries', 8 * 32, fakePdf(9)],
	])('readPdfEntries gives other work a turn for each %s', async (_, count, data) => {
		const zip = await yazlZip(invoices(count, { data }));
		let turns = 0;
		const pause = async () => void turns++;
		const source = new ChunkSource(inChunks(zip, 1000));
		for await (const { pdf } of readPdfEntries(source, pause)) expect(pdf).toEqual(data);
		expect(turns).toBeGreaterThanOrEqual(8);
	});

	it('readPdfEntries goes on only when other work has had its turn', async () => {
		const MIB = 1024 * 1024;
		const big = fakePdf(20 * MIB);
		const zip = rawZip([{ name: 'big.pdf', data: big, method: 0 }]);
		const source = new ChunkSource(inChunks(zip, MIB));
		const turns: Array<() => void> = [];
		const pause = async () => await new Promise<void>((resolve) => turns.push(resolve));
		const entry = readPdfEntries(source, pause).next();
		await turn();
		// Two turns are asked for, each after 4 MiB; the first is waited for with the second.
		expect([source.pulled, turns.length]).toEqual([8, 2]);
		turns[0]?.();
		await turn();
		expect([source.pulled, turns.length]).toEqual([12, 3]);
		for (let next = 1; next < 5; next++) {
			turns[next]?.();
			await turn();
		}
		const { value } = await entry;
		expect(value?.pdf?.equals(big)).toBe(true);
	});
});
