import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inflateSync } from 'node:zlib';

import { create, type Font } from 'fontkit';
import PDFDocument from 'pdfkit';

import { captionOf, type Drawn, type Picture } from '../pictures.mts';
import type { StoredPdf } from '../storage/shelf.mts';

declare global {
	namespace PDFKit.Mixins {
		interface PDFFont {
			/** pdfkit also takes a font that fontkit has parsed (0.20, `PDFFontFactory.open`). */
			registerFont(name: string, font: Font): this;
		}
	}
}

/** ImaginePDF's vermilion (docs/imaginepdf-api.md, "Name"). */
const ACCENT = '#E8433A';
const INK = '#222222';
const MUTED = '#777777';

const MARGIN = 48;
const BAND_HEIGHT = 84;
/** Largest side of a picture. */
const PICTURE_SIDE = 120;

/** The same in every PDF, so that equal rows give equal bytes. */
const CREATED = new Date(Date.UTC(2026, 0, 1));

/** A laid-out PDF: the design's name, then each variable's label and value. */
export async function designedPdf({ title, printed, profile }: StoredPdf): Promise<Uint8Array> {
	const info = { Title: title, Producer: 'ImaginePDF emulator', Creator: profile };
	const document = new PDFDocument({
		size: 'A4',
		margin: MARGIN,
		info: { ...info, CreationDate: CREATED },
	});
	const chunks: Uint8Array[] = [];
	document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
	const ended = new Promise<void>((resolve, reject) => {
		document.on('end', resolve);
		document.on('error', reject);
	});
	document.registerFont('sans', fonts().sans).registerFont('wide', fonts().wide);
	document.rect(0, 0, document.page.width, BAND_HEIGHT).fill(ACCENT);
	document.y = BAND_HEIGHT / 2 - 12;
	write(document, title, 22, '#FFFFFF');
	document.y = BAND_HEIGHT + 24;
	for (const { label, value } of printed) {
		if (label !== undefined) write(document, label, 8, MUTED);
		if (typeof value === 'string') write(document, value, 11, INK);
		else if (Array.isArray(value)) table(document, value);
		else picture(document, value);
		document.y += 10;
	}
	document.end();
	await ended;
	return Buffer.concat(chunks);
}

function write(document: PDFKit.PDFDocument, text: string, size: number, colour: string): void {
	document.fontSize(size).fillColor(colour);
	for (const line of text.split(/\r\n|\r|\n/)) document.font(fontFor(line)).text(line, MARGIN);
}

function table(document: PDFKit.PDFDocument, rows: string[][]): void {
	if (rows.every((row) => row.length === 0)) return;
	const columns = Math.max(...rows.map((row) => row.length));
	document.fillColor(INK).table({
		position: { x: MARGIN, y: document.y },
		defaultStyle: { border: [0, 0, 0.5, 0], borderColor: '#DDDDDD', padding: 4 },
		data: rows.map((row) =>
			Array.from({ length: columns }, (_, column) => {
				const text = row[column] ?? '';
				return { text, font: { src: fontFor(text), size: 9 } };
			}),
		),
	});
	document.x = MARGIN;
}

/** The picture with its caption; a box stands for what pdfkit cannot draw. */
function picture(document: PDFKit.PDFDocument, drawn: Drawn): void {
	if (drawn.picture) {
		const { width, height, bytes } = drawn.picture;
		const scale = Math.min(1, PICTURE_SIDE / Math.max(width, height));
		const size = { width: width * scale, height: height * scale };
		if (document.y + size.height > document.page.height - MARGIN) document.addPage();
		const { y } = document;
		if (isDrawable(drawn.picture)) document.image(Buffer.from(bytes), MARGIN, y, size);
		else document.rect(MARGIN, y, size.width, size.height).stroke(MUTED);
		document.y = y + size.height + 4;
	}
	write(document, captionOf(drawn), 6, MUTED);
}

/** pdfkit draws JPEG and PNG (its guide, "Images"); a PNG that is cut off would end the process. */
function isDrawable({ mimeType, bytes }: Picture): boolean {
	const isWhole = Buffer.from(bytes).includes('IEND');
	return mimeType === 'image/jpeg' || (mimeType === 'image/png' && isWhole);
}

let parsed: { sans: Font; wide: Font } | undefined;

/** Parsed once per process; that takes longer than making a PDF. */
function fonts(): { sans: Font; wide: Font } {
	parsed ??= {
		sans: parse(packageFile('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
		wide: parse(unpackWoff(packageFile('@fontsource/unifont/files/unifont-latin-400-normal.woff'))),
	};
	return parsed;
}

/** `sans` for what it has (Latin, Greek, Cyrillic, Arabic …), `wide` for lines with other scripts. */
function fontFor(text: string): 'sans' | 'wide' {
	const { sans } = fonts();
	const has = (character: string) => sans.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
	return Array.from(text).every(has) ? 'sans' : 'wide';
}

function parse(file: Buffer): Font {
	const font = create(file);
	if ('fonts' in font) throw new Error('A single font was expected, not a collection');
	return font;
}

function packageFile(file: string): Buffer {
	// The commands and jest both run in the repository's root.
	const { resolve } = createRequire(path.join(process.cwd(), 'package.json'));
	return readFileSync(resolve(file));
}

/**
 * A WOFF 1.0 file as the plain font inside (W3C WOFF 1.0, sections 3 to 5). fontkit reads WOFF too,
 * but inflates a whole table for every glyph: seconds per PDF with a font of this size.
 */
function unpackWoff(woff: Buffer): Buffer {
	const count = woff.readUInt16BE(12);
	const header = Buffer.alloc(12 + count * 16);
	woff.copy(header, 0, 4, 8);
	header.writeUInt16BE(count, 4);
	const tables: Buffer[] = [];
	let offset = header.length;
	for (let index = 0; index < count; index++) {
		const from = 44 + index * 20;
		const to = 12 + index * 16;
		const [start, packed, length] = [4, 8, 12].map((at) => woff.readUInt32BE(from + at));
		const data = woff.subarray(start, (start ?? 0) + (packed ?? 0));
		woff.copy(header, to, from, from + 4);
		woff.copy(header, to + 4, from + 16, from + 20);
		header.writeUInt32BE(offset, to + 8);
		header.writeUInt32BE(length ?? 0, to + 12);
		tables.push((packed ?? 0) < (length ?? 0) ? inflateSync(data) : data);
		offset += length ?? 0;
	}
	return Buffer.concat([header, ...tables]);
}
