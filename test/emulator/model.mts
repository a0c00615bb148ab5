/** What the emulated service knows: workspaces with plans, designs, jobs, charges. */

export type Generation = 'first' | 'second';

export interface Plan {
	/** Feature: API access at all (docs/imaginepdf-api.md, "Errors", 403). */
	useApiKeys: boolean;
	/** Feature: batch endpoints. */
	batchGenerate: boolean;
	/** First generation only; the second takes 100 rows from everybody (docs/imaginepdf-api.md). */
	maxRowsPerBatch: number;
}

export interface Workspace {
	workspaceId: string;
	name: string;
	/** The API key that opens this workspace. */
	key: string;
	keyExpired: boolean;
	userEmail: string;
	plan: Plan;
	credits: number;
	designs: Map<string, Design>;
}

export type VariableKind = 'text' | 'table' | 'image' | 'qr' | 'barcode';
export type Sample = string | string[][];

export interface DesignVariable {
	name: string;
	kind: VariableKind;
	/** What the designer sees instead of `name` in the editor. */
	label?: string;
	/** Rendered where a row lacks the variable; a text or a table's cells may hold `{{token}}`s. */
	sample: Sample;
	/** Sample content of the `{{token}}`s inside `sample`. */
	tokens?: Record<string, string>;
	/** A text that is a list of texts, as the tree tells it; `sample` is what they print together. */
	list?: readonly string[];
	/** Of a table: whether its first row holds the header labels; `null` does not tell. Default: true. */
	headerRow?: boolean | null;
	/** Of a table: what the tree tells beside its cells. */
	template?: string;
	/** Of a table: how the tree writes its cells, instead of what `Choices` say. */
	tableCells?: 'strings' | 'data.content' | 'data';
	/** The element is left out of the PDF, its variable with it. */
	isHidden?: boolean;
	/** What the tree tells of the element beside its content, such as `dataType` and `format`. */
	further?: Record<string, unknown>;
}

/** An element that no variable is bound to; its text, if it has one, is printed. */
export interface UnboundElement {
	name: string;
	type: 'text' | 'shape' | 'image';
	content?: string;
}

/**
 * How the `variables` key of the tree looks; the real shape is not documented. `byNode` is keyed by
 * the ID of the bound node, `byId` by an ID of its own, both with the name inside.
 */
export type TreeShape = 'byName' | 'byId' | 'byNode' | 'array' | 'odd' | 'absent';

export interface Design {
	designId: string;
	name: string;
	description: string;
	/** The folder it lies in. */
	parentId?: string;
	variables: DesignVariable[];
	/**
	 * Texts that no variable is bound to. A `{{name}}` in them is a variable of its own in the first
	 * generation, and prints empty in the second.
	 */
	texts: readonly string[];
	/** Elements with names of their own, which no variable is bound to. */
	unbound: readonly UnboundElement[];
	/** Number of pages, at least 1. */
	pages: number;
	treeShape: TreeShape;
	/** Bytes, as the list tells them. */
	fileSize: number;
	/** ISO 8601. */
	createdAt: string;
	modifiedAt: string;
}

export type PdfProfile = 'standard' | 'accessible' | 'pdf-a';
export type Row = Record<string, unknown>;

export interface Job {
	jobId: string;
	/** Names its file in the storage; other than `jobId`, always its own. */
	fileId: string;
	workspaceId: string;
	/** A snapshot: a job outlives its design. */
	design: Design;
	generation: Generation;
	profile: PdfProfile;
	rows: Row[];
	/** Milliseconds since the epoch by the emulator's clock, as are all times here. */
	createdAt: number;
	/** When the first row begins. */
	startsAt: number;
	/** When each row is done, ascending. */
	rowEnds: number[];
	/** When the job has ended; not before the last row. */
	endsAt: number;
	/** Numbers of the rows that fail, from 0. */
	failing: Set<number>;
	/** Whether the progress counts stay 0 until the end. */
	hidesProgress: boolean;
	/** How the job ends. */
	outcome: 'completed' | 'failed';
}

export type JobStatus = 'queued' | 'processing' | 'completed' | 'failed';

export interface JobState {
	jobId: string;
	status: JobStatus;
	total: number;
	completed: number;
	failed: number;
	createdAt: string;
	updatedAt: string;
}

export interface Charge {
	/** Milliseconds since the epoch by the emulator's clock. */
	at: number;
	key: string;
	workspaceId: string;
	designId: string;
	/** One credit each. */
	rows: number;
	/** The very rows. */
	values: readonly Row[];
	/** Set for a batch. */
	jobId?: string;
	/** Set for a single PDF. */
	generationId?: string;
}
