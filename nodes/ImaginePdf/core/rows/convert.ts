import type { TextFormat } from './dates';
import { Refusal } from './issues';
import { isVisible } from './names';
import { blankTable, isTableLike, readTable, tableUse, type TableUse } from './table';
import { lacking, type Target, type Targets } from './targets';
import type { ApiValue, MissingVariables, Picture, RowValues, TableColumns } from './types';
import {
	cellText,
	imageValue,
	isReference,
	textValue,
	type NoteKind,
	type Writing,
} from './values';
import type { Variable, VariableKind } from '../designs/variable';
import { isPlainObject, setAll, type Fields } from '../objects';
import { showName } from '../text';

/* From matched values to what is sent: converted by the kind of their variables, and filled up. */

type Outcome = ApiValue | Refusal | undefined;

/** What stands for an image that a row lacks; it is uploaded later. */
const BLANK_PICTURE = Symbol('blank picture');

interface Kind {
	read(raw: unknown, writing: Writing, use: TableUse): Outcome;
	blank(variable: Variable): ApiValue | typeof BLANK_PICTURE;
}

const TEXT: Kind = { read: textValue, blank: () => '' };

/** All that differs from kind to kind. */
const KINDS: Readonly<Record<VariableKind, Kind>> = {
	text: TEXT,
	qr: TEXT,
	barcode: TEXT,
	image: { read: imageValue, blank: () => BLANK_PICTURE },
	table: { read: (raw, writing, use) => readTable(raw, use, writing), blank: blankTable },
	unknown: {
		read: (raw, writing, use) =>
			isTableLike(raw) ? readTable(raw, use, writing) : textValue(raw, writing),
		blank: () => '',
	},
};

/** What is worth telling of a design's values, counted. */
export interface Note {
	readonly kind: NoteKind;
	readonly key: string;
	/** The first value that it is about. */
	readonly example: string;
}

/** What a design's values are converted with, one for each target. */
export class Converter {
	readonly tables: readonly TableUse[];
	readonly notes = new Map<string, Note>();
	private readonly writings: readonly Writing[];
	/** What values show of targets whose kind the design does not show. */
	private readonly shown: Array<Set<'image' | 'table' | 'text'> | undefined> = [];

	constructor(targets: Targets, chosen: readonly TableColumns[], format: TextFormat) {
		this.tables = targets.all.map(({ key, variable }) => {
			const own = chosen.filter((one) => targets.named(one.variable)?.key === key);
			return tableUse(
				variable,
				own.flatMap(({ columns }) => columns),
			);
		});
		this.writings = targets.all.map(({ key, kind, variable, tokens }) => ({
			format,
			kind,
			variable: variable.name,
			tokens: [...tokens.keys()],
			note: (what, example) => {
				const name = `${what} ${key}`;
				if (!this.notes.has(name)) this.notes.set(name, { kind: what, key, example });
			},
		}));
	}

	/** The value of a target, or of its tokens: an object may hold them. */
	read(target: Target, raw: unknown): Outcome | ReadonlyMap<Target, string> {
		if (raw === undefined || raw === null) return undefined;
		const { index, kind } = target;
		const [writing, use] = [this.writings[index], this.tables[index]];
		if (!writing || !use) return undefined;
		if (target.tokens.size > 0 && isPlainObject(raw)) {
			const tokens = tokenValues(raw, target, writing);
			if (tokens) return tokens;
		}
		const value = KINDS[kind].read(raw, writing, use);
		if (kind === 'unknown' && value && !(value instanceof Refusal)) {
			const what = typeof value !== 'string' ? 'table' : isReference(value) ? 'image' : 'text';
			(this.shown[index] ??= new Set()).add(what);
		}
		return value;
	}

	/** The kind of a target, by what all values have shown where the design does not show it. */
	kindOf({ index, kind }: Target): VariableKind {
		const shown = this.shown[index];
		if (!shown) return kind;
		return shown.has('table') ? 'table' : shown.has('text') ? 'text' : 'image';
	}

	/** Lines as a table of a group. */
	lines(target: Target, lines: readonly Fields[]): Outcome {
		const [writing, use] = [this.writings[target.index], this.tables[target.index]];
		return writing && use ? readTable(lines, use, writing) : undefined;
	}
}

/** The tokens that an object fills, or `undefined` where one of its keys is none. */
function tokenValues(
	raw: Fields,
	{ tokens }: Target,
	writing: Writing,
): ReadonlyMap<Target, string> | Refusal | undefined {
	const names = Object.keys(raw);
	if (names.length === 0 || !names.every((name) => tokens.has(name))) return undefined;
	const values = new Map<Target, string>();
	for (const name of names) {
		const text = cellText(raw[name], writing);
		if (text instanceof Refusal) return text.in(`token ${showName(name)}`);
		const token = tokens.get(name);
		if (text !== undefined && token) values.set(token, text);
	}
	return values;
}

/** Converted values by the index of their target. */
export type Given = Array<ApiValue | undefined>;

/** A row as it is sent. */
export interface FilledRow {
	readonly values: RowValues;
	/** What it lacks, by the keys of the targets. */
	readonly lacks: readonly string[];
	readonly blankPictures: readonly string[];
	/** Whether anything of it is printed. */
	readonly hasValue: boolean;
}

/**
 * Fills in what a row lacks, so that the design's sample content does not show where a row says
 * nothing. The service may know a variable by several names, and ignores those it does not know: every
 * value, and every blank, is sent under all of them.
 */
export function fillRow(
	given: Given,
	pictures: readonly Picture[],
	{ all, wholes }: Targets,
	converter: Converter,
	mode: MissingVariables,
): FilledRow {
	const values: RowValues = {};
	const lacks: string[] = [];
	const blankPictures: string[] = [];
	let hasValue = pictures.length > 0;
	const isPictured = ({ key }: Target) => pictures.some(({ variable }) => variable === key);
	for (const target of all) {
		const value = given[target.index];
		if (value === undefined || isPictured(target)) continue;
		setAll(values, target.keys, value);
		if (typeof value !== 'string') hasValue ||= value.some((cells) => cells.some(isVisible));
		else if (isVisible(value)) hasValue = true;
		else addTo(lacks, target.key);
	}
	const isThere = (target: Target) => {
		const value = given[target.index];
		const kind = value === '' ? converter.kindOf(target) : target.kind;
		// Where others have a table or a picture, empty text is no value.
		const isNone =
			value === '' && target.kind === 'unknown' && (kind === 'table' || kind === 'image');
		return (value !== undefined && !isNone) || isPictured(target);
	};
	for (const whole of wholes) {
		for (const target of isThere(whole) ? [] : lacking(whole, isThere)) {
			addTo(lacks, target.key);
			const blank = KINDS[converter.kindOf(target)].blank(target.variable);
			if (mode !== 'blank') continue;
			if (blank !== BLANK_PICTURE) setAll(values, target.keys, blank);
			else {
				for (const key of target.keys) delete values[key];
				addTo(blankPictures, target.key);
			}
		}
	}
	return { values, lacks, blankPictures, hasValue };
}

/** A token may be lacking in several variables. */
function addTo(keys: string[], key: string): void {
	if (!keys.includes(key)) keys.push(key);
}
