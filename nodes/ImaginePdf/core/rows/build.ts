import { draftRow, type RowDraft } from './draft';
import { DesignFacts } from './facts';
import { Filler } from './fill';
import { findingsOf } from './findings';
import { IssueLog } from './issues';
import { needsOf } from './needs';
import { parseOnlyFields, pickFields, type RawRow, rawRowsOf } from './source';
import type { BuildOptions, BuiltRows, Findings, PreparedRow, RowInput } from './types';
import { OPTION } from './wording';

/** The rows of one design, and what they show together. */
interface DesignGroup {
	readonly facts: DesignFacts;
	readonly drafts: RowDraft[];
}

/**
 * Turns items into the rows that are sent: values converted, what they lack filled in, everything
 * checked. The inputs are not changed.
 * @throws {RowsRefused} naming all rows that cannot be sent, so that nothing needs to be submitted
 * to find the next one.
 */
export function buildRows(inputs: readonly RowInput[], options: BuildOptions): BuiltRows {
	const issues = new IssueLog();
	const only = parseOnlyFields(options.onlyFields);
	const groups = new Map<string, DesignGroup>();
	const drafts: RowDraft[] = [];
	for (const input of inputs) {
		const listed = input.source === 'items' ? only : undefined;
		for (const raw of rawRowsOf(input, (issue) => issues.add(issue))) {
			const row = listed === undefined ? raw : { ...raw, fields: pickFields(raw.fields, listed) };
			const group = groupOf(groups, row.designId, options);
			// A listed field is one that every row is to have, even where no item brings it.
			if (group.drafts.length === 0) for (const field of listed ?? []) group.facts.field(field);
			const draft = draftRow(row, group.facts, issues);
			group.drafts.push(draft);
			drafts.push(draft);
			refuseWithoutFields(draft, listed, options, issues);
		}
	}
	const findings = {
		missingVariables: options.missingVariables,
		designs: [...groups.values()].map(({ facts, drafts: own }) => findingsOf(facts, own)),
		unknownOnlyFields: unknownNames(only, inputs, groups),
	};
	const rows = completed(drafts, groups, options, issues);
	issues.throwIfAny();
	return { rows, findings };
}

function groupOf(
	groups: Map<string, DesignGroup>,
	designId: string,
	{ variablesOf }: BuildOptions,
): DesignGroup {
	const found = groups.get(designId);
	if (found !== undefined) return found;
	const group = { facts: new DesignFacts(designId, variablesOf(designId)), drafts: [] };
	groups.set(designId, group);
	return group;
}

/**
 * A row without fields would become a PDF of nothing but blanks, for a credit. Only with the
 * design's sample content is it a page that somebody may want.
 */
function refuseWithoutFields(
	draft: RowDraft,
	listed: ReadonlySet<string> | undefined,
	{ missingVariables }: BuildOptions,
	issues: IssueLog,
): void {
	if (missingVariables === 'sample' || Object.keys(draft.raw.fields).length > 0) return;
	draft.refused = true;
	issues.add({ ...placeOf(draft.raw), ...noFields(listed !== undefined) });
}

function noFields(restricted: boolean) {
	return {
		code: 'no_fields',
		reason: restricted
			? `the row has none of the fields named in '${OPTION.onlyFields}', so its PDF would be empty`
			: 'the row has no fields, so its PDF would be empty',
		remedy: restricted
			? `Check the names in '${OPTION.onlyFields}' (commas between them, capital and small letters as in the items), or filter such items out before this node.`
			: 'Give it at least one field, or filter such items out before this node.',
	} as const;
}

function completed(
	drafts: readonly RowDraft[],
	groups: ReadonlyMap<string, DesignGroup>,
	{ missingVariables }: BuildOptions,
	issues: IssueLog,
): PreparedRow[] {
	const filler = new Filler(missingVariables, issues);
	const needs = new Map([...groups.values()].map(({ facts }) => [facts, needsOf(facts)]));
	const rows: PreparedRow[] = [];
	for (const draft of drafts) {
		const need = needs.get(draft.facts);
		if (draft.refused || need === undefined) continue;
		const blanked = filler.fill(draft, need);
		const { designId } = draft.raw;
		rows.push({ ...placeOf(draft.raw), designId, values: draft.values, blanked });
	}
	return rows;
}

function placeOf({ itemIndex, rowIndex }: RawRow): { itemIndex: number; rowIndex?: number } {
	return rowIndex === undefined ? { itemIndex } : { itemIndex, rowIndex };
}

/** Names in `onlyFields` that no item has; a variable counts as there if one of its tokens is. */
function unknownNames(
	only: ReadonlySet<string> | undefined,
	inputs: readonly RowInput[],
	groups: ReadonlyMap<string, DesignGroup>,
): Findings['unknownOnlyFields'] {
	if (only === undefined || !inputs.some((input) => input.source === 'items')) return [];
	const there = new Set<string>();
	for (const { facts } of groups.values()) {
		for (const field of facts.fields.values()) {
			if (field.rows > 0) there.add(field.key).add(field.variable.name);
		}
	}
	return [...only].filter((name) => !there.has(name));
}
