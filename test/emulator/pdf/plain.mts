import { captionOf } from '../pictures.mts';
import type { StoredPdf } from '../storage/shelf.mts';
import type { Printed } from '../values.mts';

/**
 * A bare page that takes no time to make: title, then a line per variable. Its font is not embedded,
 * and encoded so that any character can be copied out although only Latin ones can be seen.
 */
export function plainPdf({ title, printed }: StoredPdf): Uint8Array {
	const far = new Map<string, number>();
	const lines = [title, ...printed.flatMap(labelled)].map(
		(line, index) => `BT /F1 10 Tf 40 ${800 - index * 14} Td <${encode(line, far)}> Tj ET`,
	);
	return assemble([
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		stream(lines.join('\n')),
		'<< /Type /Font /Subtype /Type0 /BaseFont /EmulatorSans /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>',
		'<< /Type /Font /Subtype /CIDFontType2 /BaseFont /EmulatorSans /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 /FontDescriptor 8 0 R >>',
		stream(toUnicode(far)),
		'<< /Type /FontDescriptor /FontName /EmulatorSans /Flags 32 /FontBBox [-166 -225 1000 931] /ItalicAngle 0 /Ascent 718 /Descent -207 /CapHeight 718 /StemV 88 >>',
	]);
}

/** Two-byte codes: the character itself, or one from U+E000 on for a character that needs more. */
function encode(text: string, far: Map<string, number>): string {
	return text.replace(/./gsu, (character) => {
		if (character.length === 1) return utf16(character);
		const code = far.get(character) ?? 0xe000 + far.size;
		far.set(character, code);
		return code.toString(16);
	});
}

/** The map back to text (ISO 32000-1 section 9.10.3). */
function toUnicode(far: ReadonlyMap<string, number>): string {
	const entries = [...far].map(
		([character, code]) => `1 beginbfchar <${code.toString(16)}> <${utf16(character)}> endbfchar`,
	);
	return [
		'/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
		'/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange',
		'2 beginbfrange <0000> <DFFF> <0000> <F900> <FFFF> <F900> endbfrange',
		...entries,
		'endcmap end end',
	].join('\n');
}

function utf16(text: string): string {
	return Buffer.from(text, 'utf16le').swap16().toString('hex');
}

function labelled({ label, value }: Printed): string[] {
	const lead = label === undefined ? '' : `${label}: `;
	if (Array.isArray(value)) return [lead.trimEnd(), ...value.map((row) => row.join('  '))];
	const text = typeof value === 'string' ? value : captionOf(value);
	const [first = '', ...more] = text.split(/\r\n|\r|\n/);
	return [`${lead}${first}`, ...more];
}

function stream(content: string): string {
	return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/** Objects, numbered from 1, with their cross-reference table (ISO 32000-1 section 7.5). */
function assemble(objects: readonly string[]): Uint8Array {
	let text = '%PDF-1.4\n';
	const entries = objects.map((object, index) => {
		const offset = String(text.length).padStart(10, '0');
		text += `${index + 1} 0 obj\n${object}\nendobj\n`;
		return `${offset} 00000 n \n`;
	});
	const size = objects.length + 1;
	const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
	return Buffer.from(
		`${text}xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}${trailer}`,
		'latin1',
	);
}
