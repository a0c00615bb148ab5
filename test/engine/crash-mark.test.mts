import { systemClock } from '../../nodes/ImaginePdf/n8n/session.ts';
import type { Rerun, RunResult } from './harness/index.mts';
import { actions } from '../emulator/index.mts';
import {
	charged500,
	CONTINUE,
	GENERATE,
	good,
	invoices,
	NODE,
	QUICK,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';
import { loopOf } from './support/workflows.mts';

/*
 * A kill takes the memory of the execution, and leaves what is in n8n's database. Real kills of real servers
 * are in test/e2e/crashes.e2e.mts.
 */
describe('When n8n was killed while the node paid', () => {
	const setup = setUp({ timing: QUICK });
	const UNKNOWN = /^It is not known whether ImaginePDF accepted/;
	const noCredits = actions.refusal(402, 'INSUFFICIENT_CREDITS');
	const paid = async (node: NodeUnderTest = {}) => {
		const ran = good(await setup.run(invoices(2), node));
		expect(setup.charged()).toBe(2);
		return ran;
	};
	const rerun = async (ran: RunResult, how: Rerun) =>
		await setup.engine.rerun(ran, how, invoices(2));
	const marks = () => setup.engine.processedData.entries;

	describe.each<Rerun>(['again', 'retried', 'retried unsaved'])('the run after it (%s)', (how) => {
		it.each<[string, NonNullable<NodeUnderTest['parameters']>]>([
			['a batch', {}],
			['a batch of each row', { options: { rowsPerBatch: 1 } }],
			['single PDFs', GENERATE],
		])(`a run that is ${how} after a kill pays for %s no second time`, async (_, parameters) => {
			const { error } = await rerun(await paid({ parameters }), how);
			expect(error?.message).toMatch(UNKNOWN);
			expect(error?.description).toContain('An earlier try ended without an answer: n8n was ended');
			expect(setup.charged()).toBe(2);
		});

		it(`a run that is ${how} after a kill tells, then pays once more with Submit Again, and only once`, async () => {
			const ran = await paid({ parameters: { options: { unknownSubmit: 'submitAgain' } } });
			const again = await rerun(ran, how);
			expect(again.error?.message).toMatch(UNKNOWN);
			expect(setup.charged()).toBe(2);
			setup.fault('submit', charged500());
			const paidAgain = await setup.retry(again);
			expect(paidAgain.error?.message).toMatch(UNKNOWN);
			expect(setup.charged()).toBe(4);
			// As it was, and as if it had been killed after paying.
			for (const before of [paidAgain, again]) {
				const last = await setup.retry(await setup.retry(before));
				expect(last.error?.message).toMatch(UNKNOWN);
				expect(setup.charged()).toBe(4);
			}
		});

		it(`a run that is ${how} after a kill and fails before it pays lets its own retry know`, async () => {
			const ran = await paid();
			const mend = setup.fault('design', actions.refusal(401, 'INVALID_API_KEY'));
			const failed = await rerun(ran, how);
			expect(failed.error?.message).toContain('does not accept the API key');
			mend();
			expect((await setup.retry(failed)).error?.message).toMatch(UNKNOWN);
			expect(setup.charged()).toBe(2);
		});

		it(`a run that is ${how} after a kill hands on what it can with On Error: Continue`, async () => {
			const again = await rerun(await paid(CONTINUE), how);
			expect(again.json(NODE)).toMatchObject([{ code: 'SUBMIT_OUTCOME_UNKNOWN' }]);
			expect(setup.charged()).toBe(2);
		});
	});

	it('a loop tells once, and then pays once more for each pass with Submit Again', async () => {
		const loop = loopOf(setup, invoices(3));
		const ran = good(await setup.engine.run(loop));
		const again = await setup.engine.rerun(ran, 'retried', invoices(3));
		expect(again.error?.message).toMatch(UNKNOWN);
		expect(setup.charged()).toBe(3);
		const edited = { [NODE]: { options: { unknownSubmit: 'submitAgain' } } };
		good(await setup.engine.retry(again, { edited }));
		expect(setup.charged()).toBe(6);
	});

	it('rows are known after a kill also where other passes of a loop get as far as paying', async () => {
		const loop = loopOf(setup, invoices(2), CONTINUE);
		setup.fault('design', actions.refusal(401, 'INVALID_API_KEY'), { times: 1 });
		const ran = good(await setup.engine.run(loop));
		expect(setup.charged()).toBe(1);
		good(await setup.engine.rerun(ran, 'retried', invoices(2)));
		// Of the first nobody knows: by count alone, the mark of the second may be its own.
		expect(setup.charged()).toBe(1);
	});

	it('an execution that began before midnight is known after it', async () => {
		const ran = await paid();
		const { now } = systemClock;
		systemClock.now = () => now() + 86_400_000;
		expect((await rerun(ran, 'again')).error?.message).toMatch(UNKNOWN);
		expect(setup.charged()).toBe(2);
	});

	it('a new execution with equal rows is a new order', async () => {
		good(await rerun(await paid(), 'anew'));
		expect(setup.charged()).toBe(4);
		// Only a call of a sub-workflow is known by what called it.
		expect(marks().filter((key) => String(key).startsWith('parent'))).toEqual([]);
	});

	it('a try that ended by itself is no kill', async () => {
		setup.fault('submit', noCredits, { times: 1 });
		const failed = await setup.run(invoices(2));
		expect(failed.status).toBe('error');
		good(await setup.retry(failed));
		expect(setup.charged()).toBe(2);
	});

	it('of two failed executions of one order, a retry of the older says that the newer may have paid', async () => {
		const mend = setup.fault('submit', noCredits);
		const older = await setup.run(invoices(2));
		mend();
		setup.notFetched();
		const newer = await setup.retry(older);
		expect(newer.status).toBe('error');
		expect((await setup.retry(older)).error?.message).toMatch(UNKNOWN);
		good(await setup.retry(newer));
		expect(setup.charged()).toBe(2);
	});

	it('the marks of twelve executions at once are all kept', async () => {
		const ran = await paid();
		const ofExecutions = () => marks().filter((key) => String(key).startsWith('execution'));
		const one = ofExecutions().length;
		const all = await Promise.all(Array.from({ length: 12 }, async () => await rerun(ran, 'anew')));
		all.forEach(good);
		expect(setup.charged()).toBe(26);
		// The other marks may be equal: two executions may begin in the same millisecond.
		expect(ofExecutions()).toHaveLength(13 * one);
	});

	it('where n8n refuses the mark, the rows are paid for, and the log tells', async () => {
		setup.engine.processedData.refusal = new Error('No such table');
		const { logs } = await paid();
		const lines = logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
		expect(lines).toEqual([expect.stringContaining('No such table')]);
	});

	it('a run that only fetches what is paid for leaves no mark', async () => {
		setup.notFetched();
		const failed = await setup.run(invoices(2));
		const { length } = marks();
		good(await setup.retry(failed));
		expect(marks()).toHaveLength(length);
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
