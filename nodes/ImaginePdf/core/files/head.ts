import { FileError } from './errors';
import { PDF_MARK } from '../zip/limits';

/** What a file must be, by its first bytes. */
export type ExpectedFile = 'zip' | 'pdf';

/** An entry, or the end record of an archive without entries. */
const ZIP_MARKS = ['PK\x03\x04', 'PK\x05\x06'];

/**
 * Looks at the first bytes of a file, before any of it is handed on.
 * @throws FileError `notZip`, `notPdf`
 */
export function checkHead(head: Buffer, expect: ExpectedFile): void {
	const text = head.toString('latin1');
	const marks = expect === 'zip' ? ZIP_MARKS : [PDF_MARK];
	if (marks.some((mark) => text.startsWith(mark))) return;
	const wanted = expect === 'zip' ? 'ZIP file' : 'PDF';
	throw new FileError(
		expect === 'zip' ? 'notZip' : 'notPdf',
		`The storage answered with ${nameOf(text)} instead of the ${wanted}`,
	);
}

function nameOf(text: string): string {
	if (text === '') return 'an empty file';
	return /^\s*</.test(text) ? 'a web page or XML text' : 'something else';
}
