import { actions } from '../emulator/index.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;
const GENERATE = { resource: 'pdf', operation: 'generate' };

describe('The hint after a run', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup();
	});
	afterEach(async () => {
		await setup.close();
	});

	async function told(rows: number, node: NodeUnderTest): Promise<string[]> {
		const result = await setup.run(invoices(rows), node);
		return result
			.hints(NODE)
			.filter(({ type }) => type === 'info')
			.map(({ message }) => message);
	}

	it('the hint after a run says what was made and what it cost', async () => {
		expect(await told(3, {})).toEqual(['1 job with 3 rows gave 3 PDFs. Cost: 3 credits.']);
	});

	it('the hint after a run counts PDFs, not rows, where some rows failed', async () => {
		setup.emulator.behaviour.failRows = (row) => row['invoice_number'] === 'R-1';
		expect(await told(3, {})).toEqual(['1 job with 3 rows gave 2 PDFs. Cost: 3 credits.']);
	});

	it('the hint after a run says what was submitted where nobody waits for it', async () => {
		const parameters = { waitForCompletion: false, options: { rowsPerBatch: 2 } };
		expect(await told(3, { parameters })).toEqual([
			'2 jobs submitted with 3 rows. Cost: 3 credits.',
		]);
	});

	it('the hint after a run with Check Only says what the run would cost', async () => {
		const parameters = { options: { checkOnly: true, rowsPerBatch: 2 } };
		expect(await told(3, { parameters })).toEqual([
			'Nothing was submitted. 2 jobs with 3 rows would cost 3 credits.',
		]);
	});

	it('the hint after a run mentions no cost where nothing was paid for', async () => {
		setup.emulator.faults.add({ route: 'submit', action: actions.refusal(402, 'NO_CREDITS') });
		expect(await told(3, { onError: 'continueRegularOutput' })).toEqual([]);
	});

	it('the hint after a run says what an earlier try had paid for', async () => {
		setup.emulator.faults.add({
			route: 'submit',
			call: 2,
			action: actions.refusal(402, 'INSUFFICIENT_CREDITS'),
		});
		const parameters = { options: { rowsPerBatch: 2, maxConcurrentJobs: 1 } };
		expect(await told(3, { parameters, ...RETRY })).toEqual([
			'2 jobs with 3 rows gave 3 PDFs. Cost: 3 credits, 2 of them paid by an earlier try.',
		]);
	});

	it('the hint after a run of single PDFs says what an earlier try had paid for', async () => {
		setup.emulator.faults.add({
			route: 'storage',
			times: 1,
			action: actions.answer({ status: 400 }),
		});
		const parameters = { ...GENERATE, options: { maxConcurrentJobs: 1 } };
		expect(await told(1, { parameters, ...RETRY })).toEqual([
			'1 PDF made. Cost: 1 credit, paid by an earlier try.',
		]);
	});
});
