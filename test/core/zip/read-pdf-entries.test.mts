import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import fc from 'fast-check';
import { ZipFile } from 'yazl';

import { readPdfEntries } from '../../../nodes/ImaginePdf/core/zip/readPdfEntries.ts';
import { rawZip, type RawEntry } from './support/raw-zip.mts';
import { digest, readAll, summary, turn } from './support/read.mts';
import { ChunkSource, cutBy, fakePdf, inChunks } from './support/sources.mts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);

interface File {
	name: string;
	data: Buffer;
	compress: boolean;
	/** Written as a stream, that is with a data descriptor. */
	streamed: boolean;
}

/** An archive as a well-kept library writes it. */
async function yazlZip(
	files: File[],
	options: { zip64?: boolean; comment?: string } = {},
): Promise<Buffer> {
	const zip = new ZipFile();
	const forceZip64Format = options.zip64 === true;
	for (const { name, data, compress, streamed } of files) {
		if (streamed) {
			zip.addReadStreamLazy(name, { compress, forceZip64Format }, (give) => {
				give(null, Readable.from([data]));
			});
		} else zip.addBuffer(data, name, { compress, forceZip64Format });
	}
	zip.end({ forceZip64Format, comment: options.comment ?? '' });
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

const pairs = (files: Array<{ name: string; data: Buffer }>): Array<[string, string]> =>
	files.map(({ name, data }) => [name, digest(data)]);

describe('readPdfEntries on archives of a library', () => {
	it.each([0, 1, 2, 101, 250])(
		'readPdfEntries hands out %d PDFs in the order of the archive',
		async (count) => {
			const files = invoices(count);
			expect(summary(await readAll(await yazlZip(files)))).toEqual(pairs(files));
		},
	);

	it.each([
		['stored', { compress: false }],
		['deflated', { compress: true }],
		['stored, with data descriptors', { compress: false, streamed: true }],
		['deflated, with data descriptors', { compress: true, streamed: true }],
	])('readPdfEntries reads entries that are %s', async (_, variant) => {
		const files = invoices(5, variant);
		expect(summary(await readAll(await yazlZip(files)))).toEqual(pairs(files));
		expect(summary(await readAll(await yazlZip(files, { zip64: true })))).toEqual(pairs(files));
	});

	it('readPdfEntries reads an archive with a comment, folders and other files', async () => {
		const zip = new ZipFile();
		zip.addEmptyDirectory('2026');
		zip.addBuffer(fakePdf(300), '2026/übersicht 請求書.pdf');
		zip.addBuffer(Buffer.from('{}'), 'manifest.json');
		zip.end({ forceZip64Format: false, comment: 'Rendered by ImaginePDF' });
		const chunks: Buffer[] = [];
		for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
		expect(summary(await readAll(Buffer.concat(chunks)))).toEqual([
			['2026/übersicht 請求書.pdf', digest(fakePdf(300))],
			['manifest.json', 'notPdf'],
		]);
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
		await fc.assert(
			fc.asyncProperty(
				fc.array(file, { maxLength: 6 }),
				fc.boolean(),
				fc.array(fc.integer({ min: 200, max: 9000 }), { minLength: 1, maxLength: 5 }),
				async (files, zip64, cuts) => {
					const source = new ChunkSource(cutBy(await yazlZip(files, { zip64 }), cuts));
					expect(summary(await readAll(source))).toEqual(pairs(files));
				},
			),
			{ numRuns: 40 },
		);
	});

	it('readPdfEntries reads an archive byte by byte', async () => {
		const files = [...invoices(2), ...invoices(2, { streamed: true, compress: false })];
		const source = new ChunkSource(inChunks(await yazlZip(files), 1));
		expect(summary(await readAll(source))).toEqual(pairs(files));
	});

	it('readPdfEntries reads a file stream', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'imaginepdf-zip-'));
		try {
			const files = invoices(20, { streamed: true });
			await writeFile(join(folder, 'a.zip'), await yazlZip(files));
			const entries = await readAll(createReadStream(join(folder, 'a.zip')));
			expect(summary(entries)).toEqual(pairs(files));
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});

describe('readPdfEntries on everything the format allows', () => {
	const pdf = fakePdf(300, 3);
	const inner = rawZip([{ name: 'inner.pdf', data: pdf, descriptor: 'signed' }]);
	/** A PDF that contains a whole ZIP: records everywhere. */
	const trap = Buffer.concat([fakePdf(100), inner, inner]);

	const entries: RawEntry[] = [0, 8].flatMap((method) =>
		(['none', 'signed', 'unsigned', 'signed64', 'unsigned64'] as const).flatMap((descriptor) =>
			[pdf, trap].map((data, index) => ({
				name: `${method}-${descriptor}-${index}.pdf`,
				data,
				method,
				descriptor,
			})),
		),
	);

	it.each([1, 7, 100, 1_000_000])(
		'readPdfEntries finds the end of each kind of entry, in chunks of %d',
		async (size) => {
			const source = new ChunkSource(inChunks(rawZip(entries), size));
			expect(summary(await readAll(source))).toEqual(
				entries.map(({ name, data }) => [name, digest(data)]),
			);
		},
	);

	it('readPdfEntries finds the end of each kind of entry where it is the last one', async () => {
		for (const entry of entries) {
			expect(summary(await readAll(rawZip([entry])))).toEqual([[entry.name, digest(entry.data)]]);
		}
	});

	it('readPdfEntries finds the end of entries without data', async () => {
		for (const descriptor of ['none', 'signed', 'unsigned', 'signed64', 'unsigned64'] as const) {
			const empty = { name: 'empty', data: Buffer.alloc(0), method: 0, descriptor };
			const zip = rawZip([empty, { name: 'a.pdf', data: pdf }]);
			expect(summary(await readAll(zip))).toEqual([
				['empty', 'notPdf'],
				['a.pdf', digest(pdf)],
			]);
		}
	});

	it('readPdfEntries reads zip64 sizes and the zip64 end record', async () => {
		const zip = rawZip([{ name: 'a.pdf', data: pdf, zip64: true }], { zip64: true });
		expect(summary(await readAll(zip))).toEqual([['a.pdf', digest(pdf)]]);
	});

	it('readPdfEntries takes a central directory in another order, with comments and extra fields', async () => {
		const zip = rawZip(
			[
				{ name: 'a.pdf', data: pdf, comment: Buffer.from('first'), extra: Buffer.from('junk') },
				{ name: 'b.pdf', data: trap },
			],
			{ listed: (all) => all.toReversed(), comment: Buffer.alloc(65_535, 0x50) },
		);
		expect(summary(await readAll(zip))).toEqual([
			['a.pdf', digest(pdf)],
			['b.pdf', digest(trap)],
		]);
	});

	it('readPdfEntries finds the mark of a PDF anywhere in its first 1024 bytes, and no later', async () => {
		const at = (offset: number): Buffer => Buffer.concat([Buffer.alloc(offset, 0x20), pdf]);
		const zip = rawZip([
			{ name: 'early.pdf', data: at(1019) },
			{ name: 'late.pdf', data: at(1020) },
			{ name: 'short', data: Buffer.from('%PDF-') },
			{ name: 'shorter', data: Buffer.from('%PDF') },
		]);
		expect(summary(await readAll(new ChunkSource(inChunks(zip, 10))))).toEqual([
			['early.pdf', digest(at(1019))],
			['late.pdf', 'notPdf'],
			['short', digest(Buffer.from('%PDF-'))],
			['shorter', 'notPdf'],
		]);
	});

	it('readPdfEntries reports an entry that is compressed in another way, and goes on', async () => {
		const bzip2 = { data: Buffer.from('BZh91AY'), method: 12 };
		const zip = rawZip([
			{ name: 'a.pdf', ...bzip2 },
			{ name: 'b.pdf', ...bzip2, descriptor: 'signed' },
			{ name: 'c.pdf', data: pdf },
		]);
		expect(summary(await readAll(zip))).toEqual([
			['a.pdf', 'method'],
			['b.pdf', 'method'],
			['c.pdf', digest(pdf)],
		]);
	});

	it('readPdfEntries reports an archive inside the archive as no PDF', async () => {
		expect(summary(await readAll(rawZip([{ name: 'inner.zip', data: inner }])))).toEqual([
			['inner.zip', 'notPdf'],
		]);
	});
});

describe('readPdfEntries takes no more than it needs', () => {
	it('readPdfEntries reads nothing while the consumer works on an entry', async () => {
		const files = invoices(20, { compress: false });
		const chunks = inChunks(await yazlZip(files), 256);
		const source = new ChunkSource(chunks);
		let passed = 0;
		for await (const entry of readPdfEntries(source, turn)) {
			expect(entry.kind).toBe('pdf');
			if (entry.kind === 'pdf') passed += entry.bytes.length;
			const before = source.pulled;
			await turn();
			await turn();
			expect(source.pulled).toBe(before);
			// Headers and names of the entries so far are well below 100 bytes each.
			expect(before * 256).toBeLessThan(passed + 20 * 100 + 256);
		}
		expect(source.pulled).toBe(chunks.length);
		expect(source.returned).toBe(false);
	});

	it('readPdfEntries lets other work have a turn on a source that is never empty', async () => {
		const big = fakePdf(20 * 1024 * 1024);
		const zip = rawZip([{ name: 'big.pdf', data: big, method: 0 }]);
		let pauses = 0;
		const pause = async (): Promise<void> => {
			pauses++;
			await turn();
		};
		for await (const entry of readPdfEntries(new ChunkSource([zip]), pause)) {
			expect(entry.kind === 'pdf' && entry.bytes.equals(big)).toBe(true);
		}
		expect(pauses).toBe(5);
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
		expect(value?.kind === 'pdf' && value.bytes.equals(big)).toBe(true);
	});
});
