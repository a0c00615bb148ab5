import { png, type Colour } from '../png.mts';

const WIDTH = 150;
const HEIGHT = 212;
/** ImaginePDF's vermilion (API page, section Name). */
const INK: Colour = [0xe8, 0x43, 0x3a];
const PAPER: Colour = [0xff, 0xff, 0xff];
const BAND_ROWS = 28;
const MARK = 8;

/**
 * A small page: a vermilion band on white, and below it as many squares as the page's number (from
 * 0), so that no two pages are the same picture.
 */
export function previewImage(page: number): Uint8Array {
	return png(WIDTH, HEIGHT, (x, y) => {
		if (y < BAND_ROWS) return INK;
		const isMark = y >= HEIGHT - 2 * MARK && y < HEIGHT - MARK && (x / MARK) % 2 < 1;
		return isMark && x < 2 * MARK * (page + 1) ? INK : PAPER;
	});
}
