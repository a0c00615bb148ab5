import { inflateSync } from 'node:zlib';

import type { Picture } from '../pictures.mts';

const PNG_SIGNATURE_BYTES = 8;

/**
 * Whether pdfkit draws the picture: PNG and JPEG (its guide, "Images"). Pixels of a PNG that cannot
 * be unpacked would end the process, since pdfkit unpacks them outside of any call.
 */
export function isDrawable({ mimeType, bytes }: Picture): boolean {
	return mimeType === 'image/jpeg' || (mimeType === 'image/png' && hasPixels(Buffer.from(bytes)));
}

/** PNG specification, "Chunk layout": length, type, data, checksum. */
function hasPixels(bytes: Buffer): boolean {
	const packed: Buffer[] = [];
	let at = PNG_SIGNATURE_BYTES;
	while (at + 12 <= bytes.length) {
		const length = bytes.readUInt32BE(at);
		const type = bytes.toString('latin1', at + 4, at + 8);
		if (type === 'IDAT') packed.push(bytes.subarray(at + 8, at + 8 + length));
		if (type === 'IEND') break;
		at += 12 + length;
	}
	try {
		return inflateSync(Buffer.concat(packed)).length > 0;
	} catch {
		return false;
	}
}
