/** Where a row's values come from (node parameter `rowSource`). */
export type RowSource = 'items' | 'mapped' | 'json';

/** What a row gets that lacks a variable (node parameter `options.missingVariables`). */
export type MissingVariables = 'blank' | 'error' | 'sample';

/** Rows of text cells; the first row is the header if the design's table has one. */
export type Table = string[][];

/** The older form of `variable::token` keys: one variable's tokens in an object. */
export type TokenValues = Record<string, string>;

/** What the API documents as a value (API page, "Values"). */
export type ApiValue = string | Table | TokenValues;

/**
 * Variable name to value. Every name is an own property, `__proto__` included: read it with
 * `Object.keys` or `Object.hasOwn`, never with `in`.
 */
export type RowValues = Record<string, ApiValue>;

/** One n8n item as it comes in, its expressions already evaluated. */
export interface RowInput {
	/** Position of the item in the node's input, from 0. */
	readonly itemIndex: number;
	readonly source: RowSource;
	/** `items`: the item's JSON. `mapped`: variable name to value. `json`: JSON text, object or array. */
	readonly values: unknown;
	readonly designId: string;
}

/** A row as it will be sent. */
export interface PreparedRow {
	/** The input items it came from, ascending. */
	readonly itemIndexes: readonly number[];
	/** The first of them. */
	readonly itemIndex: number;
	/** Position in the item's array of rows, from 0; only where `json` brought an array. */
	readonly rowIndex?: number;
	readonly designId: string;
	readonly values: RowValues;
	/** Variables that the row lacked and that are sent as empty text. */
	readonly blanked: readonly string[];
}

/** What kind of value a variable takes, as far as the design's schema says so plainly. */
export type VariableKind = 'text' | 'table' | 'image' | 'unknown';

/** A variable of a design. */
export interface Variable {
	/** The name to show. */
	readonly name: string;
	/** Every name the service may know it by, `name` first. */
	readonly names: readonly string[];
	readonly kind: VariableKind;
}

/** The variables of a design, or why they are not known. */
export type Variables =
	| { readonly known: true; readonly list: readonly Variable[] }
	| { readonly known: false; readonly reason: string };

/** How rows are to be built. */
export interface BuildOptions {
	readonly missingVariables: MissingVariables;
	/** Comma separated field names; with `items` only these are sent. Empty: all fields. */
	readonly onlyFields?: string;
	/** The variables of a design; asked once per design. */
	readonly variablesOf: (designId: string) => Variables;
}

/** A field that no variable of the design answers to. */
export interface UnmatchedField {
	readonly field: string;
	/** A variable that some row lacks and whose name is nearly the field's. */
	readonly suggestion?: string;
}

/** What a comparison of one design's rows with its variables shows. */
export interface DesignFindings {
	readonly designId: string;
	/** Why the variables are not known; then nothing below was compared. */
	readonly variablesUnknown?: string;
	readonly variableCount: number;
	readonly rowCount: number;
	readonly unmatched: readonly UnmatchedField[];
	/** There are fields and variables, and no field matches one. */
	readonly noneMatches: boolean;
	/** Variables that no row gives a value for. */
	readonly unfilled: readonly string[];
	/** Rows whose fields are all null or undefined. */
	readonly rowsWithoutValue: number;
}

/** What is worth telling the user although the rows can be sent. */
export interface Findings {
	readonly missingVariables: MissingVariables;
	readonly designs: readonly DesignFindings[];
	/** Names in `onlyFields` that no item has. */
	readonly unknownOnlyFields: readonly string[];
}

/** The outcome of building. */
export interface BuiltRows {
	/** In input order. */
	readonly rows: readonly PreparedRow[];
	readonly findings: Findings;
}

/** Stable names for the reasons a row is refused. */
export type RowIssueCode =
	| 'no_design'
	| 'invalid_json'
	| 'no_rows'
	| 'not_an_object'
	| 'no_fields'
	| 'unsupported_value'
	| 'data_uri'
	| 'table_too_large'
	| 'missing_variable'
	| 'blank_unsafe'
	| 'too_many_blanks';

/** Why one row cannot be sent. */
export interface RowIssue {
	readonly itemIndex: number;
	/** Position in the item's array of rows, from 0. */
	readonly rowIndex?: number;
	readonly field?: string;
	readonly code: RowIssueCode;
	/** What happened: a clause without a full stop. */
	readonly reason: string;
	/** What to do next: a sentence. */
	readonly remedy: string;
}
