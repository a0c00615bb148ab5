import { png } from './png.mts';

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
