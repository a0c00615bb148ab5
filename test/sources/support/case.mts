import { grid, type Design, type DesignVariable } from '../../emulator/index.mts';

/**
 * Items as a source of data hands them over, a design that one would make for them, and the verdict.
 * Without `refused` the rows are taken as they are; with it nothing is paid, and what the message
 * advises, followed to the letter, gives the rows in one step.
 */
export interface SourceCase {
	items: Rows | Rows[number];
	/** A name alone is a text; or a whole design. Unless given, it has what the first row sends. */
	design?: ReadonlyArray<string | DesignVariable> | Design;
	/** The node's parameters, beside the design. */
	parameters?: Record<string, unknown>;
	timezone?: string;
	/** What is sent, row by row and variable by variable; blanks are sent as well. */
	sends?: Rows | Rows[number] | undefined;
	/** The message of a run that stops unpaid. */
	refused?: RegExp;
	/** Where the message leaves a choice: for a variable, a part of the expression that is chosen. */
	choose?: Record<string, string>;
	/** Which of several ways is gone, where it is not the first: the words that tell it. */
	by?: 'Only Fields' | 'instead';
	/** Where the message asks for a change before the node: the items that this change gives. */
	mended?: Rows | Rows[number];
	/** A hint of the run that is paid. */
	hint?: RegExp;
	/** More rows than items, which Generate does not take; or a message that Generate alone has. */
	only?: 'submit' | 'generate';
}

export type Rows = Array<Record<string, unknown>>;

/** By the service or the n8n node that the items come from, and what they are. */
export type SourceCases = Record<string, SourceCase>;

export { grid };

/** The reference of a picture that the run itself uploads. */
export const UPLOADED: unknown = expect.stringMatching(/^(uploads|assets):/);

/** A table variable whose design shows header labels. */
export function table(name: string, ...labels: string[]): DesignVariable {
	return { name, kind: 'table', sample: [labels, labels.map(() => 'Sample')] };
}

export const image = (name: string): DesignVariable => ({
	name,
	kind: 'image',
	sample: 'assets:sample-photo',
});

/** A text with tokens in it. */
export function text(name: string, sample: string): DesignVariable {
	const tokens = Array.from(sample.matchAll(/\{\{(\w+)\}\}/g), ([, token = '']) => token);
	return {
		name,
		kind: 'text',
		sample,
		tokens: Object.fromEntries(tokens.map((token) => [token, 'Sample'])),
	};
}

/** The node takes its rows from this expression. */
export const rowsFrom = (expression: string) => ({
	rowSource: 'json',
	rowsJson: `={{ ${expression} }}`,
});

/** The node maps each variable. */
export const mapped = (value: Record<string, string>) => ({
	rowSource: 'mapped',
	variables: { mappingMode: 'defineBelow', value },
});

/** The option Table Columns, of one table. */
export const columns = (variable: string, text: string) => ({
	tableColumns: { tables: [{ variable, columns: text }] },
});
