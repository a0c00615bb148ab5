import { createHash } from 'node:crypto';

import type { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import {
	BLANK_PICTURE,
	checkPicture,
	pictureKindOf,
} from '../../../nodes/ImaginePdf/core/images/picture.ts';
import { MAX_PICTURE_BYTES } from '../../../nodes/ImaginePdf/core/limits.ts';
import { PICTURES } from '../../emulator/index.mts';
import { pictureOf } from '../../emulator/pictures.mts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

async function* inChunks(bytes: Uint8Array, size: number) {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe("A picture's kind", () => {
	const doctype = '<!DOCTYPE svg PUBLIC "x" "y" [\n<!ENTITY a "b">\n]>';
	it.each([
		['a PNG', PICTURES.png, 'image/png'],
		['a JPEG', PICTURES.jpeg, 'image/jpeg'],
		['a WebP', PICTURES.webp, 'image/webp'],
		['an SVG', PICTURES.svg, 'image/svg+xml'],
		['an SVG after a byte-order mark', latin1('\xef\xbb\xbf<svg/>'), 'image/svg+xml'],
		['… a declaration', latin1('<?xml version="1.0"?>\n<svg xmlns="x">'), 'image/svg+xml'],
		['… comments', latin1('<!-- by > hand -->\n<!-- twice --><svg>'), 'image/svg+xml'],
		['… a document type', latin1(`<?xml?>${doctype}\n<svg>`), 'image/svg+xml'],
		['an SVG with a prefix', latin1('<?xml?><svg:svg xmlns:svg="x">'), 'image/svg+xml'],
		['the blank picture', BLANK_PICTURE.bytes, BLANK_PICTURE.mimeType],
	])('the kind of a picture is read from its content: %s', (_, head, mimeType) => {
		expect(pictureKindOf(Buffer.from(head))).toMatchObject({ mimeType });
	});

	it.each([
		['GIF89a...', 'a GIF picture'],
		['%PDF-1.7', 'a PDF'],
		['\0\0\0\x18ftypheic\0\0\0\0', 'a HEIC picture'],
		['\0\0\0\x18ftypmif1\0\0\0\0', 'a HEIC picture'],
		['\0\0\0\x1cftypavif\0\0\0\0', 'an AVIF picture'],
		['\0\0\0\x18ftypmp42\0\0\0\0', 'no picture'],
		['II*\0....', 'a TIFF picture'],
		['BM......', 'a BMP picture'],
		['<!doctype html><html>', 'a web page'],
		['<!DOCTYPE html><body><svg></svg>', 'a web page'],
		['RIFF....WAVE', 'no picture'],
		['<svgx>', 'no picture'],
		['\x89PN', 'no picture'],
		['', 'no picture'],
		// Found quickly in a hostile head.
		[`<?xml?>${'<!-- '.repeat(3000)}${'<!DOCTYPE '.repeat(300)}`, 'no picture'],
	])('the kind of a picture that ImaginePDF does not take is named: %.40j', (text, name) => {
		expect(pictureKindOf(latin1(text))).toBe(name);
	});

	it('the blank picture is one pixel that the service can read', () => {
		const read = pictureOf('uploads:blank', BLANK_PICTURE.name, BLANK_PICTURE.bytes, 0);
		expect(read).toMatchObject({ ok: true, value: { width: 1, height: 1, mimeType: 'image/png' } });
	});
});

describe('checkPicture', () => {
	const { webp } = PICTURES;
	const largest = Buffer.alloc(MAX_PICTURE_BYTES, PICTURES.png);
	const place = { itemIndex: 0, binaryField: 'data' };
	const tell = async (chunks: AsyncIterable<Uint8Array>) =>
		await checkPicture(place, chunks).catch((error: Failure) => error.details);
	const checked = {
		mimeType: 'image/webp',
		extension: 'webp',
		size: webp.length,
		digest: createHash('sha256').update(webp).digest('base64url'),
	};
	const refusal = (code: string, reason: string) => ({
		code,
		message: `The file in 'data' of item 0 ${reason}`,
	});

	it.each<[string, Uint8Array, number, object]>([
		['kind, size and digest', webp, 100_000, checked],
		['the same byte by byte', webp, 1, checked],
		['that there is nothing', Buffer.alloc(0), 1, refusal('PICTURE_EMPTY', 'is empty')],
		[
			'that it is of another kind',
			Buffer.from('GIF89a'),
			10,
			refusal('PICTURE_KIND', 'is a GIF picture'),
		],
		['that 10 MB are taken', largest, 65_536, { size: MAX_PICTURE_BYTES }],
	])('checkPicture tells of a picture: %s', async (_, bytes, size, expected) => {
		expect(await tell(inChunks(bytes, size))).toMatchObject(expected);
	});

	it('checkPicture reads a picture above 10 MB no further than the first byte too many', async () => {
		let read = 0;
		async function* endless() {
			for (; ; read += 65_536) yield Buffer.alloc(65_536, PICTURES.png);
		}
		expect(await tell(endless())).toMatchObject({ code: 'PICTURE_TOO_LARGE' });
		expect(read).toBeLessThanOrEqual(MAX_PICTURE_BYTES);
	});
});
