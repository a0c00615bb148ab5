import { otherKindName, pictureKind } from '../../../nodes/ImaginePdf/core/images/pictureKind.ts';
import { BLANK_PICTURE } from '../../../nodes/ImaginePdf/core/images/blankPicture.ts';
import { PICTURES } from '../../emulator/index.mts';
import { pictureOf } from '../../emulator/pictures.mts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe("A picture's kind", () => {
	it.each([
		['png', 'image/png'],
		['jpeg', 'image/jpeg'],
		['webp', 'image/webp'],
		['svg', 'image/svg+xml'],
	] as const)('the kind of a real %s picture is read from its content', (name, mimeType) => {
		expect(pictureKind(PICTURES[name])?.mimeType).toBe(mimeType);
	});

	it.each([
		['a byte-order mark', '\xef\xbb\xbf<svg/>'],
		['a declaration', '<?xml version="1.0"?>\n<svg xmlns="x">'],
		['comments', '<!-- made by > hand -->\n<!-- twice --><svg>'],
		[
			'a document type with entities',
			'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y" [\n<!ENTITY a "b">\n]>\n<svg>',
		],
		['a prefix', '<?xml version="1.0"?><svg:svg xmlns:svg="x">'],
	])('the kind of a picture is SVG also after %s', (_, text) => {
		expect(pictureKind(latin1(text))?.extension).toBe('svg');
	});

	it.each([
		['GIF89a...', 'a GIF picture'],
		['%PDF-1.7', 'a PDF'],
		['\0\0\0\x18ftypheic\0\0\0\0', 'a HEIC picture'],
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
	])('a picture that ImaginePDF does not take is named: %j', (text, name) => {
		expect(pictureKind(latin1(text))).toBeUndefined();
		expect(otherKindName(latin1(text))).toBe(name);
	});

	it('the kind of a picture is found quickly in a hostile head', () => {
		const head = latin1(`<?xml?>${'<!-- '.repeat(3000)}${'<!DOCTYPE '.repeat(300)}`);
		expect(pictureKind(head)).toBeUndefined();
	});
});

describe('The blank picture', () => {
	it('the transparent picture is a PNG of one pixel that the service can read', () => {
		expect(pictureKind(BLANK_PICTURE.bytes)?.mimeType).toBe(BLANK_PICTURE.mimeType);
		const read = pictureOf('uploads:blank', BLANK_PICTURE.name, BLANK_PICTURE.bytes, 0);
		expect(read).toMatchObject({ ok: true, value: { width: 1, height: 1, mimeType: 'image/png' } });
	});
});
