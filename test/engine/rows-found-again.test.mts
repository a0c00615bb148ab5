import { actions, type FaultAction } from '../emulator/index.mts';
import type { RetryOptions } from './harness/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

type Edited = NonNullable<RetryOptions['edited']>[string];

/** Rows as a list in the node itself, as somebody edits it before a retry by hand. */
const list = (...names: string[]): Edited => ({
	rowSource: 'json',
	rowsJson: JSON.stringify(names.map((name) => ({ customer_name: name, invoice_number: name }))),
});

describe('A row that a further try sends', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
	});
	afterEach(async () => await setup.close());
	const credits = (name: string) => setup.emulator.creditsFor({ invoice_number: name });
	const unknown = () =>
		setup.emulator.faults.add({
			route: 'submit',
			call: 1,
			action: actions.answerAfter({ status: 500 }),
		});
	const notFetched = () =>
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});

	it.each([
		['a row before the others', ['X', 'A', 'B']],
		['one row less', ['B']],
		['the rows in another order', ['B', 'A']],
		['another row in the place of one', ['A', 'X']],
	])(
		'a row of which nobody knows is not paid for again by a retry by hand after a list was edited: %s',
		async (_, names) => {
			unknown();
			const failed = await setup.run([{}], { parameters: list('A', 'B') });
			const result = await setup.engine.retry(failed, { edited: { [NODE]: list(...names) } });
			expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect([credits('A'), credits('B')]).toEqual([1, 1]);
			const options = { unknownSubmit: 'submitAgain' };
			const again = { [NODE]: { ...list(...names), options } };
			await setup.engine.retry(result, { edited: again });
			expect(Math.max(credits('A'), credits('B'))).toBeLessThanOrEqual(2);
		},
	);

	it('a row that was added to a list is paid for by a retry by hand, and the others are not again', async () => {
		notFetched();
		const failed = await setup.run([{}], { parameters: list('A', 'B') });
		const edited = { [NODE]: list('A', 'B', 'C') };
		const result = await setup.engine.retry(failed, { edited });
		expect(result.error).toBeUndefined();
		expect(['A', 'B', 'C'].map(credits)).toEqual([1, 1, 1]);
	});

	it('a submit of which nobody knows is described with all its rows although fewer are sent now', async () => {
		unknown();
		const failed = await setup.run([{}], { parameters: list('A', 'B') });
		const result = await setup.engine.retry(failed, { edited: { [NODE]: list('A') } });
		expect(result.error?.message).toContain('(2 rows)');
		expect(result.error?.description).toContain('whether a job of 2 rows');
	});

	it('a row is found again where each item becomes a list with this one row', async () => {
		notFetched();
		const failed = await setup.run(invoices(2));
		const edited = { [NODE]: { rowSource: 'json', rowsJson: '={{ [$json] }}' } };
		const result = await setup.engine.retry(failed, { edited });
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(2);
	});

	it('PDFs are paired with every item of their job, also with one that cannot be sent any more', async () => {
		notFetched();
		const failed = await setup.run(invoices(2), { parameters: { output: 'pdfs' } });
		const rowsJson = '={{ $itemIndex === 1 ? "no JSON" : $json }}';
		const result = await setup.engine.retry(failed, {
			edited: { [NODE]: { output: 'pdfs', rowSource: 'json', rowsJson } },
			settings: { [NODE]: { onError: 'continueRegularOutput' } },
		});
		const pdfs = result.items(NODE).filter(({ binary }) => binary);
		expect(pdfs).toHaveLength(2);
		for (const { pairedItem } of pdfs) expect(pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
		expect(setup.charged()).toBe(2);
	});

	describe('under Retry On Fail, by an expression that gives other rows at the next try', () => {
		const NEXT = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const rows = (names: string[]) =>
			names.map((name) => ({ customer_name: name, invoice_number: name }));

		/** A try with the first rows in batches of one, of which the second batch fails, and one with the others. */
		async function tries(first: string[], next: string[], route: 'submit' | 'download') {
			const { variables } = setup.engine;
			Object.assign(variables, { rows: rows(first) });
			const refusal = actions.refusal(403, 'FORBIDDEN');
			const action: FaultAction = {
				name: 'refused, and the rows change',
				before: async (context) => {
					Object.assign(variables, { rows: rows(next) });
					return await refusal.before?.(context);
				},
			};
			setup.emulator.faults.add({ route, call: 2, times: 1, action });
			const options = { rowsPerBatch: 1, maxConcurrentJobs: 1 };
			const parameters = { rowSource: 'json', rowsJson: '={{ $vars.rows }}', options };
			const result = await setup.run([{}], { ...NEXT, parameters });
			expect(result.tries(NODE)).toBe(2);
			expect(result.error).toBeUndefined();
			const hints = result.hints(NODE).map(({ message }) => message);
			return { hints: hints.join(' '), jobIds: result.json(NODE).map(({ jobId }) => jobId) };
		}

		it.each([
			['in another order', ['B', 'A'], ['A', 'B']],
			['with another row before them', ['X', 'A', 'B'], ['A', 'B', 'X']],
		])('each row is paid for once: %s', async (_, next, paid) => {
			await tries(['A', 'B'], next, 'submit');
			expect(paid.map(credits)).toEqual(paid.map(() => 1));
			expect(setup.charged()).toBe(paid.length);
		});

		it.each([
			['the row that is left', ['B']],
			['other rows', ['B', 'C', 'D']],
		])('what was paid for a row that is gone is told beside %s', async (_, next) => {
			const { hints, jobIds } = await tries(['A', 'B'], next, 'download');
			for (const jobId of setup.jobIds())
				if (!jobIds.includes(jobId)) expect(hints).toContain(jobId);
			expect(Math.max(credits('A'), credits('B'))).toBe(1);
		});

		it('a PDF that shows the values it was paid for is told where the row has others now', async () => {
			const { hints } = await tries(['A', 'B'], ['C', 'B'], 'submit');
			expect(hints).toContain('values');
			expect(setup.charged()).toBe(2);
		});
	});

	it('a paid job of a row that a retry by hand does not send is told although nothing is bought', async () => {
		const options = { rowsPerBatch: 1, maxConcurrentJobs: 1 };
		setup.emulator.faults.add({
			route: 'download',
			call: 2,
			action: actions.answer({ status: 403 }),
		});
		const failed = await setup.run([{}], { parameters: { ...list('A', 'B'), options } });
		setup.emulator.faults.clear();
		const result = await setup.engine.retry(failed, { edited: { [NODE]: list('B') } });
		expect(result.error).toBeUndefined();
		const hints = result.hints(NODE).map(({ message }) => message);
		expect(hints.join(' ')).toContain(setup.jobIds()[0]);
		expect(setup.charged()).toBe(2);
	});
});
