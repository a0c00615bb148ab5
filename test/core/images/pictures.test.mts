import { createHash } from 'node:crypto';

import { ApiError } from '../../../nodes/ImaginePdf/core/api/errors.ts';
import {
	BLANK_PICTURE,
	checkPicture,
	kindOf,
	pictureForm,
} from '../../../nodes/ImaginePdf/core/images/picture.ts';
import { uploadFailure } from '../../../nodes/ImaginePdf/core/images/uploadFailure.ts';
import { MAX_PICTURE_BYTES } from '../../../nodes/ImaginePdf/core/limits.ts';
import { actions, PICTURES } from '../../emulator/index.mts';
import { pictureOf } from '../../emulator/pictures.mts';
import { openCoreSetup, type CoreSetup } from '../support/setup.mts';

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
		expect(kindOf(Buffer.from(head))).toMatchObject({ mimeType });
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
		expect(kindOf(latin1(text))).toBe(name);
	});

	it('the blank picture is one pixel that the service can read', () => {
		const read = pictureOf('uploads:blank', BLANK_PICTURE.name, BLANK_PICTURE.bytes, 0);
		expect(read).toMatchObject({ ok: true, value: { width: 1, height: 1, mimeType: 'image/png' } });
	});
});

describe('checkPicture', () => {
	const { webp } = PICTURES;
	const largest = Buffer.alloc(MAX_PICTURE_BYTES, PICTURES.png);
	const checked = {
		kind: { mimeType: 'image/webp', extension: 'webp' },
		size: webp.length,
		digest: createHash('sha256').update(webp).digest('base64url'),
	};
	const isGif = { code: 'PICTURE_KIND', reason: 'is a GIF picture' };

	it.each<[string, Uint8Array, number, object]>([
		['kind, size and digest', webp, 100_000, checked],
		['the same byte by byte', webp, 1, checked],
		['that there is nothing', Buffer.alloc(0), 1, { code: 'PICTURE_EMPTY', reason: 'is empty' }],
		['that it is of another kind', Buffer.from('GIF89a'), 10, isGif],
		['that 10 MB are taken', largest, 65_536, { size: MAX_PICTURE_BYTES }],
	])('checkPicture tells of a picture: %s', async (_, bytes, size, expected) => {
		expect(await checkPicture(inChunks(bytes, size))).toMatchObject(expected);
	});

	it('checkPicture reads a picture above 10 MB no further than the first byte too many', async () => {
		let read = 0;
		async function* endless() {
			for (; ; read += 65_536) yield Buffer.alloc(65_536, PICTURES.png);
		}
		expect(await checkPicture(endless())).toMatchObject({ code: 'PICTURE_TOO_LARGE' });
		expect(read).toBeLessThanOrEqual(MAX_PICTURE_BYTES);
	});
});

describe('uploadFailure', () => {
	it.each([
		[400, 2_400_000, / is too large for ImaginePDF: it has 2.4 MB$/],
		[413, 2_400_000, / is too large for ImaginePDF: it has 2.4 MB$/],
		[400, 40_000, / was not accepted by ImaginePDF$/],
		[401, 2_400_000, / could not be uploaded: /],
	])('uploadFailure for HTTP %i and %i bytes is about the picture or not', (status, size, text) => {
		const failure = uploadFailure(new ApiError(status, 'X', ''), {
			place: { itemIndex: 3, binaryField: 'data' },
			size,
		});
		expect(failure.details).toMatchObject({
			message: expect.stringMatching(text),
			itemIndexes: [3],
		});
	});
});

describe('The client', () => {
	let setup: CoreSetup;
	beforeEach(async () => void (setup = await openCoreSetup()));
	afterEach(async () => await setup.close());

	/** Uploads a picture in its form, as the n8n layer puts it together. */
	async function upload(bytes: Uint8Array, name = 'photo.png') {
		const form = pictureForm(name, 'image/png', bytes.length);
		form.file.set(bytes);
		return await setup.client.uploadImage(form);
	}

	const { png } = PICTURES;
	const misleading = Buffer.concat([png, Buffer.from('\r\n------formdata-undici--\r\n--')]);
	it.each<[string, Uint8Array, string]>([
		['a JPEG', PICTURES.jpeg, 'photo.jpg'],
		['bytes that look like the end of the form', misleading, 'photo.png'],
		['a name with quotes', png, 'Bild "Ümläut" %22.png'],
		['a name in other letters', png, '写真.png'],
		['a name with separators', png, 'a;b=c.png'],
	])('the client uploads so that every byte arrives: %s', async (_, bytes, name) => {
		const image = await upload(bytes, name);
		const [arrived] = setup.emulator.uploads;
		expect(Buffer.from(arrived?.bytes ?? []).equals(bytes)).toBe(true);
		expect(arrived).toMatchObject({ ref: image.ref, name });
		expect(image).toMatchObject({ name, fileSize: bytes.length });
	});

	it('the client remembers which generation takes uploads, though the other answers everything else', async () => {
		setup.emulator.behaviour.choices.uploadRoutes = ['second'];
		for (const bytes of [png, PICTURES.jpeg]) await upload(bytes);
		const paths = setup.emulator.requests.map(({ path }) => path.split('/').at(-1));
		expect(paths).toEqual(['assets', 'uploads', 'uploads']);
	});

	it.each([
		['a gateway page', actions.gatewayPage(502)],
		['a lost answer', actions.resetAfter()],
		['too many requests', actions.busy(429)],
	])('the client uploads again after %s, since uploading is free', async (_, action) => {
		setup.emulator.faults.add({ route: 'upload', times: 2, action });
		const { ref } = await upload(png);
		const { uploads, requests } = setup.emulator;
		expect(uploads.map((one) => one.ref)).toContain(ref);
		expect(requests.map(({ route }) => route)).toEqual(['upload', 'upload', 'upload']);
	});
});
