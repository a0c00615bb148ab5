import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { CsvError, parse } from 'csv-parse/sync';

/** Rows of a spreadsheet file. */
export interface Table {
	columns: string[];
	/** One object per row, every cell as text. */
	rows: Array<Record<string, string>>;
	/** What the separator is called. */
	separator: string;
	/** How the text was encoded. */
	encoding: string;
}

/** The file cannot be used as it is; the message tells why, and what to do about it. */
export class UnusableFile extends Error {
	override readonly name = 'UnusableFile';
}

const SEPARATORS = new Map([
	[',', 'comma'],
	[';', 'semicolon'],
	['\t', 'tab'],
]);

/**
 * Reads a CSV file with a header line, as spreadsheet programs and CRMs write it.
 * @throws UnusableFile
 */
export async function readTable(file: string): Promise<Table> {
	const bytes = await readBytes(file);
	return parseTable(bytes, path.basename(file));
}

/** @throws UnusableFile */
export function parseTable(bytes: Uint8Array, name: string): Table {
	const { text, encoding } = decode(bytes, name);
	if (text.trim() === '') {
		throw new UnusableFile(`${name} is empty. It needs a header line and at least one row.`);
	}
	const delimiter = separatorOf(text);
	const [header = [], ...records] = parseRecords(text, delimiter, name);
	const columns = header.map((cell, index) => cell.trim() || `column_${index + 1}`);
	const twice = columns.find((column, index) => columns.indexOf(column) !== index);
	if (twice !== undefined) {
		throw new UnusableFile(`${name} has two columns named "${twice}". Give each its own name.`);
	}
	if (records.length === 0) {
		throw new UnusableFile(`${name} has a header line but no rows below it. Add at least one row.`);
	}
	return {
		columns,
		rows: records.map((record) => rowOf(columns, record)),
		separator: SEPARATORS.get(delimiter) ?? delimiter,
		encoding,
	};
}

async function readBytes(file: string): Promise<Uint8Array> {
	try {
		return await readFile(file);
	} catch (error) {
		const code = codeOf(error);
		if (code === 'ENOENT') throw new UnusableFile(`There is no file ${file}. Check its name.`);
		if (code === 'EISDIR') throw new UnusableFile(`${file} is a folder. Name a CSV file in it.`);
		throw new UnusableFile(`${file} cannot be read (${String(code)}). Check its permissions.`);
	}
}

function codeOf(error: unknown): unknown {
	return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** UTF-8 as a rule; what Excel calls "Unicode Text" and its plain CSV on Windows as well. */
function decode(bytes: Uint8Array, name: string): { text: string; encoding: string } {
	if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
		throw new UnusableFile(
			`${name} is a workbook or a ZIP, not CSV. Save it as CSV and try again.`,
		);
	}
	if (bytes[0] === 0xff && bytes[1] === 0xfe) {
		return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'UTF-16' };
	}
	if (bytes.includes(0)) {
		throw new UnusableFile(`${name} is not a text file. Save the table as CSV and try again.`);
	}
	try {
		return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
	} catch {
		return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' };
	}
}

/** The separator that the header line has most of; a comma where it has none. */
function separatorOf(text: string): string {
	const header = headerOf(text);
	const counts = [...SEPARATORS.keys()].map((separator) => ({
		separator,
		count: header.split(separator).length - 1,
	}));
	return counts.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}

/** The first line that is not empty, without what stands in quotes. */
function headerOf(text: string): string {
	const start = text.search(/[^\r\n]/);
	return (
		text
			.slice(start)
			.replaceAll(/"(?:[^"]|"")*"/g, '')
			.split(/\r?\n|\r/, 1)[0] ?? ''
	);
}

function parseRecords(text: string, delimiter: string, name: string): string[][] {
	try {
		return parse(text, { delimiter, bom: true, skip_empty_lines: true });
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		throw new UnusableFile(`${name} is not well-formed: ${whatIsOff(error)}`);
	}
}

function whatIsOff(error: CsvError): string {
	const { code } = error;
	const line = 'lines' in error ? String(error.lines) : '?';
	if (code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') {
		return `line ${line} does not have as many cells as the header. Look for a separator too many or too few.`;
	}
	if (code === 'CSV_QUOTE_NOT_CLOSED') {
		return `a quote that opens near line ${line} is never closed. Close it, or double it within the cell.`;
	}
	return `line ${line}: ${error.message}`;
}

function rowOf(columns: string[], record: string[]): Record<string, string> {
	return Object.fromEntries(columns.map((column, index) => [column, record[index] ?? '']));
}
