/*
 * What a picture is, by its first bytes and never by its name: a photo that a browser saved as
 * `photo.png` is a WebP as often as not.
 */

/** A kind of picture that the service takes (docs/imaginepdf-api.md, "Images"). */
export interface PictureKind {
	readonly mimeType: string;
	/** Without a dot. */
	readonly extension: string;
}

/** Bytes that are enough to recognise a kind. Before an SVG's first tag a long comment may stand. */
export const HEAD_BYTES = 16 * 1024;

const PNG: PictureKind = { mimeType: 'image/png', extension: 'png' };
const JPEG: PictureKind = { mimeType: 'image/jpeg', extension: 'jpg' };
const WEBP: PictureKind = { mimeType: 'image/webp', extension: 'webp' };
const SVG: PictureKind = { mimeType: 'image/svg+xml', extension: 'svg' };

const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

/** The kind of a picture by its first bytes; `undefined` for a file that the service does not take. */
export function pictureKind(head: Uint8Array): PictureKind | undefined {
	const text = latin1(head);
	if (text.startsWith(PNG_SIGNATURE)) return PNG;
	if (text.startsWith('\xff\xd8\xff')) return JPEG;
	if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return WEBP;
	return isSvg(text) ? SVG : undefined;
}

/** Brands of pictures in an ISO base media file (ISO/IEC 14496-12), as phones take them. */
const HEIF_BRANDS = /^(heic|heix|heim|heis|hevc|hevx|mif1|msf1|avif|avis)$/;

/** What a file is that the service does not take, for the middle of a sentence. */
export function otherKindName(head: Uint8Array): string {
	const text = latin1(head);
	if (/^GIF8[79]a/.test(text)) return 'a GIF picture';
	if (text.startsWith('%PDF-')) return 'a PDF';
	if (text.startsWith('ftyp', 4) && HEIF_BRANDS.test(text.slice(8, 12)))
		return text.startsWith('avi', 8) ? 'an AVIF picture' : 'a HEIC picture';
	if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'a TIFF picture';
	if (text.startsWith('BM')) return 'a BMP picture';
	if (/^\s*<(!doctype html|html)/i.test(text)) return 'a web page';
	return 'no picture';
}

/** What may stand before the first tag of an XML document (XML 1.0, section 2.8). */
const PROLOG = [
	/^\s+/,
	/^<\?[\s\S]*?\?>/,
	/^<!--[\s\S]*?-->/,
	/^<!DOCTYPE[^>[]*(\[[^\]]*\])?[^>]*>/i,
];

function isSvg(text: string): boolean {
	let rest = text.replace(/^\xef\xbb\xbf/, '');
	for (;;) {
		const part = PROLOG.map((form) => form.exec(rest)?.[0]).find((found) => found !== undefined);
		if (part === undefined) break;
		rest = rest.slice(part.length);
	}
	return /^<([\w.-]+:)?svg[\s>/]/.test(rest);
}

function latin1(head: Uint8Array): string {
	return Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString(
		'latin1',
	);
}
