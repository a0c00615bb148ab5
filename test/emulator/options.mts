import type { Clock } from '../../nodes/ImaginePdf/core/ports.ts';
import type { Generation, Job, Row, TreeShape } from './model.mts';
import type { SyntheticArchive } from './synthetic-zip.mts';

/** How a job's rows are spread over its time. `hidden` counts nothing until the end. */
export type ProgressShape = 'steady' | 'bursty' | 'stalled' | 'hidden';

export interface JobTiming {
	/** Time before the first row begins. */
	queueMs: number;
	/** Time per row. */
	rowMs: number;
	shape: ProgressShape;
}

/** What the documentation leaves open. Every member may be changed while the emulator runs. */
export interface Choices {
	/** What a route of a generation that is switched off answers. */
	absentRoute: '404 envelope' | '404 bare' | '405 envelope' | '405 bare';
	/**
	 * IDs of jobs: text; a number, large or counted from 1; or always 1, by which the newest job of the
	 * workspace is found.
	 */
	jobIds: 'text' | 'number' | 'sequence' | 'same number';
	/** PDFs in the ZIP beyond those of the rows. */
	extraPdfs: number;
	/** How a job ends of which some rows failed. A job without one good row always fails. */
	partialFailure: 'completed' | 'failed';
	/** Whether a failed job has a ZIP (of its successful rows). */
	failedJobZip: boolean;
	/** Names of the PDFs in the ZIP. */
	zipNames: 'numbered' | 'design';
	zipOrder: 'rows' | 'shuffled';
	/** How the tree holds its nodes: an object by ID, a list, or pages with their `children`. */
	nodes: 'byId' | 'list' | 'nested';
	/** Whether a node bears its variable's name; else the variable store names the node's ID. */
	nodeNames: 'named' | 'unnamed';
	/** The shape of every tree's variable store, or that of the design itself. */
	variableStore: TreeShape | 'design';
	/** Whether the variable store tells types and sample content, or only the nodes do. */
	variableTypes: 'told' | 'untold';
	/** What a table's cells are in the tree: strings, or objects with the text in one of two places. */
	tableCells: 'strings' | 'data.content' | 'data';
	/** Where a table tells whether it has a header row. */
	headerRow: 'data' | 'styles';
	/** The generations that take pictures, where they are switched on at all. */
	uploadRoutes: readonly Generation[];
	/** What a preview of a page answers that the design does not have. */
	missingPage: '404 NOT_FOUND' | '404 PDF_NOT_FOUND' | '400 VALIDATION_ERROR';
}

/** Content of the PDFs: laid out with embedded fonts, or a bare page that takes no time. */
export type PdfStyle = 'designed' | 'plain';

export interface EmulatorOptions {
	/** Port of the API; 0 (default) takes a free one. */
	port?: number;
	/** Port of the storage; 0 (default) takes a free one. */
	storagePort?: number;
	/** 1 (default) is realistic; 100 makes everything a hundred times faster. */
	timeScale?: number;
	/** Time itself; made from `timeScale` unless given. */
	clock?: Clock;
	generations?: { first?: boolean; second?: boolean };
	/** Makes ids, shuffles and signatures repeatable. */
	seed?: number;
	/** Timing of every job, or a function of its rows. */
	timing?: Partial<JobTiming> | ((rows: readonly Row[]) => Partial<JobTiming>);
	/** Seconds a presigned URL lives (docs/imaginepdf-api.md, "Batch": 3600). */
	urlExpirySeconds?: number;
	pdfStyle?: PdfStyle;
	/** Rows that fail although their values are fine. */
	failRows?: (row: Row, index: number, job: Pick<Job, 'design' | 'rows'>) => boolean;
	/** Replaces every job's ZIP, for benches. */
	synthetic?: SyntheticArchive;
	choices?: Partial<Choices>;
	/** Leaves workspaces and designs out, for tests that bring their own. */
	empty?: boolean;
}

export const DEFAULT_CHOICES: Choices = {
	absentRoute: '404 envelope',
	jobIds: 'text',
	extraPdfs: 0,
	partialFailure: 'completed',
	failedJobZip: false,
	zipNames: 'numbered',
	zipOrder: 'rows',
	nodes: 'byId',
	nodeNames: 'named',
	variableStore: 'design',
	variableTypes: 'told',
	tableCells: 'strings',
	headerRow: 'data',
	uploadRoutes: ['first', 'second'],
	missingPage: '404 NOT_FOUND',
};

/** A batch of 100 takes half a minute, as users of the service describe it. */
export const DEFAULT_TIMING: JobTiming = { queueMs: 2000, rowMs: 300, shape: 'steady' };

/** docs/imaginepdf-api.md, "Batch": `expiresIn`. */
export const DEFAULT_URL_EXPIRY_SECONDS = 3600;

/** What the handlers read; unlike the ports and the clock, it may change at run time. */
export interface Behaviour {
	generations: { first: boolean; second: boolean };
	timing: NonNullable<EmulatorOptions['timing']>;
	urlExpirySeconds: number;
	pdfStyle: PdfStyle;
	failRows: NonNullable<EmulatorOptions['failRows']>;
	synthetic: SyntheticArchive | undefined;
	choices: Choices;
}

export function behaviourOf(options: EmulatorOptions): Behaviour {
	return {
		generations: { first: true, second: true, ...options.generations },
		timing: options.timing ?? {},
		urlExpirySeconds: options.urlExpirySeconds ?? DEFAULT_URL_EXPIRY_SECONDS,
		pdfStyle: options.pdfStyle ?? 'designed',
		failRows: options.failRows ?? (() => false),
		synthetic: options.synthetic,
		choices: { ...DEFAULT_CHOICES, ...options.choices },
	};
}
