import type { Variables } from '../designs/variable';

/** Where a row's values come from (node parameter `rowSource`). */
export type RowSource = 'items' | 'mapped' | 'json';

/** What a row gets that lacks a variable (node parameter `options.missingVariables`). */
export type MissingVariables = 'blank' | 'error' | 'sample';

/** Rows of text cells; the first row is the header if the design's table has one. */
export type Table = string[][];

/** What the API documents as a value (docs/imaginepdf-api.md, "Values"). */
export type ApiValue = string | Table;

/**
 * Variable name, or `variable::token`, to value. Every name is an own property, `__proto__`
 * included: read it with `Object.keys` or `Object.hasOwn`, never with `in`.
 */
export type RowValues = Record<string, ApiValue>;

/** One n8n item as it comes in, its expressions already evaluated. */
export interface RowInput {
	/** Position of the item in the node's input, from 0. */
	readonly itemIndex: number;
	readonly source: RowSource;
	/** `items`: the item's JSON. `mapped`: variable name to value. `json`: JSON text, object or array. */
	readonly values: unknown;
	/** The item's JSON, where `values` are something else. */
	readonly item?: unknown;
	/** The parameter as it is written, before n8n evaluates it: text, or for `mapped` texts by variable. */
	readonly written?: unknown;
	readonly designId: string;
	/** With `json`, rows of the array that are not to be built, from 0. */
	readonly without?: ReadonlySet<number>;
	/** The names of the item's binary fields. */
	readonly binaryFields?: readonly string[];
}

/** A picture that is to be uploaded, and whose reference becomes the value under one name of a variable. */
export interface Picture {
	readonly variable: string;
	readonly itemIndex: number;
	readonly binaryField: string;
}

/** A row as it will be sent. */
export interface PreparedRow {
	/** The items it was made of, ascending: one, or a group's. */
	readonly itemIndexes: readonly number[];
	/** The first of `itemIndexes`. */
	readonly itemIndex: number;
	/** Position in the item's array of rows, from 0; only where `json` brought an array. */
	readonly rowIndex?: number | undefined;
	readonly designId: string;
	readonly values: RowValues;
	/** What the row lacked and is sent as blank: `variable` or `variable::token`. */
	readonly blanked: readonly string[];
	/** Variable to the field its value came from, where the names differ. */
	readonly matched: Readonly<Record<string, string>>;
	/** Fields that are not sent. */
	readonly leftOut: readonly string[];
	readonly pictures: readonly Picture[];
	/** The names of image variables that get a transparent picture; these are `blanked`, too. */
	readonly blankPictures: readonly string[];
}

/** A column of a table that is made of objects. */
export interface Column {
	/** Name or path of the field; empty for a column that is left empty. */
	readonly field: string;
	readonly heading: string;
	/** It may be in no line. */
	readonly isOptional?: boolean;
}

/** How rows are to be built. */
export interface BuildOptions {
	readonly missingVariables: MissingVariables;
	/** The variables of a design; asked once per design. */
	readonly variablesOf: (designId: string) => Variables;
	/** An item may bring one row only. */
	readonly oneRowPerItem?: boolean;
	/** With `items`, only these fields are used. Empty: all fields. */
	readonly onlyFields?: readonly string[];
	/** With `items`, items with the same value of this field become one row. */
	readonly groupBy?: string;
	/** Which fields of a list of objects become the columns of a table. */
	readonly tableColumns?: ReadonlyArray<{
		readonly variable: string;
		readonly columns: readonly Column[];
	}>;
	/** Takes an image variable's picture from a binary field of the item. */
	readonly images?: ReadonlyArray<{ readonly variable: string; readonly binaryField: string }>;
	/** Luxon tokens for dates. Empty: the node's own form. */
	readonly dateFormat?: string;
	/** IANA name of the time zone dates are written in; default UTC. */
	readonly timeZone?: string;
	/** The node that the items come from. */
	readonly nodeBefore?: string;
}

/** The outcome of building. */
export interface BuiltRows {
	/** In the order of their first items. */
	readonly rows: readonly PreparedRow[];
	/** What the user may want to know of rows that can be sent; a warning where a PDF may not say what was meant. */
	readonly hint?: { readonly text: string; readonly type: 'info' | 'warning' } | undefined;
}
