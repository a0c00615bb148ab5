import type { ArchiveLimits } from '../../../../nodes/ImaginePdf/core/zip/archive.ts';
import { readAll, turn } from './read.mts';
import { ChunkSource, inChunks } from './sources.mts';

/** Fails each test of a file after which a rejected promise is left that nobody caught. */
export function watchUnhandled(): void {
	const unhandled: unknown[] = [];
	const onUnhandled = (reason: unknown): void => {
		unhandled.push(reason);
	};
	beforeAll(() => process.on('unhandledRejection', onUnhandled));
	afterAll(() => process.off('unhandledRejection', onUnhandled));
	afterEach(async () => {
		for (let turns = 0; turns < 20; turns++) await turn();
		expect(unhandled.splice(0)).toEqual([]);
	});
}

/** Expects this archive to be refused with this code and message, and its source to be closed. */
export async function refused(
	zip: Buffer,
	code: string,
	message: RegExp,
	limits: Partial<ArchiveLimits> = {},
): Promise<void> {
	for (const size of [1_000_000, 50]) {
		const source = new ChunkSource(inChunks(zip, size));
		await expect(readAll(source, limits)).rejects.toMatchObject({
			name: 'ArchiveError',
			code,
			message: expect.stringMatching(message),
		});
		expect(source.returned || source.pulled === Math.ceil(zip.length / size)).toBe(true);
	}
}
