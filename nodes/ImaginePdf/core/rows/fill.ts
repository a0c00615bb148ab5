import type { IssueLog } from './issues';
import { LABEL, showName, showNames } from './labels';
import { similarPaths, type Match } from './match';
import { asFastObject, setOwn } from './own';
import type { RawRow } from './source';
import type { TableReader } from './table';
import type { Target, VariableTargets } from './targets';
import type { ApiValue, MissingVariables, RowValues } from './types';
import { isReference } from './value';

export interface FillOptions {
	readonly mode: MissingVariables;
	/** Whether a missing image can get a transparent picture. */
	readonly canUpload: boolean;
}

/** What a row lacks, besides the values that it has. */
export interface Lacking {
	readonly blanked: string[];
	readonly blankPictures: string[];
	/** What is refused, because it must not be missing. */
	readonly missing: Target[];
}

/** A row that is being made, for what only all rows together tell. */
export interface FilledRow extends Lacking {
	readonly row: RawRow;
	readonly values: RowValues;
}

/**
 * Completes the rows of one design, so that the design's sample content does not show where a row
 * says nothing. The service may know a variable by several names, and ignores those it does not
 * know: every value, and every blank, is sent under all of them.
 */
export class RowFiller {
	/** What a row starts from: blanks for what it can be sent without, until its own values are put in. */
	private readonly template: RowValues;
	/** Variables that one field can fill and nothing else. */
	private readonly simple: readonly Target[];
	private readonly others: readonly VariableTargets[];
	/** For each target the last row that has a value for it, and whether any has. */
	private readonly lastGiven: Int32Array;
	private rows = 0;
	private given = 0;
	/** Targets of unknown kind that some value shows to take a table, or something but a reference. */
	private readonly tables = new Set<Target>();
	private readonly pictures = new Set<Target>();
	private readonly texts = new Set<Target>();

