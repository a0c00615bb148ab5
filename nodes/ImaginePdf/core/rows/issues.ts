import { firstFew, showName } from './labels';
import type { RowIssue } from './types';

/** How many items, or kinds of refusal, a message names before it counts. */
const NAMED = 10;

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
	const items = [...new Set(issues.map((issue) => issue.itemIndex))].sort((a, b) => a - b);
	const named = firstFew(items.slice(0, NAMED).map(itemLabel), items.length);
	const few = groups.slice(0, NAMED).map((group) => `${sentenceOf(group)}. ${group.first.remedy}`);
	const more = groups.length - few.length;
	return {
		headline: `${items.length} ${items.length === 1 ? 'item' : 'items'} cannot be sent as they are: ${named}`,
		description: [...few, ...(more > 0 ? [`And ${more} more.`] : [])].join(' '),
	};
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
