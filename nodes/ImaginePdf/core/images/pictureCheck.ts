import { createHash } from 'node:crypto';

import { HEAD_BYTES, otherKindName, pictureKind, type PictureKind } from './pictureKind';
import { MAX_PICTURE_BYTES } from '../limits';

/** A picture that can be uploaded. */
export interface CheckedPicture {
	readonly kind: PictureKind;
	/** Length in bytes. */
	readonly size: number;
	/** SHA-256, so that equal pictures are uploaded once. */
	readonly digest: string;
}

/** Why a file cannot be uploaded. */
export interface UnusablePicture {
	/** Stable across releases. */
	readonly code: 'PICTURE_EMPTY' | 'PICTURE_KIND' | 'PICTURE_TOO_LARGE';
	/** A clause about the file, without a full stop: `is empty`. */
	readonly reason: string;
	/** What to do next: a sentence. */
	readonly remedy: string;
}

const CONVERT =
	"ImaginePDF takes PNG, JPEG, WebP and SVG. Convert it first, e.g. with n8n's 'Edit Image' node.";

/** How to make a picture smaller within n8n. */
export const SHRINK =
	"Make it smaller first, e.g. with n8n's 'Edit Image' node: its operation 'Resize', or the format JPEG.";

/**
 * Reads a picture to its end and says what it is. Of its bytes only the first few are kept. Reading
 * ends early where the file is larger than any generation of the API takes.
 */
export async function checkPicture(
	chunks: AsyncIterable<Uint8Array>,
): Promise<CheckedPicture | UnusablePicture> {
	const hash = createHash('sha256');
	let head: Uint8Array = new Uint8Array();
	let size = 0;
	for await (const chunk of chunks) {
		if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
		hash.update(chunk);
		size += chunk.length;
		if (size > MAX_PICTURE_BYTES) {
			return { code: 'PICTURE_TOO_LARGE', reason: 'is larger than 10 MB', remedy: SHRINK };
		}
	}
	if (size === 0) {
		const remedy = 'Look at what the node before hands on.';
		return { code: 'PICTURE_EMPTY', reason: 'is empty', remedy };
	}
	const kind = pictureKind(head);
	if (kind === undefined) {
		return { code: 'PICTURE_KIND', reason: `is ${otherKindName(head)}`, remedy: CONVERT };
	}
	return { kind, size, digest: hash.digest('base64url') };
}

/** "2.4 MB", of a million bytes each as file managers count. */
export function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
