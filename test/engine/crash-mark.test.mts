import { systemClock } from '../../nodes/ImaginePdf/n8n/clock.ts';
import type { Rerun, RunResult } from './harness/index.mts';
import { actions } from '../emulator/index.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

/*
 * A kill takes the memory of the execution, and leaves what is in n8n's database. Real kills of real servers
 * are in test/e2e/crashes.e2e.mts.
 */
describe('When n8n was killed while the node paid', () => {
	const PDF = { resource: 'pdf', operation: 'generate' };
	const DAY_MS = 24 * 3_600_000;
	let setup: EngineSetup;

	beforeEach(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
	});
	afterEach(async () => await setup.close());

	const paid = async (node: NodeUnderTest = {}) => {
		const ran = await setup.run(invoices(2), node);
		expect(ran.error).toBeUndefined();
		expect(setup.charged()).toBe(2);
		return ran;
	};
	const rerun = async (ran: RunResult, how: Rerun) =>
		await setup.engine.rerun(ran, how, invoices(2));

	describe.each<Rerun>(['again', 'retried', 'retried unsaved'])('the run after it (%s)', (how) => {
		it.each([
			['a batch', {}],
			['a batch of each row', { options: { rowsPerBatch: 1 } }],
			['single PDFs', PDF],
		])('pays for %s no second time, and says that nobody knows', async (_, parameters) => {
			const again = await rerun(await paid({ parameters }), how);
			expect(again.error?.message).toMatch(/^It is not known whether ImaginePDF accepted/);
			expect(again.error?.description).toContain('n8n was ended while');
			expect(setup.charged()).toBe(2);
		});

		it('pays once more with Submit Again, and only once', async () => {
			const options = { unknownSubmit: 'submitAgain' };
			const action = actions.answerAfter({ status: 500 });
			const ran = await paid({ parameters: { options } });
			setup.emulator.faults.add({ route: 'submit', action });
			const again = await rerun(ran, how);
			expect(again.error?.message).toMatch(/^It is not known whether/);
			expect(setup.charged()).toBe(4);
			await setup.engine.retry(again);
			expect(setup.charged()).toBe(4);
		});

		it('hands on what it can with On Error: Continue', async () => {
			const again = await rerun(await paid({ onError: 'continueRegularOutput' }), how);
			expect(again.json(NODE)).toMatchObject([{ code: 'SUBMIT_OUTCOME_UNKNOWN' }]);
			expect(setup.charged()).toBe(2);
		});
	});

	it('an execution that began before midnight is known after it', async () => {
		const ran = await paid();
		const { now } = systemClock;
		systemClock.now = () => now() + DAY_MS;
		const again = await rerun(ran, 'again');
		expect(again.error?.message).toMatch(/^It is not known whether/);
		expect(setup.charged()).toBe(2);
	});

	it('a new execution with equal rows is a new order', async () => {
		const anew = await rerun(await paid(), 'anew');
		expect(anew.error).toBeUndefined();
		expect(setup.charged()).toBe(4);
	});

	it('a try that ended by itself is no kill', async () => {
		const action = actions.refusal(402, 'INSUFFICIENT_CREDITS');
		setup.emulator.faults.add({ route: 'submit', times: 1, action });
		const failed = await setup.run(invoices(2));
		expect(failed.status).toBe('error');
		const retried = await setup.engine.retry(failed);
		expect(retried.error).toBeUndefined();
		expect(setup.charged()).toBe(2);
	});

	it('of two failed executions of one order, a retry of the older says that the newer may have paid', async () => {
		const action = actions.refusal(402, 'INSUFFICIENT_CREDITS');
		const takeBack = setup.emulator.faults.add({ route: 'submit', action });
		const older = await setup.run(invoices(2));
		takeBack();
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const newer = await setup.engine.retry(older);
		expect(newer.status).toBe('error');
		const retried = await setup.engine.retry(older);
		expect(retried.error?.message).toMatch(/^It is not known whether/);
		expect(setup.charged()).toBe(2);
		expect((await setup.engine.retry(newer)).error).toBeUndefined();
		expect(setup.charged()).toBe(2);
	});

	it('the marks of twelve executions at once are all kept', async () => {
		const ran = await paid();
		const one = setup.engine.processedData.entries.length;
		const all = await Promise.all(Array.from({ length: 12 }, async () => await rerun(ran, 'anew')));
		expect(all.flatMap(({ error }) => error ?? [])).toEqual([]);
		expect(setup.charged()).toBe(26);
		// Two executions may begin in the same millisecond.
		const { entries } = setup.engine.processedData;
		expect(entries.filter((key) => String(key).startsWith('execution')).length).toBe(
			13 * (one - 1),
		);
	});

	it('where n8n refuses the mark, the rows are paid for, and the log tells', async () => {
		setup.engine.processedData.refusal = new Error('No such table');
		const ran = await paid();
		const lines = ran.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
		expect(lines).toEqual([expect.stringContaining('No such table')]);
	});

	it('a run that only fetches what is paid for leaves no mark', async () => {
		const action = actions.refusal(403, 'FORBIDDEN');
		setup.emulator.faults.add({ route: 'download', times: 1, action });
		const failed = await setup.run(invoices(2));
		const marks = setup.engine.processedData.entries.length;
		expect((await setup.engine.retry(failed)).error).toBeUndefined();
		expect(setup.engine.processedData.entries.length).toBe(marks);
	});

	it('the ids of jobs stand in the custom data of the execution, as many as fit', async () => {
		const ran = await setup.run(invoices(30), { parameters: { options: { rowsPerBatch: 1 } } });
		const { imaginePdfJobs = '' } = ran.run.data.resultData.metadata ?? {};
		expect(imaginePdfJobs.length).toBeLessThanOrEqual(255);
		const ids = imaginePdfJobs.split(', ');
		expect(ids.length).toBeGreaterThan(5);
		expect(setup.jobIds()).toEqual(expect.arrayContaining(ids));
	});
});
