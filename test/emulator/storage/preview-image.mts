import { crc32, deflateSync } from 'node:zlib';

const WIDTH = 150;
const HEIGHT = 212;
/** ImaginePDF's vermilion (API page, section Name). */
const INK = [0xe8, 0x43, 0x3a];
const BAND_ROWS = 28;

let image: Uint8Array | undefined;

/** A small page as PNG: a vermilion band on white. */
export function previewImage(): Uint8Array {
	image ??= draw();
	return image;
}

function draw(): Uint8Array {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(WIDTH, 0);
	header.writeUInt32BE(HEIGHT, 4);
	// 8 bits, RGB (PNG specification, IHDR).
	header.set([8, 2, 0, 0, 0], 8);
	const row = (colour: number[]) => [0, ...Array.from({ length: WIDTH }, () => colour).flat()];
	const pixels = Array.from({ length: HEIGHT }, (_, y) =>
		row(y < BAND_ROWS ? INK : [255, 255, 255]),
	);
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(Buffer.from(pixels.flat()))),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Uint8Array): Buffer {
	const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(named));
	return Buffer.concat([length, named, sum]);
}
