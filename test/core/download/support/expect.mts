import { FileError } from '../../../../nodes/ImaginePdf/core/download/expectedFile.ts';
import { FakeStorage, type FakeFile, type Step } from './fake-storage.mts';
import { download, zipLike, type Run, type RunOptions } from './run.mts';

export const file = zipLike(10_000);
export const fakePdf = Buffer.from('%PDF-1.7 and so on');

export function complete(run: Run, expected = file): void {
	expect(run.thrown).toBeUndefined();
	expect(run.bytes.equals(expected)).toBe(true);
	leftNothing(run);
}

export function failed(run: Run, code: string, message?: RegExp): void {
	expect(run.thrown).toBeInstanceOf(FileError);
	expect(run.thrown).toMatchObject({
		code,
		...(message && { message: expect.stringMatching(message) }),
	});
	leftNothing(run);
}

/** No timer, no connection, no secret. */
export function leftNothing(run: Run): void {
	expect(run.clock.pending).toBe(0);
	expect(run.storage.open).toBe(0);
	expect(run.storage.hanging).toBe(0);
	const told = [
		run.thrown instanceof Error ? `${run.thrown.message} ${run.thrown.stack ?? ''}` : '',
		...run.logger,
	];
	expect(told.join('\n')).not.toContain('topsecret');
	expect(told.join('\n')).not.toContain('storage.test');
}

export async function run(
	steps: Step[],
	fake: FakeFile | Buffer = file,
	options: RunOptions = {},
): Promise<Run> {
	return await download(new FakeStorage(fake, steps), options);
}
