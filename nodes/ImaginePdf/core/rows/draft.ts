import { type DesignFacts, type FieldFacts, noteValue } from './facts';
import type { IssueLog } from './issues';
import { setOwn } from './own';
import { Refusal } from './refusal';
import type { RawRow } from './source';
import type { ApiValue, RowValues } from './types';
import { toApiValue } from './value';

/** A row whose values are converted, before what it lacks is filled in. */
export interface RowDraft {
	readonly raw: RawRow;
	readonly facts: DesignFacts;
	readonly values: RowValues;
	/** Fields with a value. */
	filled: number;
	/** Fields whose value is an object of tokens. */
	readonly tokenFields: string[];
	/** Something in it cannot be sent; that is in the log. */
	refused: boolean;
}

/** Converts a row's values and adds what they show to the facts about its design. */
export function draftRow(raw: RawRow, facts: DesignFacts, issues: IssueLog): RowDraft {
	const draft: RowDraft = { raw, facts, values: {}, filled: 0, tokenFields: [], refused: false };
	for (const key of Object.keys(raw.fields)) {
		const field = facts.field(key);
		field.rows++;
		const value = toApiValue(raw.fields[key]);
		if (value instanceof Refusal) {
			draft.refused = true;
			const { itemIndex, rowIndex } = raw;
			const { code, reason, remedy } = value;
			issues.add({ itemIndex, rowIndex, field: key, code, reason, remedy });
		} else if (value !== undefined) {
			takeValue(draft, field, value);
		}
	}
	return draft;
}

function takeValue(draft: RowDraft, field: FieldFacts, value: ApiValue): void {
	setOwn(draft.values, field.key, value);
	draft.filled++;
	noteValue(field, value);
	if (typeof value === 'string' || Array.isArray(value)) return;
	draft.tokenFields.push(field.key);
	// The raw object also names the tokens without a value, which the converted one lacks.
	for (const token of Object.keys(Object(draft.raw.fields[field.key]))) {
		draft.facts.noteToken(field.variable, token);
	}
}
