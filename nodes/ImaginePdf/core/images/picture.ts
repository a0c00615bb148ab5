import { createHash, randomUUID } from 'node:crypto';

import { ApiError } from '../api/errors';
import { Failure } from '../failure';
import { MAX_PICTURE_BYTES, SMALL_PICTURE_BYTES } from '../limits';
import { serviceWords, toFailure } from '../messages';
import { itemsIn } from '../objects';
import type { Picture } from '../rows/types';
import { firstFew, itemsText, lowerFirst, NAMED, plural } from '../text';

/**
 * A transparent PNG of 1 × 1 pixels. An image variable that a row lacks would show the design's sample
 * picture, and empty text is no image (docs/imaginepdf-api.md, "Values"): this shows nothing.
 */
const BLANK_PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=',
	'base64',
);
export const BLANK_PICTURE = {
	name: 'blank.png',
	mimeType: 'image/png',
	bytes: BLANK_PNG,
	size: BLANK_PNG.length,
	digest: 'blank',
};

/** A kind of picture that the service takes (docs/imaginepdf-api.md, "Images"). */
export interface PictureKind {
	mimeType: string;
	/** Without a dot. */
	extension: string;
}

/** A picture that can be uploaded. */
export interface CheckedPicture extends PictureKind {
	/** Length in bytes. */
	size: number;
	/** SHA-256, so that equal pictures are uploaded once. */
	digest: string;
}

/** A binary field of an item. */
export type PictureField = Omit<Picture, 'variable'>;

const CONVERT =
	"ImaginePDF takes PNG, JPEG, WebP and SVG. Convert it first, e.g. with n8n's 'Edit Image' node.";

/** How to make a picture smaller within n8n. */
const SHRINK =
	"Make it smaller first, e.g. with n8n's 'Edit Image' node: its operation 'Resize', or the format JPEG.";

/**
 * Reads a picture to its end and says what it is. Of its bytes only the first few are kept. Reading
 * ends early where the file is larger than any generation of the API takes.
 * @throws Failure for what cannot be uploaded
 */
export async function checkPicture(
	field: PictureField,
	chunks: AsyncIterable<Uint8Array>,
): Promise<CheckedPicture> {
	const hash = createHash('sha256');
	let head: Buffer = Buffer.alloc(0);
	let size = 0;
	for await (const chunk of chunks) {
		head = Buffer.concat([head, chunk]).subarray(0, PICTURE_HEAD_BYTES);
		hash.update(chunk);
		size += chunk.length;
		if (size > MAX_PICTURE_BYTES) {
			throw unusable(field, 'PICTURE_TOO_LARGE', 'is larger than 10 MB', SHRINK);
		}
	}
	if (size === 0) {
		throw unusable(field, 'PICTURE_EMPTY', 'is empty', 'Look at what the node before hands on.');
	}
	const kind = pictureKindOf(head);
	if (typeof kind === 'string') throw unusable(field, 'PICTURE_KIND', `is ${kind}`, CONVERT);
	return { ...kind, size, digest: hash.digest('base64url') };
}

/*
 * What a picture is, by its first bytes and never by its name: a photo that a browser saved as
 * `photo.png` is a WebP as often as not.
 */

/** Bytes that are enough to recognise a kind. Before an SVG's first tag a long comment may stand. */
const PICTURE_HEAD_BYTES = 16 * 1024;

/** How files begin: pictures that the service takes, and in words for the middle of a sentence what it does not. */
const PICTURE_KINDS: ReadonlyArray<[begins: RegExp, kind: PictureKind | string]> = [
	[/^\x89PNG\r\n.\n/, { mimeType: 'image/png', extension: 'png' }],
	[/^\xff\xd8\xff/, { mimeType: 'image/jpeg', extension: 'jpg' }],
	[/^RIFF[^]{4}WEBP/, { mimeType: 'image/webp', extension: 'webp' }],
	[/^GIF8[79]a/, 'a GIF picture'],
	[/^%PDF-/, 'a PDF'],
	// Brands of an ISO base media file (ISO/IEC 14496-12), as phones take them.
	[/^[^]{4}ftypavi[fs]/, 'an AVIF picture'],
	[/^[^]{4}ftyp(hei[cxms]|hev[cx]|m[is]f1)/, 'a HEIC picture'],
	[/^(II\*\0|MM\0\*)/, 'a TIFF picture'],
	[/^BM/, 'a BMP picture'],
	[/^\s*<(!doctype html|html)/i, 'a web page'],
];

