import type { RowDraft } from './draft';
import type { IssueLog } from './issues';
import type { FormedNeed, Need, Needs } from './needs';
import { getOwn, setOwn } from './own';
import type { MissingVariables, RowValues, TokenValues } from './types';
import { OPTION } from './wording';

/** Beyond this the rows have so little in common that their blanks would exhaust the memory. */
const MAX_BLANKS = 10_000_000;

const NONE: readonly string[] = [];

/** A row's values in full, and the names of those that are there only as empty text. */
export interface FilledRow {
	readonly values: RowValues;
	readonly blanked: readonly string[];
}

/**
 * Completes the rows of one design, so that the design's sample content does not show where a row
 * says nothing.
 *
 * The service may know a variable by any of its names (API page, "Designs"), and ignores the keys
 * it does not know. So a value given under one name is sent under all of them, and so is a blank:
 * whichever name counts, it carries what the row says. A row that has one name never gets a blank
 * under another.
 */
export class Filler {
	/** For each field of the design the last row that has a value for it. */
	private readonly lastFilled: Int32Array;
	/** Keys of what takes a table or an image: there, empty text is no value. */
	private readonly unsafeKeys: ReadonlySet<string>;
	private row = 0;
	private blanks = 0;

	constructor(
		private readonly needs: Needs,
		private readonly mode: MissingVariables,
		private readonly issues: IssueLog,
		fieldCount: number,
		private readonly maxBlanks = MAX_BLANKS,
	) {
		this.lastFilled = new Int32Array(fieldCount);
		// With the design's samples allowed, a row's own empty text is better than nothing.
		this.unsafeKeys = mode === 'sample' ? new Set() : unsafeKeysOf(needs);
	}

	/** Completes a row. What must not be blank, or not be missing, goes to the log. */
	fill(draft: RowDraft): FilledRow {
		this.row++;
		const values: RowValues = { ...this.needs.blank };
		const filled = this.putIn(values, draft);
		const blanked: string[] = [];
		// Without formed needs every field meets one need of its own, so equal counts mean all.
		if (this.needs.formed.length > 0 || filled < this.needs.simple.length) {
			for (const need of this.needs.simple) {
				if (this.lastFilled[need.field] !== this.row) this.mayBlank(draft, need, blanked);
			}
			for (const need of this.needs.formed) this.fillFormed(values, draft, need, blanked);
		}
		this.blanks += blanked.length;
		return { values, blanked: blanked.length === 0 ? NONE : blanked };
	}

	/** Returns how many fields have a value. */
	private putIn(values: RowValues, draft: RowDraft): number {
		let { filled } = draft;
		for (let index = 0; index < draft.fields.length; index++) {
			const field = draft.fields[index];
			const value = draft.values[index];
			if (field === undefined || value === undefined) continue;
			if (value === '' && this.unsafeKeys.has(field.key)) {
				filled--;
				continue;
			}
			setOwn(values, field.key, value);
			this.lastFilled[field.index] = this.row;
		}
		return filled;
	}

	private fillFormed(values: RowValues, draft: RowDraft, need: FormedNeed, blanked: string[]) {
		const hasWhole = spread(values, need.keys);
		const nested = nestedTokens(values, need.keys);
		for (const { token, need: tokenNeed } of need.tokens) {
			const hasToken =
				spread(values, tokenNeed.keys) || (nested !== undefined && Object.hasOwn(nested, token));
			if (hasToken || !this.mayBlank(draft, tokenNeed, blanked)) continue;
			// The row's own form is kept, so that a row never says the same in two forms.
			if (nested !== undefined) setOwn(nested, token, '');
			else for (const key of tokenNeed.keys) setOwn(values, key, '');
		}
		// An object left without tokens says nothing, and the service would show its samples.
		if (nested !== undefined && Object.keys(nested).length === 0) {
			for (const key of need.keys) delete values[key];
		}
		if (hasWhole || need.tokens.length > 0) return;
		if (this.mayBlank(draft, need, blanked)) for (const key of need.keys) setOwn(values, key, '');
	}

	/** Decides about one thing that a row lacks; what is refused goes to the log. */
	private mayBlank(draft: RowDraft, need: Need, blanked: string[]): boolean {
		if (this.mode === 'sample' || this.blanks + blanked.length > this.maxBlanks) return false;
		if (this.mode === 'error' || need.kind !== undefined) {
			this.refuse(draft, need);
			return false;
		}
		blanked.push(need.label);
		if (this.blanks + blanked.length > this.maxBlanks) this.refuseBlanks(draft);
		return true;
	}

	private refuse({ raw }: RowDraft, need: Need): void {
		const { itemIndex, rowIndex } = raw;
		const place = { itemIndex, rowIndex, field: need.label };
		if (this.mode === 'error' || need.kind === undefined) {
			this.issues.add({
				...place,
				code: 'missing_variable',
				reason: 'has no value',
				remedy: `Give it one, or set '${OPTION.missingVariables}' to '${OPTION.blank}'.`,
			});
			return;
		}
		const { takes, give } = UNSAFE[need.kind];
		this.issues.add({
			...place,
			code: 'blank_unsafe',
			reason: `has no value, and it takes ${takes}, for which empty text does not do`,
			remedy: `${give} Or set '${OPTION.missingVariables}' to '${OPTION.sample}'.`,
		});
	}

	private refuseBlanks({ raw }: RowDraft): void {
		this.issues.add({
			itemIndex: raw.itemIndex,
			rowIndex: raw.rowIndex,
			code: 'too_many_blanks',
			reason: `the rows have so few fields in common that more than ${this.maxBlanks} blanks would be sent`,
			remedy: `Send only the fields that the design needs: name them in the option '${OPTION.onlyFields}', or choose the row source '${OPTION.mapped}'.`,
		});
	}
}

const UNSAFE = {
	table: { takes: 'a table', give: 'Give it a table (a list of rows, each a list of cells).' },
	image: {
		takes: 'an image',
		give: 'Give it an image reference, such as uploads:ID; for no picture, that of an empty one.',
	},
} as const;

function unsafeKeysOf({ simple, formed }: Needs): ReadonlySet<string> {
	const tokens = formed.flatMap((need) => need.tokens.map((token) => token.need));
	const unsafe = [...simple, ...formed, ...tokens].filter(({ kind }) => kind !== undefined);
	return new Set(unsafe.flatMap(({ keys }) => keys));
}

/** Gives every key the value of the first that has one. Returns whether there was any. */
function spread(values: RowValues, keys: readonly string[]): boolean {
	const value = firstOf(values, keys);
	if (value === undefined) return false;
	for (const key of keys) if (!Object.hasOwn(values, key)) setOwn(values, key, value);
	return true;
}

function nestedTokens(values: RowValues, keys: readonly string[]): TokenValues | undefined {
	const value = firstOf(values, keys);
	return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

function firstOf(values: RowValues, keys: readonly string[]): RowValues[string] | undefined {
	for (const key of keys) {
		const value = getOwn(values, key);
		if (value !== undefined) return value;
	}
	return undefined;
}
