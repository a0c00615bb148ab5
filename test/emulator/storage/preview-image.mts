import { png, type Colour } from '../png.mts';
import { seededRandom, seedFrom } from '../random.mts';

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
	const random = seededRandom(seedFrom(seed));
	const lengths = Array.from({ length: HEIGHT / LINE_HEIGHT }, () => random() * WIDTH);
	return png(WIDTH, HEIGHT, (x, y) => {
		if (y < BAND_HEIGHT) return ACCENT;
		const isLine = y >= BAND_HEIGHT + MARGIN && y < HEIGHT - MARGIN && y % LINE_HEIGHT < 4;
		const end = Math.min(lengths[Math.floor(y / LINE_HEIGHT)] ?? 0, WIDTH - MARGIN);
		return isLine && x >= MARGIN && x < end ? TEXT : PAPER;
	});
}