/** The kind of a picture by its first bytes; in words where the service does not take it. */
export function pictureKindOf(head: Buffer): PictureKind | string {
	const text = head.toString('latin1');
	const [, kind = 'no picture'] = PICTURE_KINDS.find(([begins]) => begins.test(text)) ?? [];
	return isSvg(text) ? { mimeType: 'image/svg+xml', extension: 'svg' } : kind;
}

/** What may stand before the first tag of an XML document (XML 1.0, section 2.8). */
const PROLOG = /\s+|<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^>[]*(\[[^\]]*\])?[^>]*>/iy;

function isSvg(text: string): boolean {
	const prolog = new RegExp(PROLOG);
	let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
	for (prolog.lastIndex = at; prolog.test(text); at = prolog.lastIndex);
	return /^<([\w.-]+:)?svg[\s>/]/.test(text.slice(at));
}

/**
 * A form with the fields `name` and `file` (docs/imaginepdf-api.md, "Images"), as RFC 7578 writes it. The file
 * is read into its part of the form, so that it is in memory once: the runtime's own `FormData` copies it into a Blob,
 * whose memory comes back late.
 *
 * @param size of the file, in bytes
 */
export function pictureForm(name: string, mimeType: string, size: number) {
	const boundary = randomUUID();
	const fileName = name.replace(/[\r\n"]/g, (sign) => encodeURIComponent(sign));
	const head = Buffer.from(
		`--${boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\n${name}\r\n` +
			`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n` +
			`Content-Type: ${mimeType}\r\n\r\n`,
	);
	const tail = `\r\n--${boundary}--\r\n`;
	const bytes = Buffer.alloc(head.length + size + tail.length);
	bytes.set(head);
	bytes.write(tail, head.length + size);
	const file = bytes.subarray(head.length, head.length + size);
	return { contentType: `multipart/form-data; boundary=${boundary}`, bytes, file };
}

/**
 * A file that cannot be uploaded, in words.
 * @param reason a clause about the file, without a full stop: `is empty`
 */
export function unusable(
	{ itemIndex, binaryField }: PictureField,
	code: string,
	reason: string,
	remedy: string,
): Failure {
	return new Failure({
		message: `The file in '${binaryField}' of ${itemsText([itemIndex])} ${reason}`,
		description: remedy,
		code,
		itemIndexes: [itemIndex],
	});
}

/**
 * What became of an upload, in words.
 * @param picture comes from no field where it is the blank one; its size is in bytes
 */
export function uploadFailure(
	error: unknown,
	{ field, size }: { field?: PictureField; size: number },
): Failure {
	if (error instanceof Failure) return error;
	const what = field
		? `The picture in '${field.binaryField}' of ${itemsText([field.itemIndex])}`
		: 'The blank picture for missing images';
	const about = field && { itemIndexes: [field.itemIndex] };
	const failure = toFailure(error, { doing: 'upload' }).with({ ...about });
	// Other refusals are about the key, the plan or the route.
	if (!(error instanceof ApiError) || ![400, 413, 415, 422].includes(error.status)) {
		const reason = lowerFirst(failure.details.message);
		return failure.with({ message: `${what} could not be uploaded: ${reason}` });
	}
	const words = serviceWords(error);
	if (size <= SMALL_PICTURE_BYTES) {
		const remedy = 'Look whether it opens elsewhere, and whether an SVG has content.';
		const message = `${what} was not accepted by ImaginePDF`;
		return failure.with({ message, description: `${remedy}${words}` });
	}
	// Of a million bytes each, as file managers count.
	const megabytes = `${(size / 1_000_000).toFixed(1)} MB`;
	return failure.with({
		message: `${what} is too large for ImaginePDF: it has ${megabytes}`,
		description: `ImaginePDF may take no more than 1 MB. ${SHRINK}${words}`,
	});
}

/** Several failures as one: all items at once, so that nobody has to search for the next one. */
export function together(failures: readonly [Failure, ...Failure[]]): Failure {
	const [first, ...more] = failures;
	if (more.length === 0) return first;
	const itemIndexes = itemsIn(
		failures.map(({ details: { itemIndexes: own = [] } }) => ({ itemIndexes: own })),
	);
	const named = failures.slice(0, NAMED).map(({ details }) => details.message);
	const remedies = new Set(failures.slice(0, NAMED).map(({ details }) => details.description));
	return first.with({
		message: `${plural(failures.length, 'picture')} cannot be uploaded: ${itemsText(itemIndexes)}`,
		description: `${firstFew(named, failures.length)}. ${[...remedies].join(' ')}`,
		itemIndexes,
	});
}
