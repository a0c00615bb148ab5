import { showName } from './labels';
import { firstFew } from '../wording';
import type { RowIssue } from './types';

/** How many items, or kinds of refusal, a message names before it counts. */
const NAMED = 10;

/** How many fields the summary of a longer message names. */
const NAMED_FIELDS = 3;

/** How many fields of one row are looked into; more would repeat the same to the same reader. */
const ISSUES_PER_ROW = 10;

/** Rows that cannot be sent. Nothing may be submitted then. */
export class RowsRefused extends Error {
	override readonly name = 'RowsRefused';
	/** What happened and to which items: the short part of `message`. */
	readonly headline: string;
	/** What to do next: the rest of `message`. */
	readonly description: string;
	/** The items concerned, ascending, without repeats. */
	readonly itemIndexes: readonly number[];

	/** @param issues At least one, in the order of their items. */
	constructor(readonly issues: readonly RowIssue[]) {
		const text = describe(issues);
		super(`${text.headline}. ${text.description}`);
		this.headline = text.headline;
		this.description = text.description;
		this.itemIndexes = [...new Set(issues.map((issue) => issue.itemIndex))].sort((a, b) => a - b);
	}

	/** What each item's own refusal says, for those who tell them one by one. */
	perItem(): Map<number, RowsRefused> {
		const issuesOf = new Map<number, RowIssue[]>();
		for (const issue of this.issues) {
			const own = issuesOf.get(issue.itemIndex);
			if (own) own.push(issue);
			else issuesOf.set(issue.itemIndex, [issue]);
		}
		return new Map([...issuesOf].map(([item, issues]) => [item, new RowsRefused(issues)]));
	}
}

/** Gathers refusals, so that all of them are told at once. */
export class IssueLog {
	private readonly issues: RowIssue[] = [];
	private readonly perRow = new Map<string, number>();

	add(issue: RowIssue): void {
		const row = `${issue.itemIndex}/${issue.rowIndex ?? ''}`;
		const already = this.perRow.get(row) ?? 0;
		if (already >= ISSUES_PER_ROW) return;
		this.perRow.set(row, already + 1);
		this.issues.push(issue);
	}

	/** @throws {RowsRefused} if anything was added. */
	throwIfAny(): void {
		if (this.issues.length === 0) return;
		throw new RowsRefused([...this.issues].sort(byPlace));
	}
}

function byPlace(a: RowIssue, b: RowIssue): number {
	return a.itemIndex - b.itemIndex || (a.rowIndex ?? 0) - (b.rowIndex ?? 0);
}

/** Issues that differ only in the item they concern. */
interface Group {
	readonly first: RowIssue;
	readonly places: string[];
}

function describe(issues: readonly RowIssue[]): { headline: string; description: string } {
	const groups = groupsOf(issues);
	const [only] = groups;
	if (groups.length === 1 && only !== undefined) {
		return { headline: sentenceOf(only), description: only.first.remedy };
	}
	const few = groups.slice(0, NAMED).map((group) => `${sentenceOf(group)}. ${group.first.remedy}`);
	const more = groups.length - few.length;
	return {
		headline: summaryOf(issues),
		description: [...few, ...(more > 0 ? [`And ${more} more.`] : [])].join(' '),
	};
}

/** Refusals of several kinds in one clause: which items, which fields. */
function summaryOf(issues: readonly RowIssue[]): string {
	const items = [...new Set(issues.map((issue) => issue.itemIndex))];
	const fields = [...new Set(issues.map((issue) => issue.field))].filter(
		(field) => field !== undefined,
	);
	const which = firstFew(items.slice(0, NAMED).map(itemLabel), items.length);
	const verb =
		items.length === 1 ? 'item cannot be sent as it is' : 'items cannot be sent as they are';
	const about = firstFew(fields.slice(0, NAMED_FIELDS).map(showName), fields.length);
	return `${items.length} ${verb}: ${which}${about === '' ? '' : ` (because of ${about})`}`;
}

function groupsOf(issues: readonly RowIssue[]): Group[] {
	const groups = new Map<string, Group>();
	for (const issue of issues) {
		const key = JSON.stringify([issue.code, issue.field, issue.reason]);
		const group = groups.get(key) ?? { first: issue, places: [] };
		groups.set(key, group);
		group.places.push(placeOf(issue));
	}
	return [...groups.values()];
}

function sentenceOf({ first, places }: Group): string {
	const where = firstFew(places.slice(0, NAMED), places.length);
	return first.field === undefined
		? `${where}: ${first.reason}`
		: `${where}: field ${showName(first.field)} ${first.reason}`;
}

/** Items count from 0, as n8n shows them; rows inside an item count from 1, as people do. */
function placeOf(issue: RowIssue): string {
	const item = itemLabel(issue.itemIndex);
	return issue.rowIndex === undefined ? item : `row ${issue.rowIndex + 1} of ${item}`;
}

function itemLabel(itemIndex: number): string {
	return `[item ${itemIndex}]`;
}
