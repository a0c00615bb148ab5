import { isVisible } from './names';
import type { TableReader } from './table';
import type { Target, VariableTargets } from './targets';
import type { ApiValue, MissingVariables, RowValues } from './types';
import { isReference } from './value';
import type { VariableKind } from '../designs/variable';
import { asFastObject, setAll } from '../objects';

/** A row that is being made. */
export interface FilledRow {
	readonly values: RowValues;
	/** Whether anything of it is printed. */
	hasValue: boolean;
	/** What it lacked and is sent as blank. */
	readonly blanked: string[];
	readonly blankPictures: string[];
	/** What is refused, because it must not be missing. */
	readonly missing: string[];
}

/**
 * Completes the rows of one design, so that the design's sample content does not show where a row
 * says nothing. The service may know a variable by several names, and ignores those it does not
 * know: every value, and every blank, is sent under all of them.
 */
export class RowFiller {
	/** Blanks for the variables that nothing but one field can fill, until the row's own values are put in. */
	private readonly template: RowValues;
	/** For each target the last row that has a value for it; 0 where none has. */
	private readonly lastGiven: Int32Array;
	private rows = 0;
	/** What values show of targets whose kind the design does not show. */
	private readonly shown = new Map<Target, Set<'table' | 'image' | 'text'>>();

	constructor(
		targets: readonly Target[],
		private readonly variables: readonly VariableTargets[],
		private readonly readers: ReadonlyMap<Target, TableReader>,
		private readonly mode: MissingVariables,
	) {
		this.lastGiven = new Int32Array(targets.length);
		const template: RowValues = {};
		for (const { whole, tokens } of mode === 'sample' ? [] : variables) {
			if (tokens.size > 0 || whole.kind === 'image') continue;
			setAll(template, whole.keys, this.blank(whole, whole.kind));
		}
		this.template = asFastObject(template);
	}

	/** Whether any row has a value for it. */
	readonly isFilled = ({ index }: Target): boolean => this.lastGiven[index] !== 0;

	/** What no row has filled: variables, or tokens of those that are filled by them. */
	get unfilled(): string[] {
		const lacked = this.variables.flatMap((variable) => lacking(variable, this.isFilled));
		return [...new Set(lacked.map(({ key }) => key))];
	}

	start(): FilledRow {
		this.rows++;
		const values = { ...this.template };
		return { values, hasValue: false, blanked: [], blankPictures: [], missing: [] };
	}

	give(row: FilledRow, target: Target, value: ApiValue): void {
		setAll(row.values, target.keys, value);
		this.lastGiven[target.index] = this.rows;
		row.hasValue ||= isPrinted(value);
		if (target.kind === 'unknown' && value !== '') this.noteKind(target, value);
	}

	/** The values of tokens, by their names. */
	giveTokens(row: FilledRow, owner: Target, values: ReadonlyMap<string, string>): void {
		const tokens = this.variables.find(({ whole }) => whole === owner)?.tokens;
		for (const [token, text] of values) {
			const target = tokens?.get(token);
			if (target) this.give(row, target, text);
		}
	}

	/** A picture, whose reference is its value, comes later. */
	leaveToPicture(row: FilledRow, target: Target): void {
		for (const key of target.keys) delete row.values[key];
		this.lastGiven[target.index] = this.rows;
		row.hasValue = true;
	}

	/** Fills in what the row lacks. */
	complete(row: FilledRow): void {
		const isGiven = ({ index }: Target) => this.lastGiven[index] === this.rows;
		for (const variable of this.variables) {
			for (const target of lacking(variable, isGiven)) this.lack(row, target, target.kind);
		}
	}

	/**
	 * What all rows together show of a variable whose kind is not known: where some row has a table or
	 * a picture for it, empty text is no value for it.
	 */
	completeUnknown(rows: readonly FilledRow[]): void {
		for (const [target, kinds] of this.shown) {
			const kind = kinds.has('table') ? 'table' : kinds.has('text') ? 'text' : 'image';
			if (kind === 'text') continue;
			for (const row of rows) if (row.values[target.key] === '') this.lack(row, target, kind);
		}
	}

	/** Lets a blank stand for what the row lacks, where one may. */
	private lack(row: FilledRow, target: Target, kind: VariableKind): void {
		if (this.mode === 'sample') return;
		if (this.mode === 'error') addTo(row.missing, target.key);
		else if (kind === 'image') {
			for (const key of target.keys) delete row.values[key];
			addTo(row.blankPictures, target.key);
		} else {
			setAll(row.values, target.keys, this.blank(target, kind));
			addTo(row.blanked, target.key);
		}
	}

	private blank(target: Target, kind: VariableKind): ApiValue {
		return kind === 'table' ? (this.readers.get(target)?.blank ?? [['']]) : '';
	}

	private noteKind(target: Target, value: ApiValue): void {
		const kind = typeof value !== 'string' ? 'table' : isReference(value) ? 'image' : 'text';
		this.shown.set(target, (this.shown.get(target) ?? new Set()).add(kind));
	}
}

const NONE: readonly Target[] = [];

/** What a variable lacks: itself, or those of its tokens that are not there. */
function lacking(
	{ whole, tokens }: VariableTargets,
	isThere: (target: Target) => boolean,
): readonly Target[] {
	if (isThere(whole)) return NONE;
	const own = [...tokens.values()];
	// A table may be given as a whole, so without any of its tokens it is the table that is missing.
	const isByTokens = own.length > 0 && (whole.kind !== 'table' || own.some(isThere));
	return isByTokens ? own.filter((token) => !isThere(token)) : [whole];
}

/** A token may be lacking in several variables. */
function addTo(keys: string[], key: string): void {
	if (!keys.includes(key)) keys.push(key);
}

/** Whether a value shows anything in a PDF. */
function isPrinted(value: ApiValue): boolean {
	return typeof value === 'string'
		? isVisible(value)
		: value.some((cells) => cells.some(isVisible));
}
