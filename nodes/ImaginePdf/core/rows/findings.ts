import type { RowDraft } from './draft';
import type { DesignFacts, FieldFacts } from './facts';
import { nearMisses } from './nearMiss';
import type { DesignFindings, Variable } from './types';

/** Compares one design's rows with its variables. `drafts` are the rows of that design. */
export function findingsOf(facts: DesignFacts, drafts: readonly RowDraft[]): DesignFindings {
	const { designId, variables } = facts;
	const known = [...facts.knownVariables];
	const base = {
		designId,
		variableCount: known.length,
		rowCount: drafts.length,
		rowsWithoutValue: drafts.filter((draft) => draft.filled === 0).length,
	};
	if (!variables.known) {
		const nothing = { unmatched: [], noneMatches: false, unfilled: [] };
		return { ...base, ...nothing, variablesUnknown: variables.reason };
	}
	const present = [...facts.fields.values()].filter((field) => field.rows > 0);
	const unmatched = present.filter((field) => !facts.isKnown(field)).map((field) => field.key);
	const filled = filledRows(present);
	const lacking = known.filter((variable) => (filled.get(variable) ?? 0) < drafts.length);
	const meant = nearMisses(
		unmatched,
		lacking.map((variable) => variable.name),
	);
	return {
		...base,
		unmatched: unmatched.map((field) => ({ field, suggestion: meant.get(field) })),
		noneMatches: known.length > 0 && present.length > 0 && unmatched.length === present.length,
		unfilled: known.filter((variable) => !filled.has(variable)).map((variable) => variable.name),
	};
}

/** In how many rows each variable has a value; a row with several of its keys counts for each. */
function filledRows(fields: readonly FieldFacts[]): Map<Variable, number> {
	const rows = new Map<Variable, number>();
	for (const { variable, filled } of fields) {
		if (filled > 0) rows.set(variable, (rows.get(variable) ?? 0) + filled);
	}
	return rows;
}