	constructor(
		targets: readonly Target[],
		private readonly variables: readonly VariableTargets[],
		private readonly readers: ReadonlyMap<Target, TableReader>,
		private readonly options: FillOptions,
	) {
		this.lastGiven = new Int32Array(targets.length);
		const isSimple = ({ tokens, alsoTokens, whole }: VariableTargets) =>
			tokens.length + alsoTokens.length === 0 && whole.kind !== 'image';
		this.simple = variables.filter(isSimple).map(({ whole }) => whole);
		// Those with tokens last: a token may be a variable of its own, and then takes its value.
		this.others = variables
			.filter((variable) => !isSimple(variable))
			.sort((a, b) => Number(a.tokens.length > 0) - Number(b.tokens.length > 0));
		const template: RowValues = {};
		if (options.mode !== 'sample') for (const target of this.simple) this.blank(template, target);
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

	start(): RowValues {
		this.rows++;
		this.given = 0;
		return { ...this.template };
	}

	give(values: RowValues, target: Target, value: ApiValue): void {
		if (target.keys.length === 1) setOwn(values, target.key, value);
		else for (const key of target.keys) setOwn(values, key, value);
		this.mark(target);
		if (target.kind === 'unknown') this.noteKind(target, value);
	}

	/** Notes that a target gets its value from elsewhere, e.g. from a picture. */
	mark({ index }: Target): void {
		if (this.lastGiven[index] !== this.rows) this.given++;
		this.lastGiven[index] = this.rows;
	}

	/** Fills in what the row lacks. */
	complete(values: RowValues): Lacking {
		const lacking: Lacking = { blanked: [], blankPictures: [], missing: [] };
		// Without others every value fills one of the simple ones, so equal counts mean all.
		if (this.others.length === 0 && this.given === this.simple.length) return lacking;
		for (const target of this.simple) {
			if (!this.isGiven(target)) this.lack(lacking, target);
		}
		for (const variable of this.others) this.completeVariable(values, variable, lacking);
		return lacking;
	}

	/**
	 * What all rows together show of a variable whose kind is not known: where some row has a table or
	 * a picture for it, empty text is no value for it.
	 */
	completeUnknown(filled: readonly FilledRow[]): void {
		if (this.options.mode === 'sample') return;
		const pictures = [...this.pictures].filter((target) => !this.texts.has(target));
		for (const target of [...this.tables, ...pictures]) {
			const isPicture = !this.tables.has(target);
			for (const row of filled) {
				if (row.values[target.key] !== '') continue;
				const { values, blanked, missing } = row;
				if (this.options.mode === 'error' || (isPicture && !this.options.canUpload)) {
					missing.push(target);
				} else if (isPicture) {
					for (const key of target.keys) delete values[key];
					row.blankPictures.push(target.key);
				} else {
					for (const key of target.keys) setOwn(values, key, [['']]);
					if (!blanked.includes(target.key)) blanked.push(target.key);
				}
			}
		}
	}

	private isGiven({ index }: Target): boolean {
		return this.lastGiven[index] === this.rows;
	}

	private completeVariable(
		values: RowValues,
		{ whole, tokens, alsoTokens }: VariableTargets,
		lacking: Lacking,
	): void {
		if (this.isGiven(whole)) return;
		const hasToken = tokens.some((target) => this.isGiven(target));
		if (tokens.length > 0 && (hasToken || whole.kind !== 'table')) {
			for (const target of tokens) {
				if (this.isGiven(target)) continue;
				const own = sharedValue(values, target);
				if (own !== undefined) for (const key of target.keys) setOwn(values, key, own);
				else if (this.lack(lacking, target)) this.blank(values, target);
			}
			return;
		}
		const isToken = alsoTokens.some((target) => this.isGiven(target));
		if (isToken && this.options.mode === 'error') return;
		if (whole.kind === 'image') this.lackImage(lacking, whole);
		else if (this.lack(lacking, whole)) this.blank(values, whole);
	}

	/** Returns whether a blank may stand for what the row lacks. */
	private lack({ blanked, missing }: Lacking, target: Target): boolean {
		if (this.options.mode === 'error') missing.push(target);
		if (this.options.mode === 'blank') blanked.push(target.key);
		return this.options.mode === 'blank';
	}

	private lackImage({ blankPictures, missing }: Lacking, target: Target): void {
		if (this.options.mode === 'sample') return;
		if (this.options.mode === 'blank' && this.options.canUpload) blankPictures.push(target.key);
		else missing.push(target);
	}

	private blank(values: RowValues, target: Target): void {
		const value = target.kind === 'table' ? (this.readers.get(target)?.blank ?? [['']]) : '';
		for (const key of target.keys) setOwn(values, key, value);
	}

	private noteKind(target: Target, value: ApiValue): void {
		if (typeof value !== 'string') this.tables.add(target);
		else if (isReference(value)) this.pictures.add(target);
		else if (value !== '') this.texts.add(target);
	}
}

/** The value of the variable that a token is as well (first generation of the API). */
function sharedValue(values: RowValues, { variable, token = '' }: Target): string | undefined {
	if (!variable.sharedTokens?.includes(token) || !Object.hasOwn(values, token)) return undefined;
	const value = values[token];
	return typeof value === 'string' ? value : undefined;
}

/** Reports what a row must not lack, in one sentence. */
export function reportMissing(
	{ row, missing }: Pick<FilledRow, 'row' | 'missing'>,
	match: Match,
	fields: Readonly<Record<string, unknown>>,
	mode: MissingVariables,
	issues: IssueLog,
): void {
	if (missing.length === 0) return;
	const { itemIndexes, rowIndex } = row;
	const names = missing.map(({ key }) => key);
	if (mode === 'error') {
		issues.add({
			itemIndexes,
			rowIndex,
			code: 'missing_variable',
			reason: `the row has no value for ${showNames(names)}`,
			remedy: `Give it one, or set '${LABEL.missingVariables}' to '${LABEL.blank}'.${nearMisses(names, match, fields)}`,
		});
		return;
	}
	issues.add({
		itemIndexes,
		rowIndex,
		code: 'missing_image',
		reason: `the row has no picture for ${showNames(names)}, which cannot be blank`,
		remedy: `Give it an image reference, such as uploads:ID, or set '${LABEL.missingVariables}' to '${LABEL.sample}'.`,
	});
}

/** Fields that may have been meant for what is missing. */
function nearMisses(
	names: readonly string[],
	match: Match,
	fields: Readonly<Record<string, unknown>>,
): string {
	const found = names.flatMap((name) => {
		const paths = similarPaths(fields, name).map((path) => path.join('.'));
		const meant = (match.ambiguous.get(name) ?? paths).filter((path) => path !== name);
		return meant.length === 0 ? [] : [`For ${showName(name)} there is ${showNames(meant)}.`];
	});
	return found
		.slice(0, 3)
		.map((text) => ` ${text}`)
		.join('');
}
