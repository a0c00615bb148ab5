import { type DesignFacts, type FieldFacts, noteValue } from './facts';
import type { IssueLog } from './issues';
import { Refusal } from './refusal';
import type { RawRow } from './source';
import type { ApiValue } from './types';
import { toApiValue } from './value';

/** A row whose values are converted, before what it lacks is filled in. */
export interface RowDraft {
	readonly raw: RawRow;
	readonly facts: DesignFacts;
	/** Its fields, in its own order. */
	readonly fields: readonly FieldFacts[];
	/** The value of each of `fields`; `undefined` where it is missing. */
	readonly values: ReadonlyArray<ApiValue | undefined>;
	/** How many of its fields have a value. */
	readonly filled: number;
	/** Something in it cannot be sent; that is in the log. */
	readonly refused: boolean;
}

/**
 * Converts a row's values and adds what they show to the facts about its design.
 * @param keys The row's field names.
 */
export function draftRow(
	raw: RawRow,
	keys: readonly string[],
	facts: DesignFacts,
	issues: IssueLog,
): RowDraft {
	const fields = facts.shapeOf(keys);
	const values = new Array<ApiValue | undefined>(fields.length);
	let filled = 0;
	let refused = false;
	for (let index = 0; index < fields.length; index++) {
		const field = fields[index];
		if (field === undefined) continue;
		const original = raw.fields[field.key];
		const value = toApiValue(original);
		field.rows++;
		if (value === undefined) continue;
		if (value instanceof Refusal) {
			refused = true;
			refuseValue(raw, field, value, issues);
			continue;
		}
		values[index] = value;
		filled++;
		noteValue(field, value);
		if (typeof value !== 'string' && !Array.isArray(value)) noteTokens(facts, field, original);
	}
	return { raw, facts, fields, values, filled, refused };
}

function refuseValue(raw: RawRow, field: FieldFacts, refusal: Refusal, issues: IssueLog): void {
	const { itemIndex, rowIndex } = raw;
	const { code, reason, remedy } = refusal;
	issues.add({ itemIndex, rowIndex, field: field.key, code, reason, remedy });
}

/** Notes the tokens of an object as it came: the converted one lacks those without a value. */
function noteTokens(facts: DesignFacts, field: FieldFacts, original: unknown): void {
	for (const token of Object.keys(Object(original))) facts.noteToken(field.variable, token);
}
