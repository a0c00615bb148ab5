import PDFDocument from 'pdfkit';

import type { PdfProfile } from '../model.mts';
import type { StoredPdf } from '../storage/shelf.mts';
import type { Printed } from '../values.mts';
import { isDrawable } from './drawable.mts';
import { registerFonts, type Run } from './fonts.mts';
import { captionOf, type Drawn, type Picture } from '../pictures.mts';
import { linesOf } from './lines.mts';

/** ImaginePDF's vermilion (docs/imaginepdf-api.md, "Name"). */
const ACCENT = '#E8433A';
const INK = '#222222';
const MUTED = '#777777';
const RULE = '#DDDDDD';

const MARGIN = 48;
const BAND_HEIGHT = 84;
const LINE_FACTOR = 1.35;
const CELL_PADDING = 4;
/** Largest side of a picture. */
const PICTURE_SIDE = 120;

/** The same in every PDF, so that equal rows give equal bytes. */
const CREATED = new Date(Date.UTC(2026, 0, 1));

const PROFILE_OPTIONS: Record<PdfProfile, PDFKit.PDFDocumentOptions> = {
	standard: {},
	accessible: { pdfVersion: '1.7', tagged: true, displayTitle: true, lang: 'en' },
	'pdf-a': { pdfVersion: '1.7', subset: 'PDF/A-3b', tagged: true, lang: 'en' },
};

/** A laid-out PDF: the design's name, then each variable's label and value. */
export async function designedPdf({ title, printed, profile }: StoredPdf): Promise<Uint8Array> {
	const document = new PDFDocument({
		size: 'A4',
		margin: MARGIN,
		info: {
			Title: title,
			Producer: 'ImaginePDF emulator',
			Creator: profile,
			CreationDate: CREATED,
		},
		...PROFILE_OPTIONS[profile],
	});
	const chunks: Uint8Array[] = [];
	document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
	const ended = new Promise<void>((resolve, reject) => {
		document.on('end', resolve);
		document.on('error', reject);
	});
	registerFonts(document);
	new Sheet(document).draw(title, printed);
	document.end();
	await ended;
	return Buffer.concat(chunks);
}

/** A document with a pen that moves down and turns the page. */
class Sheet {
	private y = MARGIN;
	private readonly width: number;
	private readonly bottom: number;

	constructor(private readonly document: PDFKit.PDFDocument) {
		this.width = document.page.width - 2 * MARGIN;
		this.bottom = document.page.height - MARGIN;
	}

	draw(title: string, printed: readonly Printed[]): void {
		this.document.rect(0, 0, this.document.page.width, BAND_HEIGHT).fill(ACCENT);
		this.y = BAND_HEIGHT / 2 - 12;
		this.paragraph(title, 22, '#FFFFFF');
		this.y = BAND_HEIGHT + 24;
		for (const { label, value } of printed) {
			if (label !== undefined) this.paragraph(label, 8, MUTED);
			if (typeof value === 'string') this.paragraph(value, 11, INK);
			else if (Array.isArray(value)) this.table(value);
			else this.picture(value);
			this.y += 10;
		}
	}

	private paragraph(text: string, size: number, colour: string): void {
		for (const line of this.fit(text, this.width, size)) {
			this.need(size * LINE_FACTOR);
			this.line(line, MARGIN, this.y, size, colour);
			this.y += size * LINE_FACTOR;
		}
	}

	/** The picture with its caption; a box stands for what pdfkit cannot draw. */
	private picture(drawn: Drawn): void {
		const { picture } = drawn;
		if (picture) {
			const { width, height } = fitted(picture);
			this.need(height);
			if (isDrawable(picture)) {
				const image = Buffer.from(picture.bytes);
				this.document.image(image, MARGIN, this.y, { width, height });
			} else {
				this.document.rect(MARGIN, this.y, width, height).lineWidth(0.5).stroke(MUTED);
			}
			this.y += height + CELL_PADDING;
		}
		this.paragraph(captionOf(drawn), 6, MUTED);
	}

	private table(rows: ReadonlyArray<readonly string[]>): void {
		const size = 9;
		const columns = Math.max(1, ...rows.map((row) => row.length));
		const columnWidth = this.width / columns;
		for (const row of rows) {
			const cells = row.map((cell) => this.fit(cell, columnWidth - 2 * CELL_PADDING, size));
			const lines = Math.max(1, ...cells.map((cell) => cell.length));
			const height = lines * size * LINE_FACTOR + 2 * CELL_PADDING;
			this.need(height);
			for (const [column, cell] of cells.entries()) {
				for (const [index, line] of cell.entries()) {
					const x = MARGIN + column * columnWidth + CELL_PADDING;
					this.line(line, x, this.y + CELL_PADDING + index * size * LINE_FACTOR, size, INK);
				}
			}
			this.y += height;
			this.rule();
		}
	}

	private fit(text: string, width: number, size: number): Run[][] {
		this.document.fontSize(size);
		const measure = ({ font, text: part }: Run) => this.document.font(font).widthOfString(part);
		return linesOf(text, width, measure);
	}

	private line(
		runs: readonly Run[],
		left: number,
		top: number,
		size: number,
		colour: string,
	): void {
		let x = left;
		this.document.fontSize(size).fillColor(colour);
		for (const { font, text } of runs) {
			if (text === '') continue;
			this.document.font(font).text(text, x, top, { lineBreak: false });
			x += this.document.widthOfString(text);
		}
	}

	private rule(): void {
		this.document
			.moveTo(MARGIN, this.y)
			.lineTo(MARGIN + this.width, this.y)
			.lineWidth(0.5)
			.stroke(RULE);
	}

	private need(height: number): void {
		if (this.y + height <= this.bottom || this.y === MARGIN) return;
		this.document.addPage();
		this.y = MARGIN;
	}
}

/** Small pictures stay as they are, large ones shrink. */
function fitted({ width, height }: Picture): { width: number; height: number } {
	const scale = Math.min(1, PICTURE_SIDE / Math.max(width, height));
	return { width: width * scale, height: height * scale };
}
