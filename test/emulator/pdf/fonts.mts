import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { create, type Font, type Glyph, type GlyphRun } from 'fontkit';

import { unpackWoff } from './woff.mts';

declare global {
	namespace PDFKit.Mixins {
		interface PDFFont {
			/** pdfkit also takes a font that fontkit has parsed (0.20, `PDFFontFactory.open`). */
			registerFont(name: string, font: Font): this;
		}
	}
}

/** `sans` for what it has (Latin, Greek, Cyrillic, Arabic …), `wide` for all other scripts. */
export type FontName = 'sans' | 'wide';

export interface Run {
	font: FontName;
	text: string;
}

/** Braille patterns stand in for characters that no font has, e.g. emoji: visible, and distinct. */
const STAND_IN_START = 0x2801;
const STAND_IN_COUNT = 255;
/** Labels and common words come again in every PDF; laying a word out is the dearest step. */
const REMEMBERED_WORDS = 10_000;

const UNIFONT = '@fontsource/unifont/files/unifont-latin-400-normal.woff';

interface ParsedFonts {
	sans: Font;
	wide: Font;
}

let parsed: ParsedFonts | undefined;

/** Parsed once per process; that takes longer than making a PDF. */
function fonts(): ParsedFonts {
	parsed ??= {
		sans: withOwnCodePoints(parse(readPackageFile('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'))),
		wide: withOwnCodePoints(parse(unpackWoff(readPackageFile(UNIFONT)))),
	};
	return parsed;
}

/** Makes both fonts known to a document. */
export function registerFonts(document: PDFKit.PDFDocument): void {
	const { sans, wide } = fonts();
	document.registerFont('sans', sans);
	document.registerFont('wide', withStandIns(wide));
}

/** Cuts a text where the font has to change. Marks and spaces stay with what they follow. */
export function runsOf(text: string): Run[] {
	const runs: Run[] = [];
	for (const character of text) {
		const last = runs.at(-1);
		const font = fontFor(character, last?.font);
		if (last?.font === font) last.text += character;
		else runs.push({ font, text: character });
	}
	return runs;
}

function fontFor(character: string, before: FontName | undefined): FontName {
	if (before !== undefined && /^[\p{M}\p{Cf}\s]$/u.test(character)) return before;
	return fonts().sans.hasGlyphForCodePoint(codePointOf(character)) ? 'sans' : 'wide';
}

/**
 * fontkit remembers a glyph with the character that asked for it first, which would make a PDF
 * depend on the ones before it. Here every glyph tells the character it stands for in this text.
 */
function withOwnCodePoints(font: Font): Font {
	const remembered = new Map<string, GlyphRun>();
	const layout: Font['layout'] = (text, ...rest) => {
		if (rest.length > 0 && rest[0] !== undefined) return layOut(font, text, ...rest);
		const run = remembered.get(text) ?? layOut(font, text);
		if (remembered.size < REMEMBERED_WORDS) remembered.set(text, run);
		// pdfkit scales the positions in place.
		const positions = run.positions.map((position) => ({ ...position }));
		return Object.create(run, { positions: { value: positions } });
	};
	return Object.create(font, { layout: { value: layout } });
}

function layOut(font: Font, ...[text, ...rest]: Parameters<Font['layout']>): GlyphRun {
	const run = font.layout(text, ...rest);
	const codePoints = Array.from(text, codePointOf);
	if (run.direction === 'rtl') codePoints.reverse();
	// Where glyphs were joined or reordered their own characters are unambiguous.
	if (run.glyphs.length !== codePoints.length) return run;
	run.glyphs = run.glyphs.map((glyph, index) => {
		const codePoint = codePoints[index];
		if (codePoint === undefined || !isGlyphOf(font, glyph, codePoint)) return glyph;
		return withCodePoint(glyph, codePoint);
	});
	return run;
}

function isGlyphOf(font: Font, glyph: Glyph, codePoint: number): boolean {
	return font.hasGlyphForCodePoint(codePoint) && font.glyphForCodePoint(codePoint).id === glyph.id;
}

/** For one document, since it hands its stand-ins out in the order of their use. */
function withStandIns(font: Font): Font {
	const standIns = new Map<number, number>();
	const standInFor = (codePoint: number): number => {
		const known = standIns.get(codePoint) ?? STAND_IN_START + (standIns.size % STAND_IN_COUNT);
		standIns.set(codePoint, known);
		return known;
	};
	const layout: Font['layout'] = (text, ...rest) => {
		const codePoints = Array.from(text, codePointOf);
		if (codePoints.every((codePoint) => font.hasGlyphForCodePoint(codePoint))) {
			return font.layout(text, ...rest);
		}
		const replaced = codePoints.map((codePoint) =>
			font.hasGlyphForCodePoint(codePoint) ? codePoint : standInFor(codePoint),
		);
		const run = font.layout(String.fromCodePoint(...replaced), ...rest);
		if (run.glyphs.length !== codePoints.length) return run;
		run.glyphs = run.glyphs.map((glyph, index) => withCodePoint(glyph, codePoints[index] ?? 0));
		return run;
	};
	return Object.create(font, { layout: { value: layout } });
}

function withCodePoint(glyph: Glyph, codePoint: number): Glyph {
	return Object.create(glyph, { codePoints: { value: [codePoint] } });
}

function codePointOf(character: string): number {
	return character.codePointAt(0) ?? 0;
}

function parse(file: Buffer): Font {
	const font = create(file);
	if ('fonts' in font) throw new Error('A single font was expected, not a collection');
	return font;
}

function readPackageFile(file: string): Buffer {
	// The commands and jest both run in the repository's root.
	const { resolve } = createRequire(path.join(process.cwd(), 'package.json'));
	return readFileSync(resolve(file));
}
