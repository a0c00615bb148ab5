import { actions } from '../emulator/index.mts';
import {
	good,
	invoices,
	NODE,
	ONE_BY_ONE,
	QUICK,
	RETRY,
	setUp,
	whenStruck,
} from './support/setup.mts';

const rowsOf = (names: string[]) =>
	names.map((name) => ({ customer_name: name, invoice_number: name }));
/** Rows as a list in the node itself, as somebody edits it before a retry by hand. */
const list = (...names: string[]) => ({
	rowSource: 'json',
	rowsJson: JSON.stringify(rowsOf(names)),
});

describe('A row that a further try sends', () => {
	const setup = setUp({ timing: QUICK });
	const credits = (name: string) => setup.emulator.creditsFor({ invoice_number: name });

	it.each([
		['a row before the others', ['X', 'A', 'B']],
		['one row less', ['B']],
		['the rows in another order', ['B', 'A']],
		['another row in the place of one', ['A', 'X']],
	])(
		'a row of which nobody knows is not paid for again by a retry by hand after a list was edited: %s',
		async (_, names) => {
			setup.lostSubmit();
			const failed = await setup.run([{}], { parameters: list('A', 'B') });
			const result = await setup.retry(failed, list(...names));
			expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect([credits('A'), credits('B')]).toEqual([1, 1]);
			await setup.retry(result, { ...list(...names), options: { unknownSubmit: 'submitAgain' } });
			expect(Math.max(credits('A'), credits('B'))).toBeLessThanOrEqual(2);
		},
	);

	it('a row that was added to a list is paid for by a retry by hand, and the others are not again', async () => {
		setup.notFetched();
		const failed = await setup.run([{}], { parameters: list('A', 'B') });
		good(await setup.retry(failed, list('A', 'B', 'C')));
		expect(['A', 'B', 'C'].map(credits)).toEqual([1, 1, 1]);
	});

	it('a submit of which nobody knows is described with all its rows although fewer are sent now', async () => {
		setup.lostSubmit();
		const failed = await setup.run([{}], { parameters: list('A', 'B') });
		const { error } = await setup.retry(failed, list('A'));
		expect(error?.message).toContain('(2 rows)');
		expect(error?.description).toContain('whether a job of 2 rows');
	});

	it('a row is found again where each item becomes a list with this one row', async () => {
		setup.notFetched();
		const failed = await setup.run(invoices(2));
		good(await setup.retry(failed, { rowSource: 'json', rowsJson: '={{ [$json] }}' }));
		expect(setup.charged()).toBe(2);
	});

	it('PDFs are paired with every item of their job, also with one that cannot be sent any more', async () => {
		setup.notFetched();
		const failed = await setup.run(invoices(2), { parameters: { output: 'pdfs' } });
		const rowsJson = '={{ $itemIndex === 1 ? "no JSON" : $json }}';
		const edited = { output: 'pdfs', rowSource: 'json', rowsJson };
		const settings = { [NODE]: { onError: 'continueRegularOutput' as const } };
		const result = await setup.retry(failed, edited, { settings });
		const pairs = result.pairs(NODE).filter((_, at) => result.items(NODE)[at]?.binary);
		expect(pairs).toEqual([
			[0, 1],
			[0, 1],
		]);
		expect(setup.charged()).toBe(2);
	});

	it('a paid job of a row that a retry by hand does not send is told although nothing is bought', async () => {
		setup.fault('download', actions.answer({ status: 403 }), { call: 2 });
		const parameters = { ...list('A', 'B'), options: ONE_BY_ONE };
		const failed = await setup.run([{}], { parameters });
		setup.emulator.faults.clear();
		const result = good(await setup.retry(failed, list('B')));
		expect(result.hintText(NODE)).toContain(setup.jobIds()[0]);
		expect(setup.charged()).toBe(2);
	});

	/** A try with the first rows in batches of one, of which the second batch fails, and one with the others. */
	async function tries(first: string[], next: string[], route: 'submit' | 'download') {
		const { variables } = setup.engine;
		Object.assign(variables, { rows: rowsOf(first) });
		const change = () => Object.assign(variables, { rows: rowsOf(next) });
		setup.fault(route, whenStruck(change), { call: 2, times: 1 });
		const parameters = { rowSource: 'json', rowsJson: '={{ $vars.rows }}', options: ONE_BY_ONE };
		const result = good(await setup.run([{}], { ...RETRY, parameters }));
		expect(result.tries(NODE)).toBe(2);
		return { hints: result.hintText(NODE), jobIds: result.json(NODE).map(({ jobId }) => jobId) };
	}

	it.each([
		['in another order', ['B', 'A'], ['A', 'B']],
		['with another row before them', ['X', 'A', 'B'], ['A', 'B', 'X']],
	])('each row of an expression is paid for once at the next try: %s', async (_, next, paid) => {
		await tries(['A', 'B'], next, 'submit');
		expect(paid.map(credits)).toEqual(paid.map(() => 1));
		expect(setup.charged()).toBe(paid.length);
	});

	it.each([
		['the row that is left', ['B']],
		['other rows', ['B', 'C', 'D']],
	])('what was paid for a row that is gone is told at the next try beside %s', async (_, next) => {
		const { hints, jobIds } = await tries(['A', 'B'], next, 'download');
		for (const jobId of setup.jobIds()) expect(`${jobIds.join()} ${hints}`).toContain(jobId);
		expect(Math.max(credits('A'), credits('B'))).toBe(1);
	});

	it('a PDF that shows the values it was paid for is told where the row has others now', async () => {
		const { hints } = await tries(['A', 'B'], ['C', 'B'], 'submit');
		expect(hints).toContain('values');
		expect(setup.charged()).toBe(2);
	});
});
