import fc from 'fast-check';

import {
	distinctName,
	entryFileName,
	fileNameKey,
	safeFileName,
} from '../../nodes/ImaginePdf/core/fileName.ts';

/** As the files of one output are named. */
function next(name: string, taken: Map<string, number>, fallback = 'x'): string {
	return distinctName(entryFileName(name, fallback), taken);
}

describe('File names', () => {
	it.each([
		['FV/001/2026', 'FV_001_2026.pdf'],
		['FV\\001\\2026.pdf', 'FV_001_2026.pdf'],
		['../../etc/passwd', '_.._etc_passwd.pdf'],
		['Invoice\r\nof\tMarch\u2028 2026\n', 'Invoice of March  2026.pdf'],
		['/', '_.pdf'],
		['\n', 'document-1.pdf'],
		['con/1', 'con_1.pdf'],
		['Müller & Söhne: 請求書 😀', 'Müller & Söhne_ 請求書 😀.pdf'],
	])(
		'a file name keeps the slashes that a user wrote as underscores: %j becomes %j',
		(name, expected) => {
			expect(safeFileName(name, 'document-1')).toBe(expected);
		},
	);

	it.each([
		['invoice.pdf', 'invoice.pdf'],
		['INVOICE.PDF', 'INVOICE.pdf'],
		['invoice', 'invoice.pdf'],
		['invoice.docx', 'invoice.docx.pdf'],
		['folder/sub/invoice.pdf', 'invoice.pdf'],
		['C:\\temp\\invoice.pdf', 'invoice.pdf'],
		['../../etc/passwd', 'passwd.pdf'],
		['/etc/passwd', 'passwd.pdf'],
		['..', 'document-1.pdf'],
		['', 'document-1.pdf'],
		['.pdf', 'document-1.pdf'],
		['e\u200b\u0301.pdf', 'é.pdf'],
		['folder/', 'document-1.pdf'],
		[' . invoice . .pdf . ', 'invoice.pdf'],
		['in\u0000vo\nice\u007f\u0085.pdf', 'invo ice.pdf'],
		['invoice\u202efdp.exe', 'invoicefdp.exe.pdf'],
		['a<b>c:d"e|f?g*.pdf', 'a_b_c_d_e_f_g_.pdf'],
		['con', '_con.pdf'],
		['NUL.pdf', '_NUL.pdf'],
		['com1.tar.pdf', '_com1.tar.pdf'],
		['console.pdf', 'console.pdf'],
		['Müller & Söhne – Ωμέγα 請求書 😀.pdf', 'Müller & Söhne – Ωμέγα 請求書 😀.pdf'],
		['Mu\u0308ller.pdf', 'Müller.pdf'],
		['half \ud83d pair.pdf', 'half  pair.pdf'],
	])("the name of an archive's entry loses its folders: %j becomes %j", (name, expected) => {
		expect(entryFileName(name, 'document-1')).toBe(expected);
	});

	it('ten thousand equal file names are numbered without comparing each with each', () => {
		let lookups = 0;
		class Counting extends Map<string, number> {
			override has(value: string): boolean {
				lookups++;
				return super.has(value);
			}
		}
		const taken = new Counting();
		for (let count = 1; count <= 10_000; count++) {
			const expected = count === 1 ? 'same.pdf' : `same (${count}).pdf`;
			expect(next('same.pdf', taken)).toBe(expected);
		}
		expect(lookups).toBeLessThan(10_000 * 30);
	});

	it('a file name is safe whatever an archive or a user says', () => {
		const nasty = fc.constantFrom(' ', ...'../|\\|\u202e|.|\u0000|.pdf|con|*|é|😀'.split('|'));
		const part = fc.oneof(nasty, fc.string({ unit: 'binary' }));
		fc.assert(
			fc.property(fc.array(fc.array(part).map((parts) => parts.join(''))), (names) => {
				const taken = new Map<string, number>();
				const safe = names.map((name, index) => next(name, taken, `document-${index}`));
				expect(new Set(safe.map(fileNameKey)).size).toBe(names.length);
				const chosen = names.map((name) => safeFileName(name, 'x'));
				for (const name of [...safe, ...chosen]) {
					expect(name).toMatch(
						/^[^\s./\\][^/\\<>:"|?*\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*\.pdf$/u,
					);
					expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
					expect(name).toBe(name.normalize('NFC'));
				}
			}),
		);
	});
});
