/**
 * A transparent PNG of 1 × 1 pixels. An image variable that a row lacks would show the design's sample
 * picture, and empty text is no image (docs/imaginepdf-api.md, "Values"): this shows nothing.
 */
export const BLANK_PICTURE = {
	name: 'blank.png',
	mimeType: 'image/png',
	bytes: Buffer.from(
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=',
		'base64',
	),
};
