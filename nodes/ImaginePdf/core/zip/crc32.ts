/** CRC-32 as ZIP uses it (APPNOTE 4.4.7), sixteen bytes a step ("slicing", Kounavis and Berry 2005). */

/** The polynomial 0x04C11DB7, bits reversed. */
const POLYNOMIAL = 0xedb88320;
const SLICES = 16;

/** Table `n` starts at `256 * n`: what a byte does to the checksum when `n` more bytes follow it. */
const t = makeTables();

function makeTables(): Int32Array {
	const tables = new Int32Array(256 * SLICES);
	for (let byte = 0; byte < 256; byte++) {
		let value = byte;
		for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
		tables[byte] = value;
	}
	for (let index = 256; index < tables.length; index++) {
		const shorter = tables[index - 256]!;
		tables[index] = (shorter >>> 8) ^ tables[shorter & 0xff]!;
	}
	return tables;
}

/**
 * The checksum of `bytes`, or of everything so far when `previous` is the checksum of what came
 * before them.
 *
 * @returns an unsigned 32-bit number
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
	const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let crc = ~previous;
	let at = 0;
	for (const end = bytes.length - 15; at < end; at += 16) {
		const a = crc ^ words.getInt32(at, true);
		const b = words.getInt32(at + 4, true);
		const c = words.getInt32(at + 8, true);
		const d = words.getInt32(at + 12, true);
		crc =
			t[3840 + (a & 0xff)]! ^
			t[3584 + ((a >>> 8) & 0xff)]! ^
			(t[3328 + ((a >>> 16) & 0xff)]! ^ t[3072 + (a >>> 24)]!) ^
			(t[2816 + (b & 0xff)]! ^ t[2560 + ((b >>> 8) & 0xff)]!) ^
			(t[2304 + ((b >>> 16) & 0xff)]! ^ t[2048 + (b >>> 24)]!) ^
			(t[1792 + (c & 0xff)]! ^ t[1536 + ((c >>> 8) & 0xff)]!) ^
			(t[1280 + ((c >>> 16) & 0xff)]! ^ t[1024 + (c >>> 24)]!) ^
			(t[768 + (d & 0xff)]! ^ t[512 + ((d >>> 8) & 0xff)]!) ^
			(t[256 + ((d >>> 16) & 0xff)]! ^ t[d >>> 24]!);
	}
	for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 0xff]!;
	return ~crc >>> 0;
}
