import { actions } from '../emulator/index.mts';
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
});
