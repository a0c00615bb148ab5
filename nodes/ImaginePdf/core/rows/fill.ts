import { asFastObject, setAll } from '../objects';
import type { TableReader } from './table';
import type { Target, VariableTargets } from './targets';
import type { VariableKind } from '../designs/variable';
import type { ApiValue, MissingVariables, RowValues, Table } from './types';
import { isReference } from './value';

/** A row that is being made. */
export interface FilledRow {
	readonly values: RowValues;
	/** Whether anything of it is printed. */
	hasValue: boolean;
	/** What it lacked and is sent as blank. */
	readonly blanked: string[];
	readonly blankPictures: string[];
	/** What is refused, because it must not be missing. */
	readonly missing: Target[];
}

/**
 * Completes the rows of one design, so that the design's sample content does not show where a row
 * says nothing. The service may know a variable by several names, and ignores those it does not
 * know: every value, and every blank, is sent under all of them.
 */
export class RowFiller {
	private readonly variables: readonly VariableTargets[];
	/** Blanks for the variables that nothing but one field can fill, until the row's own values are put in. */
	private readonly template: RowValues;
	/** For each target the last row that has a value for it; 0 where none has. */
	private readonly lastGiven: Int32Array;
	private rows = 0;
	/** Targets of unknown kind that some value shows to take a table, or something but a reference. */
	private readonly tables = new Set<Target>();
	private readonly pictures = new Set<Target>();
	private readonly texts = new Set<Target>();

	constructor(
		targets: readonly Target[],
		variables: readonly VariableTargets[],
		private readonly readers: ReadonlyMap<Target, TableReader>,
		private readonly mode: MissingVariables,
	) {
		this.lastGiven = new Int32Array(targets.length);
		// Those with tokens last: a token may be a variable of its own, and then takes its value.
		this.variables = [...variables].sort(
			(a, b) => Number(a.tokens.length > 0) - Number(b.tokens.length > 0),
		);
		const template: RowValues = {};
		for (const { whole, tokens, alsoTokens } of mode === 'sample' ? [] : variables) {
			if (tokens.length + alsoTokens.length > 0 || whole.kind === 'image') continue;
			setAll(template, whole.keys, this.blank(whole, whole.kind));
		}
		this.template = asFastObject(template);
	}

	/** What no row has filled: variables, or tokens of those that are filled by them. */
	get unfilled(): string[] {
		const isFilled = ({ index }: Target) => this.lastGiven[index] !== 0;
		return this.variables.flatMap(({ whole, tokens, alsoTokens }) => {
			if (isFilled(whole) || alsoTokens.some(isFilled)) return [];
			const isTokens = tokens.length > 0 && (whole.kind !== 'table' || tokens.some(isFilled));
			if (!isTokens) return [whole.key];
			const isShared = ({ token = '' }: Target) => whole.variable.sharedTokens?.includes(token);
			return tokens.filter((one) => !isFilled(one) && !isShared(one)).map(({ key }) => key);
		});
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
		if (target.kind === 'unknown') this.noteKind(target, value);
	}

	/** A picture, whose reference is its value, comes later. */
	leaveToPicture(row: FilledRow, target: Target): void {
		for (const key of target.keys) delete row.values[key];
		this.lastGiven[target.index] = this.rows;
		row.hasValue = true;
	}

	/** Fills in what the row lacks. */
	complete(row: FilledRow): void {
		for (const variable of this.variables) {
			if (!this.isGiven(variable.whole)) this.completeVariable(row, variable);
		}
	}

	/**
	 * What all rows together show of a variable whose kind is not known: where some row has a table or
	 * a picture for it, empty text is no value for it.
	 */
	completeUnknown(rows: readonly FilledRow[]): void {
		for (const target of [...this.tables, ...this.pictures]) {
			const kind = this.tables.has(target) ? 'table' : 'image';
			if (kind === 'image' && this.texts.has(target)) continue;
			for (const row of rows) if (row.values[target.key] === '') this.lack(row, target, kind);
		}
	}

	private isGiven({ index }: Target): boolean {
		return this.lastGiven[index] === this.rows;
	}

	private completeVariable(row: FilledRow, variable: VariableTargets): void {
		const { whole, tokens, alsoTokens } = variable;
		const isGiven = (target: Target) => this.isGiven(target);
		if (tokens.length > 0 && (whole.kind !== 'table' || tokens.some(isGiven))) {
			for (const target of tokens) {
				if (isGiven(target)) continue;
				const own = sharedValue(row.values, target);
				if (own === undefined) this.lack(row, target);
				else setAll(row.values, target.keys, own);
			}
		} else if (this.mode !== 'error' || !alsoTokens.some(isGiven)) {
			this.lack(row, whole);
		}
	}

	/** Lets a blank stand for what the row lacks, where one may. */
	private lack(row: FilledRow, target: Target, kind = target.kind): void {
		if (this.mode === 'sample') return;
		if (this.mode === 'error') {
			if (!row.missing.includes(target)) row.missing.push(target);
		} else if (kind === 'image') {
			for (const key of target.keys) delete row.values[key];
			row.blankPictures.push(target.key);
		} else {
			setAll(row.values, target.keys, this.blank(target, kind));
			if (!row.blanked.includes(target.key)) row.blanked.push(target.key);
		}
	}

	private blank(target: Target, kind: VariableKind): '' | Table {
		return kind === 'table' ? (this.readers.get(target)?.blank ?? [['']]) : '';
	}

	private noteKind(target: Target, value: ApiValue): void {
		if (typeof value !== 'string') this.tables.add(target);
		else if (isReference(value)) this.pictures.add(target);
		else if (value !== '') this.texts.add(target);
	}
}

/** Whether a value shows anything in a PDF. */
function isPrinted(value: ApiValue): boolean {
	if (typeof value === 'string') return value.trim() !== '';
	return value.some((cells) => cells.some((cell) => cell.trim() !== ''));
}

/** The value of the variable that a token is as well (first generation of the API). */
function sharedValue(values: RowValues, { variable, token = '' }: Target): string | undefined {
	if (!variable.sharedTokens?.includes(token) || !Object.hasOwn(values, token)) return undefined;
	const value = values[token];
	return typeof value === 'string' ? value : undefined;
}
