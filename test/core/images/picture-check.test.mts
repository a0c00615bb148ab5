import { createHash } from 'node:crypto';

import { checkPicture, megabytes } from '../../../nodes/ImaginePdf/core/images/pictureCheck.ts';
import { MAX_PICTURE_BYTES } from '../../../nodes/ImaginePdf/core/limits.ts';
import { PICTURES } from '../../emulator/index.mts';

async function* inChunks(bytes: Uint8Array, size: number) {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('checkPicture', () => {
	it.each([1, 7, 100_000])(
		'a picture has its kind, size and digest read %i bytes at a time',
		async (size) => {
			const checked = await checkPicture(inChunks(PICTURES.webp, size));
			expect(checked).toEqual({
				kind: { mimeType: 'image/webp', extension: 'webp' },
				size: PICTURES.webp.length,
				digest: createHash('sha256').update(PICTURES.webp).digest('base64url'),
			});
		},
	);

	it('a picture without a byte is refused', async () => {
		expect(await checkPicture(inChunks(Buffer.alloc(0), 10))).toMatchObject({
			code: 'PICTURE_EMPTY',
			reason: 'is empty',
		});
	});

	it('a picture of another kind is refused with what to do', async () => {
		expect(await checkPicture(inChunks(Buffer.from('GIF89a'), 10))).toMatchObject({
			code: 'PICTURE_KIND',
			reason: 'is a GIF picture',
			remedy: expect.stringContaining("'Edit Image'"),
		});
	});

	it('a picture of exactly 10 MB is taken', async () => {
		const bytes = Buffer.alloc(MAX_PICTURE_BYTES);
		PICTURES.png.copy(bytes);
		expect(await checkPicture(inChunks(bytes, 65_536))).toMatchObject({ size: MAX_PICTURE_BYTES });
	});

	it('a picture above 10 MB is read no further than the first byte too many', async () => {
		let read = 0;
		async function* endless() {
			for (;;) {
				read += 65_536;
				yield Buffer.alloc(65_536, PICTURES.png);
			}
		}
		expect(await checkPicture(endless())).toMatchObject({ code: 'PICTURE_TOO_LARGE' });
		expect(read).toBeLessThanOrEqual(MAX_PICTURE_BYTES + 65_536);
	});

	it("a picture's size is given in megabytes as file managers count them", () => {
		expect(megabytes(2_400_000)).toBe('2.4 MB');
	});
});
