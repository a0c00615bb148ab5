import { showName } from './labels';
import { groupedBy } from '../objects';
import { firstFew } from '../text';

/** How many items, or kinds of refusal, a message names before it counts. */
const NAMED = 10;

/** How many fields the summary of a longer message names. */
const NAMED_FIELDS = 3;

/** How many fields of one row are looked into; more would repeat the same to the same reader. */
const ISSUES_PER_ROW = 10;

/** Stable names for the reasons a row is refused. */
export type RowIssueCode =
	| 'no_design'
	| 'invalid_json'
	| 'no_rows'
	| 'not_an_object'
	| 'no_fields'
	| 'no_value'
	| 'nothing_matches'
	| 'unsupported_value'
	| 'data_uri'
	| 'not_a_reference'
	| 'not_a_table'
	| 'table_too_large'
	| 'missing_variable'
	| 'no_binary'
	| 'unknown_variable'
	| 'unknown_column'
	| 'group';

/** Why a value or a row cannot be sent; not yet bound to an item. */
export class Refusal {
	constructor(
		readonly code: RowIssueCode,
		/** What happened: a clause without a full stop, which continues "the field …" where it is of one. */
		readonly reason: string,
		/** What to do next: a sentence. */
		readonly remedy: string,
	) {}

	/** The same refusal with a place inside the value. */
	in(place: string): Refusal {
		return new Refusal(this.code, `${this.reason} (${place})`, this.remedy);
	}
}

/** Where a row comes from. */
export interface RowPlace {
	/** The items it is made of, ascending. */
	readonly itemIndexes: readonly number[];
	/** Position in the item's array of rows, from 0. */
	readonly rowIndex?: number | undefined;
}

export type RowRefusal = Pick<Refusal, 'code' | 'reason' | 'remedy'>;

/** Why one row cannot be sent. */
export interface RowIssue extends RowPlace, RowRefusal {
	readonly field?: string | undefined;
}

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
		this.itemIndexes = itemsOf(issues);
	}

	/** One for each item, or for the items that are refused together. */
	perRow(): RowsRefused[] {
		const ofItem = new Map<number, Set<RowIssue>>();
		for (const issue of this.issues) {
			const own = new Set([issue]);
			for (const item of issue.itemIndexes) {
				for (const other of ofItem.get(item) ?? []) own.add(other);
			}
			for (const item of itemsOf([...own])) ofItem.set(item, own);
		}
		return [...new Set(ofItem.values())].map((issues) => new RowsRefused([...issues]));
	}
}

/** Gathers refusals, so that one message names all of them. */
export class IssueLog {
	private readonly issues: RowIssue[] = [];
	private readonly perRow = new Map<string, number>();

	/** @param field that the reason speaks of, if it is one */
	add(place: RowPlace, { code, reason, remedy }: RowRefusal, field?: string): void {
		const { itemIndexes, rowIndex } = place;
		const row = `${itemIndexes[0]}/${rowIndex ?? ''}`;
		const already = this.perRow.get(row) ?? 0;
		if (already >= ISSUES_PER_ROW) return;
		this.perRow.set(row, already + 1);
		this.issues.push({ itemIndexes, rowIndex, field, code, reason, remedy });
	}

	/** @throws {RowsRefused} if anything was added. */
	throwIfAny(): void {
		if (this.issues.length > 0) throw new RowsRefused([...this.issues].sort(byPlace));
	}
}

/** The order of the input. */
export function byPlace(a: RowPlace, b: RowPlace): number {
	const firstItem = ({ itemIndexes }: RowPlace) => itemIndexes[0] ?? 0;
	return firstItem(a) - firstItem(b) || (a.rowIndex ?? 0) - (b.rowIndex ?? 0);
}

function itemsOf(issues: readonly RowIssue[]): number[] {
	return [...new Set(issues.flatMap(({ itemIndexes }) => itemIndexes))].sort((a, b) => a - b);
}

/** What is said of issues: in one sentence of those that differ only in the row they concern. */
function describe(issues: readonly RowIssue[]): { headline: string; description: string } {
	const kinds = groupedBy(issues, ({ code, field, reason }) =>
		JSON.stringify([code, field, reason]),
	);
	const texts = Array.from(kinds.values(), (kind) => ({
		sentence: sentenceOf(kind),
		remedy: kind[0]?.remedy ?? '',
	}));
	const [only, ...others] = texts;
	if (only && others.length === 0) return { headline: only.sentence, description: only.remedy };
	const few = texts.slice(0, NAMED).map(({ sentence, remedy }) => `${sentence}. ${remedy}`);
	const more = texts.length - few.length;
	return {
		headline: summaryOf(issues),
		description: [...few, ...(more > 0 ? [`And ${more} more.`] : [])].join(' '),
	};
}

/** Refusals of several kinds in one clause: which items, which fields. */
function summaryOf(issues: readonly RowIssue[]): string {
	const items = itemsOf(issues);
	const fields = [...new Set(issues.map((issue) => issue.field))].filter(
		(field) => field !== undefined,
	);
	const which = firstFew(items.slice(0, NAMED).map(itemLabel), items.length);
	const verb =
		items.length === 1 ? 'item cannot be sent as it is' : 'items cannot be sent as they are';
	const about = firstFew(fields.slice(0, NAMED_FIELDS).map(showName), fields.length);
	return `${items.length} ${verb}: ${which}${about === '' ? '' : ` (because of ${about})`}`;
}

function sentenceOf(alike: readonly RowIssue[]): string {
	const places = alike.flatMap(placesOf);
	const where = firstFew(places.slice(0, NAMED), places.length);
	const { field, reason = '' } = alike[0] ?? {};
	return field === undefined
		? `${where}: ${reason}`
		: `${where}: field ${showName(field)} ${reason}`;
}

/** Items count from 0, as n8n shows them; rows inside an item count from 1, as people do. */
function placesOf({ itemIndexes, rowIndex }: RowIssue): string[] {
	const items = itemIndexes.map(itemLabel);
	return rowIndex === undefined ? items : [`row ${rowIndex + 1} of ${items.join()}`];
}

function itemLabel(itemIndex: number): string {
	return `[item ${itemIndex}]`;
}
