import { systemClock } from '../../nodes/ImaginePdf/n8n/clock.ts';
import { actions, type FaultAction } from '../emulator/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

const TIMING = { queueMs: 10, rowMs: 10 };
const DAY_MS = 86_400_000;

/** Of an ended job, the file may come a moment later; it is paid for and not given up. */
describe('A file that is not there at once', () => {
	let setup: EngineSetup;
	const open = async (options: Parameters<typeof openEngineSetup>[0] = {}) => {
		setup = await openEngineSetup({ timing: TIMING, ...options });
	};
	afterEach(async () => await setup.close());
	const handedOn = (result: Awaited<ReturnType<EngineSetup['run']>>) => {
		expect(result.error).toBeUndefined();
		expect(result.items(NODE)[0]?.binary?.['data']).toBeDefined();
		expect(result.tries(NODE)).toBe(1);
	};

	it.each([
		['PDF_NOT_FOUND', 1],
		['PDF_NOT_FOUND', 3],
		['NOT_FOUND', 2],
	] as const)(
		'the ZIP of a job is waited for where its download first answers 404 %s (%i times)',
		async (lateDownloadCode, lateDownloads) => {
			await open({ choices: { lateDownloads, lateDownloadCode } });
			handedOn(await setup.run(invoices(2)));
			expect(setup.charged()).toBe(2);
		},
	);

	it('Download waits for a ZIP that first answers 404', async () => {
		await open({ choices: { lateDownloads: 2 } });
		await setup.run(invoices(1), { parameters: { waitForCompletion: false } });
		const [jobId = ''] = setup.jobIds();
		handedOn(await setup.run([{ jobId }], { parameters: { operation: 'download' } }));
	});

	it('a job whose rows are all through is fetched although its download is refused at first since it has not ended', async () => {
		await open();
		const early: FaultAction = actions.refusal(409, 'ALREADY_EXISTS');
		setup.emulator.faults.add({ route: 'download', call: 1, times: 2, action: early });
		handedOn(await setup.run(invoices(2)));
	});

	it('a ZIP that never comes is reported as missing, with how to fetch the job later and not with the credential', async () => {
		await open();
		const action = actions.refusal(404, 'NOT_FOUND');
		setup.emulator.faults.add({ route: 'download', action });
		const result = await setup.run(invoices(1));
		const [jobId = ''] = setup.jobIds();
		expect(result.error?.message).toBe(`There is no file for this job (job ${jobId})`);
		expect(result.error?.description).toContain(`operation 'Download' and the job ID ${jobId}`);
		expect(result.error?.description).not.toContain('credential');
	});

	it.each([
		['429', actions.busy(429)],
		['429 with Retry-After', actions.busy(429, { seconds: 30 })],
		['503 with Retry-After', actions.busy(503, { seconds: 30 })],
		['a gateway page', actions.gatewayPage(502)],
	])('minutes of trouble with the link to a paid file are ridden out: %s', async (_, action) => {
		await open();
		setup.emulator.faults.add({ route: 'download', call: 1, times: 7, action });
		handedOn(await setup.run(invoices(1)));
	});

	it('a single PDF is fetched where the storage does not have it in the first moment', async () => {
		await open();
		setup.emulator.faults.add({
			route: 'pdf',
			call: 1,
			times: 2,
			action: actions.missingFile(),
		});
		handedOn(
			await setup.run(invoices(1), { parameters: { resource: 'pdf', operation: 'generate' } }),
		);
		expect(setup.charged()).toBe(1);
	});

	it.each([
		['forward', DAY_MS],
		['back', -DAY_MS],
	])(
		'a download does not end when the clock of the machine jumps %s in the middle of it',
		async (_, by) => {
			await open();
			const { now } = systemClock;
			const jump: FaultAction = {
				name: 'the clock jumps',
				after: (answer) => {
					systemClock.now = () => now() + by;
					return answer;
				},
			};
			setup.emulator.faults.add({ route: 'download', call: 1, times: 1, action: jump });
			const cut = actions.truncate(100, 'reset');
			setup.emulator.faults.add({ route: 'zip', call: 1, times: 1, action: cut });
			handedOn(await setup.run(invoices(2)));
		},
	);
});
