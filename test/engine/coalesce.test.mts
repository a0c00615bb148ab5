import fc from 'fast-check';

import { coalesce } from '../../nodes/ImaginePdf/n8n/store.ts';
import { ChunkSource, cutBy, inChunks } from '../core/zip/support/sources.mts';

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of source) chunks.push(chunk);
	return chunks;
}

describe('coalesce', () => {
	it('coalesce joins small chunks, keeps the bytes, and leaves nothing behind', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.uint8Array({ maxLength: 500 }),
				fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
				fc.integer({ min: 1, max: 100 }),
				async (bytes, cuts, least) => {
					const joined = await collect(
						coalesce(new ChunkSource(cutBy(Buffer.from(bytes), cuts)), least),
					);
					expect(Buffer.concat(joined).equals(bytes)).toBe(true);
					for (const chunk of joined.slice(0, -1))
						expect(chunk.length).toBeGreaterThanOrEqual(least);
					expect(joined.every((chunk) => chunk.length > 0)).toBe(true);
				},
			),
		);
	});

	it('coalesce takes no more chunks than it needs, and closes its source', async () => {
		const source = new ChunkSource(inChunks(Buffer.alloc(1000), 10));
		for await (const chunk of coalesce(source, 35)) {
			expect(chunk).toHaveLength(40);
			break;
		}
		expect(source.pulled).toBe(4);
		expect(source.returned).toBe(true);
	});
});
