import { readBoundedText } from '../../../nodes/ImaginePdf/core/download/response.ts';
import { ChunkSource, inChunks } from '../zip/support/sources.mts';

describe('readBoundedText', () => {
	it('readBoundedText reads no further than asked, and closes the body', async () => {
		const source = new ChunkSource(inChunks(Buffer.from('abcdefghij'), 3));
		expect(await readBoundedText(source, 5)).toBe('abcde');
		expect(source.pulled).toBe(2);
		expect(source.returned).toBe(true);
	});

	it('readBoundedText reads a short body whole, characters across chunks included', async () => {
		const source = new ChunkSource(inChunks(Buffer.from('Zahl: 5 €'), 1));
		expect(await readBoundedText(source, 100)).toBe('Zahl: 5 €');
	});
});
