import { wholePdf } from '../../../nodes/ImaginePdf/core/download/expectedFile.ts';

const END = '\nstartxref\n9\n%%EOF\n';
const body = `%PDF-1.7\n${'x'.repeat(5000)}`;

async function read(parts: string[]): Promise<string> {
	async function* source() {
		for (const part of parts) yield Buffer.from(part);
	}
	let text = '';
	for await (const chunk of wholePdf(source())) text += Buffer.from(chunk).toString();
	return text;
}

describe('A PDF on its way', () => {
	it.each([
		['in one piece', [body + END]],
		['byte by byte', [...(body + END)]],
		['with the mark over two pieces', [body, END.slice(0, -4), END.slice(-4)]],
		['with some bytes behind its mark', [body + END + ' '.repeat(900)]],
	])('a PDF comes through as it is: %s', async (_, parts) => {
		expect(await read(parts)).toBe(parts.join(''));
	});

	it.each([
		['without its end', [body]],
		['cut in its mark', [body + END.slice(0, -3)]],
		['with a mark only in the middle', [`%PDF-1.7${END}${body}`]],
		['that is ten bytes long', ['%PDF-1.7\nx']],
	])('refuses a PDF %s', async (_, parts) => {
		await expect(read(parts)).rejects.toMatchObject({ name: 'FileError', code: 'length' });
	});
});
