import { ANYWHERE, faultsAt, type Step } from './faults.mts';
import { actions, type EmulatorOptions, type Fault, type FaultAction } from '../emulator/index.mts';
import { RemoteStore } from '../engine/harness/remote-store.mts';
import {
	byId,
	GENERATE as single,
	type EngineSetupOptions,
	type NodeUnderTest,
} from '../engine/support/setup.mts';

/** A moment of the node's work at which each fault strikes. */
export interface Stage {
	/** As the docs call it. */
	title: string;
	/** What it strikes: by default the first request on its route. */
	target: Pick<Fault, 'route' | 'jobStatus'>;
	faults: Record<string, () => FaultAction | FaultAction[]>;
	/** Those that the node gets over by itself, without another try and without a word. */
	mends: RegExp;
	parameters: NonNullable<NodeUnderTest['parameters']>;
	service?: EngineSetupOptions;
	/** Whether the next run begins when one has ended, since the fault strikes whichever comes next. */
	isAlone?: boolean;
	/** Whether the items come with pictures. */
	pictures?: boolean;
}

/** Several jobs, so that one can be lost while another is not. */
const batch = { options: { rowsPerBatch: 2, maxConcurrentJobs: 1 } };

/** One job that is looked at often, and is in work until a fault has struck. */
const watchedJob = { options: { pollInterval: 2 } };
const heldJobs: EmulatorOptions = { timing: { queueMs: 5000, rowMs: 3_600_000 } };
const LET_GO_AFTER_MS = 10_000;

/** The same faults; the job that they strike is let go. */
function lettingGo(faults: Stage['faults']): Stage['faults'] {
	return Object.fromEntries(
		Object.entries(faults).map(([name, make]) => [
			name,
			() => [actions.endJob(LET_GO_AFTER_MS), make()].flat(),
		]),
	);
}

/** A guest's badge takes its picture from the item's file, or from its field. */
const badges = {
	designId: byId('design_badge'),
	options: { ...batch.options, images: { images: [{ variable: 'photo', binaryField: 'photo' }] } },
};

/** n8n's store refuses the file that comes next. */
const store: Pick<Stage, 'faults' | 'mends' | 'service' | 'isAlone'> = {
	faults: {
		'the disk is full': () => ({
			name: 'the disk is full',
			async before() {
				const full = new Error('The disk is full');
				jest.spyOn(RemoteStore.prototype, 'write').mockRejectedValueOnce(full);
				return await Promise.resolve(undefined);
			},
		}),
	},
	mends: /(?!)/,
	service: { binaryMode: 's3' },
	isAlone: true,
};

/** A question may be asked again, whatever became of it, unless the answer was a clear no. */
const QUESTION = /^(?!40\d|redirect)/;
/** An upload is free, and may be repeated as well. */
const UPLOAD = /^(?!40\d|413|redirect|answer without)/;
/** What costs money is repeated only where it had no effect. */
const PAID = /^(429|503, later|delayed|wrong content type|odd)/;
const FILE = /^(5\d\d|429|delayed|connection|never|cut|stalled|gateway|wrong content type)/;
/** Only a job's file has a second link. */
const JOB_FILE = new RegExp(`${FILE.source}|^expired`);

/** The first request on a route meets all that can be wrong with it. */
const first = (
	title: string,
	route: Step,
	mends: RegExp,
	parameters: Stage['parameters'] = batch,
): Stage => ({ title, target: { route }, faults: faultsAt(route), mends, parameters });

export const STAGES: readonly Stage[] = [
	first('Reading the design', 'design', QUESTION),
	{ ...first('Uploading a picture', 'upload', UPLOAD, badges), pictures: true },
	first('Submit', 'submit', PAID),
	{ ...first('First status request', 'status', QUESTION), faults: ANYWHERE },
	{
		...first('Status request in the middle', 'status', QUESTION, watchedJob),
		target: { route: 'status', jobStatus: 'processing' },
		faults: lettingGo(ANYWHERE),
		service: heldJobs,
	},
	{
		...first('Last status request', 'status', QUESTION),
		target: { route: 'status', jobStatus: 'completed' },
	},
	first('Asking for the link', 'download', QUESTION),
	first('ZIP file', 'zip', JOB_FILE),
	first('Single PDF: generate', 'generate', PAID, single),
	first('Single PDF: file', 'pdf', FILE, single),
	{ ...first('Storing a ZIP', 'zip', FILE), ...store },
	{ ...first('Storing the PDFs of a ZIP', 'zip', FILE, { ...batch, output: 'pdfs' }), ...store },
	{ ...first('Storing a single PDF', 'pdf', FILE, single), ...store },
];
