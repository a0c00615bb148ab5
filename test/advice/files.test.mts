import { actions, hostileZip, rewrite } from '../emulator/index.mts';
import { RemoteStore } from '../engine/harness/remote-store.mts';
import { CONTINUE, GENERATE, invoices } from '../engine/support/setup.mts';
import { filesOf, followAdvice, type Given, type OneStep } from './support/advice.mts';

/** A job's file that could not be handed on: the two ways to it, neither of which pays. */
function fetchedLater(message: string, spoilt: string, spoil: (given: Given) => void): OneStep[] {
	const step: Omit<OneStep, 'by'> = {
		message,
		credits: 3,
		options: { binaryMode: 's3' },
		items: invoices(3),
		trouble: spoil,
		says: "'Download' and the job ID job_",
		paid: 3,
		mend: () => jest.restoreAllMocks(),
	};
	return [
		{ ...step, by: `${spoilt}, and a retry fetches it`, gives: [3] },
		{
			...step,
			by: `${spoilt}, and Download fetches it by the ID in the message`,
			download: { output: 'pdfs' },
			gives: [1, 1, 1],
		},
	];
}

const UNFETCHED = 'The ZIP file could not be fetched (job …): …';
const NO_PDF = 'The PDF could not be fetched: …';
const MISSING = 'The ZIP of job … holds … of the … PDFs that ImaginePDF reports';
/** Two PDFs, whatever the number of rows. */
const TWO = { entries: 2, entryBytes: 500, content: 'compressible', compression: 'store' } as const;
const all = { options: { partialFailure: 'error' } };
const unavailable = actions.gatewayPage(503);

followAdvice('Files', [
	...fetchedLater(UNFETCHED, 'the storage was away', ({ setup }) =>
		setup.fault('zip', unavailable),
	),
	...fetchedLater(UNFETCHED, 'the archive was empty', ({ setup }) =>
		setup.fault('zip', hostileZip('empty')),
	),
	{
		message: NO_PDF,
		by: 'a retry while its link is valid',
		node: { parameters: GENERATE },
		trouble: ({ setup }) => setup.fault('pdf', unavailable),
		says: 'a retry of this execution fetches them without paying again',
		gives: [1, 1],
	},
	{
		message: NO_PDF,
		by: 'with On Error: Continue it lies in ImaginePDF, and once more costs another credit',
		credits: 3,
		again: 1,
		async follow({ setup, told }) {
			setup.fault('pdf', unavailable, { call: 1, times: 6 });
			const parameters = { ...GENERATE, options: { maxConcurrentJobs: 1 } };
			const first = await setup.run(invoices(2), { ...CONTINUE, parameters });
			expect(told(first, 0)).toContain('Sending it again costs 1 credit more');
			expect(setup.charged()).toBe(2);
			expect(filesOf(await setup.run(invoices(1), { parameters }))).toHaveLength(1);
		},
	},
	{
		message: MISSING,
		by: "'If Some Rows Fail' set to 'Continue', and a retry, which hands on those that are there",
		credits: 3,
		items: invoices(3),
		node: { parameters: all },
		trouble: ({ setup }) => (setup.emulator.behaviour.synthetic = TWO),
		says: "'If Some Rows Fail' to 'Continue'",
		retry: { options: { partialFailure: 'continue' } },
	},
	{
		message: MISSING,
		by: 'Download with the ID that the message names, once support has mended the counts',
		credits: 3,
		items: invoices(3),
		node: { parameters: all },
		trouble({ setup }) {
			const action = rewrite('a PDF more', (data) => ({ ...data, total: 4, completed: 4 }));
			setup.fault('status', action, { jobStatus: 'completed' });
		},
		says: /Ask ImaginePDF's support about the others.*'Download' and the job ID job_/,
		download: all,
		gives: [3],
	},
	...fetchedLater('The result of job … could not be handed over', 'the disk was full', () => {
		const full = new Error('The disk is full');
		jest.spyOn(RemoteStore.prototype, 'write').mockRejectedValue(full);
	}),
]);
