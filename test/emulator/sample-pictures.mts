import { crc32, deflateSync } from 'node:zlib';

import { seededRandom, seedFrom } from './random.mts';

type Colour = readonly [red: number, green: number, blue: number];

/** A picture as PNG (PNG specification, 8 bits, RGB), drawn point by point. */
export function png(
	width: number,
	height: number,
	colourAt: (x: number, y: number) => Colour,
): Uint8Array {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	const lines = Array.from({ length: height }, (_, y) => [
		0,
		...Array.from({ length: width }, (__, x) => colourAt(x, y)).flat(),
	]);
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(Buffer.from(lines.flat()))),
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

const base64 = (text: string) => Buffer.from(text, 'base64');

/** A small picture of each kind that the API takes, for tests. */
export const PICTURES = {
	/** 8 × 8, vermilion. */
	png: Buffer.from(png(8, 8, () => [0xe8, 0x43, 0x3a])),
	/** 1 × 1, nothing to be seen. */
	transparent: base64(
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAeImBZsAAAAASUVORK5CYII=',
	),
	/** 1 × 1. */
	jpeg: base64(
		'/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP////////////////////////////////////////////////////////////////' +
			'//////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
	),
	/** 1 × 1. */
	webp: base64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'),
	/** 20 × 10. */
	svg: Buffer.from(
		'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="#e8433a"/></svg>',
	),
} as const;

const WIDTH = 150;
const HEIGHT = 212;
/** ImaginePDF's vermilion (docs/imaginepdf-api.md, "Name"). */
const ACCENT: Colour = [0xe8, 0x43, 0x3a];
const TEXT: Colour = [0xbb, 0xbb, 0xbb];
const PAPER: Colour = [0xff, 0xff, 0xff];
const BAND_HEIGHT = 28;
const MARGIN = 14;
const LINE_HEIGHT = 10;

/**
 * A small page: a vermilion band on white and lines of grey, their lengths made from `seed`, so
 * that no two pages are the same picture.
 */
export function previewImage(seed: string): Uint8Array {
	const image = drawn.get(seed) ?? draw(seed);
	drawn.set(seed, image);
	return image;
}

const drawn = new Map<string, Uint8Array>();

function draw(seed: string): Uint8Array {
	const random = seededRandom(seedFrom(seed));
	const lengths = Array.from({ length: HEIGHT / LINE_HEIGHT }, () => random() * WIDTH);
	return png(WIDTH, HEIGHT, (x, y) => {
		if (y < BAND_HEIGHT) return ACCENT;
		const isLine = y >= BAND_HEIGHT + MARGIN && y < HEIGHT - MARGIN && y % LINE_HEIGHT < 4;
		const end = Math.min(lengths[Math.floor(y / LINE_HEIGHT)] ?? 0, WIDTH - MARGIN);
		return isLine && x >= MARGIN && x < end ? TEXT : PAPER;
	});
}
