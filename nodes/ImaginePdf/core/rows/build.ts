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
	const groups = new Map<string, DesignGroup>();
	const drafts = draftAll(inputs, options, groups, issues);
	const rows = completed(drafts, groups.values(), options, issues);
	issues.throwIfAny();
	const findings = {
		missingVariables: options.missingVariables,
		designs: [...groups.values()].map(({ facts, drafts: own }) => findingsOf(facts, own)),
		unknownOnlyFields: unknownNames(inputs, options, groups),
	};
	return { rows, findings };
}

/** Converts every row, before any is completed: what one lacks depends on all of its design. */
function draftAll(
	inputs: readonly RowInput[],
	options: BuildOptions,
	groups: Map<string, DesignGroup>,
	issues: IssueLog,
): RowDraft[] {
	const only = parseOnlyFields(options.onlyFields);
	const drafts: RowDraft[] = [];
	for (const input of inputs) {
		const listed = input.source === 'items' ? only : undefined;
		for (const raw of rawRowsOf(input, issues)) {
			const row = listed === undefined ? raw : { ...raw, fields: pickFields(raw.fields, listed) };
			const keys = Object.keys(row.fields);
			if (keys.length === 0 && options.missingVariables !== 'sample') {
				refuseWithoutFields(row, listed !== undefined, issues);
				continue;
			}
			const group = groupOf(groups, row.designId, options);
			// A listed field is one that every row is to have, even where no item brings it.
			if (group.drafts.length === 0) for (const field of listed ?? []) group.facts.field(field);
			const draft = draftRow(row, keys, group.facts, issues);
			group.drafts.push(draft);
			drafts.push(draft);
		}
	}
	return drafts;
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
	{ itemIndex, rowIndex }: RawRow,
	isRestricted: boolean,
	issues: IssueLog,
): void {
	const option = `'${OPTION.onlyFields}'`;
	issues.add({
		itemIndex,
		rowIndex,
		code: 'no_fields',
		reason: isRestricted
			? `the row has none of the fields named in ${option}, so its PDF would be empty`
			: 'the row has no fields, so its PDF would be empty',
		remedy: isRestricted
			? `Check the names in ${option} (separated by commas, spelled as in the items), or filter such items out before this node.`
			: 'Give it at least one field, or filter such items out before this node.',
	});
}

/** The rows in full. A design's rows are looked at together, but come out in input order. */
function completed(
	drafts: readonly RowDraft[],
	groups: Iterable<DesignGroup>,
	{ missingVariables: mode }: BuildOptions,
	issues: IssueLog,
): PreparedRow[] {
	const fillers = new Map<DesignFacts, Filler>();
	for (const { facts } of groups) {
		const needs = needsOf(facts, mode);
		fillers.set(facts, new Filler(needs, mode, issues, facts.fields.size));
	}
	const rows: PreparedRow[] = [];
	for (const draft of drafts) {
		const filled = draft.refused ? undefined : fillers.get(draft.facts)?.fill(draft);
		if (filled === undefined) continue;
		const { itemIndex, rowIndex, designId } = draft.raw;
		const { values, blanked } = filled;
		const itemIndexes = [itemIndex];
		rows.push(
			rowIndex === undefined
				? { itemIndexes, itemIndex, designId, values, blanked }
				: { itemIndexes, itemIndex, rowIndex, designId, values, blanked },
		);
	}
	return rows;
}

/** Names in `onlyFields` that no item has; a variable counts as there if one of its tokens is. */
function unknownNames(
	inputs: readonly RowInput[],
	{ onlyFields }: BuildOptions,
	groups: ReadonlyMap<string, DesignGroup>,
): Findings['unknownOnlyFields'] {
	const only = parseOnlyFields(onlyFields);
	if (only === undefined || !inputs.some((input) => input.source === 'items')) return [];
	const there = new Set<string>();
	for (const { facts } of groups.values()) {
		for (const field of facts.fields.values()) {
			if (field.rows > 0) there.add(field.key).add(field.variable.name);
		}
	}
	return [...only].filter((name) => !there.has(name));
}
