import type { RowDraft } from './draft';
import type { IssueLog } from './issues';
import type { FormedNeed, Need, Needs } from './needs';
import { getOwn, setOwn } from './own';
import type { MissingVariables, RowValues, TokenValues } from './types';
import { OPTION } from './wording';

/** Beyond this the rows have so little in common that their blanks would exhaust the memory. */
const MAX_BLANKS = 10_000_000;

const NONE: readonly string[] = [];

/**
 * Completes rows, so that the design's sample content does not show where a row says nothing.
 *
 * The service may know a variable by any of its names (API page, "Designs"), and ignores the keys
 * it does not know. So a value given under one name is sent under all of them, and so is a blank:
 * whichever name counts, it carries what the row says. A row that has one name never gets a blank
 * under another.
 */
export class Filler {
	private blanks = 0;

	constructor(
		private readonly mode: MissingVariables,
		private readonly issues: IssueLog,
		private readonly maxBlanks = MAX_BLANKS,
	) {}

	/** Completes a row in place. Returns the names of what was filled in with empty text. */
	fill(draft: RowDraft, needs: Needs): readonly string[] {
		const blanked: string[] = [];
		// A row's fields are all needs of its design, so as many of them as needs means all of them.
		if (needs.formed.length > 0 || draft.filled < needs.simple.length) {
			for (const need of needs.simple) {
				const [key] = need.keys;
				if (key !== undefined && !Object.hasOwn(draft.values, key)) {
					if (this.mayBlank(draft, need, blanked)) setOwn(draft.values, key, '');
				}
			}
			for (const need of needs.formed) this.fillFormed(draft, need, blanked);
		}
		dropEmptyTokens(draft);
		this.blanks += blanked.length;
		return blanked.length === 0 ? NONE : blanked;
	}

	private fillFormed(draft: RowDraft, need: FormedNeed, blanked: string[]): void {
		const { values } = draft;
		const hasWhole = spread(values, need.keys);
		for (const { token, need: tokenNeed } of need.tokens) {
			const nested = nestedTokens(values, need.keys);
			const hasToken =
				spread(values, tokenNeed.keys) || (nested !== undefined && Object.hasOwn(nested, token));
			if (hasToken || !this.mayBlank(draft, tokenNeed, blanked)) continue;
			// The row's own form is kept, so that a row never says the same in two forms.
			if (nested !== undefined) setOwn(nested, token, '');
			else for (const key of tokenNeed.keys) setOwn(values, key, '');
		}
		if (hasWhole || need.tokens.length > 0) return;
		if (this.mayBlank(draft, need, blanked)) for (const key of need.keys) setOwn(values, key, '');
	}

	/** Decides about one thing that a row lacks; what is refused goes to the log. */
	private mayBlank(draft: RowDraft, need: Need, blanked: string[]): boolean {
		if (this.mode === 'sample' || this.blanks + blanked.length > this.maxBlanks) return false;
		if (this.mode === 'blank' && need.kind === undefined) {
			blanked.push(need.label);
			if (this.blanks + blanked.length > this.maxBlanks) this.refuseBlanks(draft);
			return true;
		}
		this.refuse(draft, need);
		return false;
	}

	private refuse({ raw }: RowDraft, need: Need): void {
		const { itemIndex, rowIndex } = raw;
		const place = { itemIndex, rowIndex, field: need.label };
		if (this.mode === 'error') {
			this.issues.add({
				...place,
				code: 'missing_variable',
				reason: 'has no value',
				remedy: `Give it one, or set the option '${OPTION.missingVariables}' to send empty text instead.`,
			});
			return;
		}
		const takes = need.kind === 'table' ? 'a table' : 'an image';
		this.issues.add({
			...place,
			code: 'blank_unsafe',
			reason: `has no value, and it takes ${takes}, for which empty text does not do`,
			remedy: `${REMEDY[need.kind ?? 'image']} Or set the option '${OPTION.missingVariables}' to the design's sample content.`,
		});
	}

	private refuseBlanks({ raw }: RowDraft): void {
		this.issues.add({
			itemIndex: raw.itemIndex,
			rowIndex: raw.rowIndex,
			code: 'too_many_blanks',
			reason: `the rows have so few fields in common that more than ${this.maxBlanks} blanks would be sent`,
			remedy: `Name the fields to send in the option '${OPTION.onlyFields}', or map them.`,
		});
	}
}

const REMEDY = {
	table: 'Give it a table (a list of rows, each a list of cells).',
	image: 'Give it an image reference, such as uploads:ID.',
} as const;

/** Gives every key the value of the first that has one. Returns whether there was any. */
function spread(values: RowValues, keys: readonly string[]): boolean {
	const holder = keys.find((key) => Object.hasOwn(values, key));
	const value = holder === undefined ? undefined : getOwn(values, holder);
	if (value === undefined) return false;
	for (const key of keys) if (!Object.hasOwn(values, key)) setOwn(values, key, value);
	return true;
}

function nestedTokens(values: RowValues, keys: readonly string[]): TokenValues | undefined {
	const value = keys.map((key) => getOwn(values, key)).find((found) => found !== undefined);
	return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

/** An object that is left without tokens says nothing, and the service would show its samples. */
function dropEmptyTokens({ values, tokenFields }: RowDraft): void {
	for (const field of tokenFields) {
		const tokens = nestedTokens(values, [field]);
		if (tokens !== undefined && Object.keys(tokens).length === 0) delete values[field];
	}
}
