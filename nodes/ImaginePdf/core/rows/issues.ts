import { groupedBy, itemsIn } from '../objects';
import { firstFew, NAMED, showName, showNames } from '../text';
import { textOf, type Path, type Steps } from './paths';
import type { Target } from './targets';

/** How many fields the summary of a longer message names. */
const SUMMARY_FIELDS = 3;

/** The editor's labels that the messages of this folder name. */
export const LABEL = {
	onlyFields: 'Only Fields',
	missingVariables: 'Missing Variables',
	blank: 'Leave Blank',
	sample: 'Print Sample Content',
	rows: 'Rows',
	rowSource: 'Row Source',
	json: 'JSON',
	mapped: 'Map Each Variable',
	tableColumns: 'Table Columns',
	groupBy: 'Group By',
	images: 'Images',
	image: 'Image',
	dateFormat: 'Date Format',
} as const;

/** What to do with items that are not to become PDFs. */
export const FILTER = 'filter such items out before this node, e.g. empty lines of a sheet.';

/** How a value can be reached: several ways are joined as texts. */
export type Way = readonly Steps[];

/** A variable, and the ways to a value for it; several where the user has to choose. */
export interface Need {
	readonly target: Target;
	readonly ways: readonly Way[];
}

interface About {
	/** The field that the value stands in. */
	readonly field?: string;
	/** What can be printed of the value: ways from it, whose texts are joined. */
	readonly picks?: Way;
	/** What advice has to repair. */
	readonly needs?: readonly Need[];
}

/** Why a value or a row cannot be sent; not yet bound to an item. */
export class Refusal {
	constructor(
		/** What happened: a clause without a full stop, which continues "the field …" if there is a field. */
		readonly reason: string,
		/** What to do next: sentences. An expression that repairs the rows comes before them. */
		readonly remedy: string,
		readonly about: About = {},
	) {}

	/** The same refusal of a part inside the value. */
	in(part: string, remedy = this.remedy): Refusal {
		return new Refusal(`${this.reason} (${part})`, remedy);
	}

	/** The same refusal of the field that stands for a target. */
	of(target: Target, field: Path): Refusal {
		const way = (this.about.picks ?? []).map((steps) => [...field, ...steps]);
		const needs = way.length > 0 ? [{ target, ways: [way] }] : [];
		return new Refusal(this.reason, this.remedy, { field: textOf(field), needs });
	}

	/** The issue of a row. */
	at({ itemIndexes, rowIndex }: RowOrigin, remedy = this.remedy): RowIssue {
		return { itemIndexes, rowIndex, field: this.about.field, reason: this.reason, remedy };
	}
}

/** Where a row comes from. */
export interface RowOrigin {
	/** The items it is made of, ascending. */
	readonly itemIndexes: readonly number[];
	/** Position in the item's array of rows, from 0. */
	readonly rowIndex?: number | undefined;
}

/** Why one row cannot be sent. */
export interface RowIssue extends RowOrigin, Pick<Refusal, 'reason' | 'remedy'> {
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
	readonly issues: readonly RowIssue[];

	/** @param issues At least one. */
	constructor(issues: readonly RowIssue[]) {
		const sorted = [...issues].sort(byOrigin);
		const text = describe(sorted);
		super(`${text.headline}. ${text.description}`);
		this.issues = sorted;
		this.headline = text.headline;
		this.description = text.description;
		this.itemIndexes = itemsIn(sorted);
	}

	/** One for each item, or for the items that are refused together. */
	perRow(): RowsRefused[] {
		// All issues of a group's items are joined under the first of them.
		const first = new Map<number, number>();
		for (const { itemIndexes } of this.issues) {
			const [start = 0] = itemIndexes;
			for (const item of itemIndexes) first.set(item, Math.min(start, first.get(item) ?? start));
		}
		const parts = groupedBy(this.issues, ({ itemIndexes: [item = 0] }) => first.get(item));
		return Array.from(parts.values(), (issues) => new RowsRefused(issues));
	}
}

/** The order of the input. */
export function byOrigin(a: RowOrigin, b: RowOrigin): number {
	const firstItem = ({ itemIndexes }: RowOrigin) => itemIndexes[0] ?? 0;
	return firstItem(a) - firstItem(b);
}

/** Issues in words, with one sentence for those that differ only in the row. */
function describe(issues: readonly RowIssue[]): { headline: string; description: string } {
	const kinds = groupedBy(issues, ({ field, reason }) => JSON.stringify([field, reason]));
	const texts = Array.from(kinds.values(), (kind) => [sentenceOf(kind), kind[0].remedy] as const);
	const [only] = texts;
	if (only && texts.length === 1) return { headline: only[0], description: only[1] };
	const few = texts.slice(0, NAMED);
	const parts = few.map(([sentence, remedy], index) => {
		// Advice for the whole row is given once.
		const isNew = few.findIndex(([, said]) => said === remedy) === index;
		return isNew ? `${sentence}. ${remedy}` : `${sentence}.`;
	});
	if (texts.length > NAMED) parts.push(`And ${texts.length - NAMED} more.`);
	return { headline: summaryOf(issues), description: parts.join(' ') };
}

/** Refusals of several kinds in one clause: which items, which fields. */
function summaryOf(issues: readonly RowIssue[]): string {
	const items = itemsIn(issues);
	const fields = [...new Set(issues.flatMap(({ field }) => field ?? []))];
	const which = firstFew(items.slice(0, NAMED).map(itemLabel), items.length);
	const about = fields.length === 0 ? '' : ` (because of ${showNames(fields, SUMMARY_FIELDS)})`;
	return items.length === 1
		? `${which}: cannot be sent as it is${about}`
		: `${items.length} items cannot be sent as they are: ${which}${about}`;
}

function sentenceOf(alike: readonly [RowIssue, ...RowIssue[]]): string {
	const [{ field, reason }] = alike;
	// Items count from 0, as n8n shows them; rows inside an item count from 1, as people do.
	const origins = alike.flatMap(({ itemIndexes, rowIndex }) => {
		const items = itemIndexes.map(itemLabel);
		return rowIndex === undefined ? items : [`row ${rowIndex + 1} of ${items.join()}`];
	});
	const where = firstFew(origins.slice(0, NAMED), origins.length);
	if (field === undefined) return `${where}: ${reason}`;
	return `${where}: field ${showName(field)} ${reason}`;
}

function itemLabel(itemIndex: number): string {
	return `[item ${itemIndex}]`;
}
