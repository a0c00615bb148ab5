import { captionOf } from '../pictures.mts';
import type { StoredPdf } from '../storage/shelf.mts';
import type { Printed } from '../values.mts';

const LINE_HEIGHT = 14;
const TOP = 800;
const LEFT = 40;

/**
 * A bare page that takes no time to make: title, then a line per variable. Its font is not embedded,
 * encoded so that any character can be copied out although only Latin ones can be seen.
 */
export function plainPdf({ title, printed }: StoredPdf): Uint8Array {
	const lines = [title, ...printed.flatMap(labelled)];
	const codes = new Codes();
	const content = lines
		.map((line, index) => {
			const top = TOP - index * LINE_HEIGHT;
			return `BT /F1 10 Tf ${LEFT} ${top} Td <${codes.encode(line)}> Tj ET`;
		})
		.join('\n');
	return assemble([
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		stream(content),
		'<< /Type /Font /Subtype /Type0 /BaseFont /EmulatorSans /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>',
		'<< /Type /Font /Subtype /CIDFontType2 /BaseFont /EmulatorSans /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 /FontDescriptor 8 0 R >>',
		stream(codes.toUnicode()),
		'<< /Type /FontDescriptor /FontName /EmulatorSans /Flags 32 /FontBBox [-166 -225 1000 931] /ItalicAngle 0 /Ascent 718 /Descent -207 /CapHeight 718 /StemV 88 >>',
	]);
}

/** First of the codes that stand for characters beyond the first 65,536. */
const FAR_START = 0xe000;

/** Two-byte codes: the character itself, or a code of its own for one that needs more. */
class Codes {
	private readonly far = new Map<string, number>();

	encode(text: string): string {
		return Array.from(text, (character) => hex(this.codeOf(character))).join('');
	}

	/** The map back to text (ISO 32000-1 section 9.10.3). */
	toUnicode(): string {
		const far = Array.from(
			this.far,
			([character, code]) => `1 beginbfchar <${hex(code)}> <${utf16(character)}> endbfchar`,
		);
		return [
			'/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
			'/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange',
			'2 beginbfrange <0000> <DFFF> <0000> <F900> <FFFF> <F900> endbfrange',
			...far,
			'endcmap end end',
		].join('\n');
	}

	private codeOf(character: string): number {
		const codePoint = character.codePointAt(0) ?? 0;
		if (codePoint < 0x10000) return codePoint;
		const code = this.far.get(character) ?? FAR_START + this.far.size;
		this.far.set(character, code);
		return code;
	}
}

function hex(code: number): string {
	return code.toString(16).padStart(4, '0');
}

function labelled({ label, value }: Printed): string[] {
	const lead = label === undefined ? '' : `${label}: `;
	if (Array.isArray(value)) return [lead.trimEnd(), ...value.map((row) => row.join('  '))];
	const text = typeof value === 'string' ? value : captionOf(value);
	const [first = '', ...more] = text.split(/\r\n|\r|\n/);
	return [`${lead}${first}`, ...more];
}

function utf16(text: string): string {
	return Buffer.from(text, 'utf16le').swap16().toString('hex');
}

function stream(content: string): string {
	return `<< /Length ${Buffer.byteLength(content)} >>\nstream\n${content}\nendstream`;
}

/** Objects, numbered from 1, with their cross-reference table (ISO 32000-1 section 7.5). */
function assemble(objects: readonly string[]): Uint8Array {
	let text = '%PDF-1.4\n';
	const offsets = objects.map((object, index) => {
		const offset = text.length;
		text += `${index + 1} 0 obj\n${object}\nendobj\n`;
		return offset;
	});
	const start = text.length;
	const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
	const size = objects.length + 1;
	text += `xref\n0 ${size}\n0000000000 65535 f \n${table}`;
	text += `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
	return Buffer.from(text, 'latin1');
}
