import { tmpdir } from 'node:os';

import { parseTable, readTable, UnusableFile } from '../../scripts/lib/read-table.mts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseTable(utf8(text), 'table.csv');

describe('readTable', () => {
	it.each([
		['comma', 'name,amount\nAda,"1,234.50"\n'],
		['semicolon', 'name;amount\nAda;"1,234.50"\n'],
		['tab', 'name\tamount\nAda\t1,234.50\n'],
	])('finds the separator of a CSV file by itself: %s', (separator, text) => {
		expect(parse(text)).toMatchObject({
			separator,
			columns: ['name', 'amount'],
			rows: [{ name: 'Ada', amount: '1,234.50' }],
		});
	});

	it('keeps quotes, line breaks and empty cells of a CSV file, and skips empty lines', () => {
		expect(parse('\r\na,b\r\n"x ""y""\r\nz",\r\n\r\n').rows).toEqual([{ a: 'x "y"\r\nz', b: '' }]);
	});

	it('reads CSV and Unicode text as Excel writes them on Windows', () => {
		const windows = Uint8Array.from(Buffer.from('name\nM\u00fcller\n', 'latin1'));
		expect(parseTable(windows, 'a.csv')).toMatchObject({
			encoding: 'Windows-1252',
			rows: [{ name: 'Müller' }],
		});
		const unicode = Uint8Array.from(Buffer.from('\ufeffname\tb\nMüller\t2\n', 'utf16le'));
		expect(parseTable(unicode, 'a.txt')).toMatchObject({
			encoding: 'UTF-16',
			columns: ['name', 'b'],
			rows: [{ name: 'Müller', b: '2' }],
		});
	});
});

describe('a file that the demo cannot use', () => {
	it.each([
		['is empty', ' \n', /is empty/],
		['has no rows', 'a,b\n', /no rows below it/],
		['names a column twice', 'a,b,a\n1,2,3\n', /two columns named "a"/],
		['has a line that is too long', 'a,b\n1,2\n1,2,3\n', /line 3 does not have as many cells/],
		['has an open quote', 'a,b\n1,"2\n', /quote that opens near line .* never closed/],
		['has a quote within a cell', 'a,b\n1,2"3\n', /line 2/],
		['is a workbook', 'PK\u0003\u0004', /workbook or a ZIP/],
		['is not text', 'a,b\n\u0000\u0001', /not a text file/],
	])('tells the user of the demo what is wrong with a file that %s', (_, text, message) => {
		expect(() => parse(text)).toThrow(UnusableFile);
		expect(() => parse(text)).toThrow(message);
	});

	it('tells the user of the demo that a file is missing, or a folder', async () => {
		await expect(readTable('/no/such.csv')).rejects.toThrow('There is no file /no/such.csv');
		await expect(readTable(tmpdir())).rejects.toThrow('is a folder');
	});
});
