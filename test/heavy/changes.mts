import { CHANGES, editedBy, OTHER_DESIGN, type Change } from './random-work.mts';
import { actions, designOf, KEYS, type Fault, type FaultAction } from '../emulator/index.mts';
import type { Rerun, RunResult } from '../engine/harness/index.mts';
import {
	byId,
	charged500,
	GENERATE,
	invoices,
	NODE,
	openEngineSetup,
	RETRY,
	whenStruck,
	type EngineSetup,
	type NodeUnderTest,
} from '../engine/support/setup.mts';

/*
 * What one try leaves behind, and what is changed before the next: by somebody who retries by hand, or by
 * an expression before n8n's own retry. In every cell no row costs more than one credit; with Submit Again,
 * two.
 */

const ROWS = 3;
const ALL = [...new Set(CHANGES)];
const KINDS = {
	batch: { resource: 'batch', operation: 'submit' },
	pdf: GENERATE,
};
type Kind = keyof typeof KINDS;

interface Left {
	title: string;
	unknownSubmit: 'stop' | 'submitAgain';
	fault: (kind: Kind) => Fault;
}

const inDoubt = (kind: Kind): Fault => ({
	route: kind === 'pdf' ? 'generate' : 'submit',
	call: 1,
	times: 2,
	action: charged500(),
});

const LEFT: readonly Left[] = [
	{
		title: 'paid for, and not fetched',
		unknownSubmit: 'stop',
		fault: (kind) => ({
			route: kind === 'pdf' ? 'pdf' : 'download',
			action: actions.answer({ status: 403 }),
		}),
	},
	{
		title: 'partly paid for, partly refused',
		unknownSubmit: 'stop',
		fault: (kind) => ({
			route: kind === 'pdf' ? 'generate' : 'submit',
			call: 2,
			action: actions.refusal(402, 'INSUFFICIENT_CREDITS'),
		}),
	},
	{ title: 'not known', unknownSubmit: 'stop', fault: inDoubt },
	{ title: 'not known, Submit Again', unknownSubmit: 'submitAgain', fault: inDoubt },
];

/** What an expression may give otherwise in n8n's own next try. */
const VOLATILE: Record<string, NonNullable<NodeUnderTest['parameters']>> = {
	'batch size': { options: { maxConcurrentJobs: 1, rowsPerBatch: '={{ Number($vars.size) }}' } },
	design: { designId: byId('={{ $vars.design }}') },
	values: { rowSource: 'json', rowsJson: '={{ { ...$json, amount: $vars.size } }}' },
};
/** One item brings a list then. */
const LISTS: Record<string, (rows: object[]) => object[]> = {
	'the order of a list': (rows) => [...rows].reverse(),
	'a list, by a row less': (rows) => rows.slice(1),
};
const KILLS: readonly Rerun[] = ['again', 'retried', 'retried unsaved'];

/** A line of the page. */
export interface ChangedCell {
	left: string;
	changed: string;
	batch: string;
	pdf: string;
}

/** Declares the cells; what each comes to is added to the list. */
export function describeChanges(cells: ChangedCell[]): void {
	describe.each(LEFT)('A try that leaves its rows $title', (left) => {
		let setup: EngineSetup;
		beforeAll(async () => {
			setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
			setup.emulator.addKey(KEYS.demo, 'pc_live_changed');
			const invoice = setup.emulator
				.designs(KEYS.demo)
				.find(({ designId }) => designId === 'design_invoice');
			if (!invoice) throw new Error('The emulator has no such design');
			// Another design that these rows fit as well.
			const other = designOf({ ...invoice, designId: OTHER_DESIGN, name: 'Letter' });
			setup.emulator.addDesign(KEYS.demo, other);
		});
		afterAll(async () => {
			await setup.close();
		});

		/** Parameters of the first try; a few rows in two batches. */
		const parametersOf = (kind: Kind) => ({
			...KINDS[kind],
			options: { rowsPerBatch: 2, maxConcurrentJobs: 1, unknownSubmit: left.unknownSubmit },
		});

		const most = left.unknownSubmit === 'stop' ? 1 : 2;
		async function cell(
			tries: (kind: Kind) => Promise<RunResult>,
			kind: Kind,
			allowed = most,
		): Promise<string> {
			const before = setup.emulator.charges.length;
			setup.emulator.faults.add(left.fault(kind));
			const result = await tries(kind);
			setup.emulator.faults.clear();
			const values = setup.emulator.charges.slice(before).flatMap((charge) => charge.values);
			const credits = invoices(ROWS).map(
				({ invoice_number: name }) => values.filter((row) => row['invoice_number'] === name).length,
			);
			expect(Math.max(...credits)).toBeLessThanOrEqual(allowed);
			const { error } = result;
			if (!error) {
				// A row may be given the PDF of one that is gone, which is told.
				if (Math.min(...credits) === 0) expect(result.hintText(NODE)).toMatch(/^The values of/m);
				return `goes on (${credits.join(', ')})`;
			}
			expect(error.description).toMatch(/Download|new execution|in ImaginePDF|paid for/);
			return `${error.message.replace(/job(s?) job_.*/, 'job$1 …')} (${credits.join(', ')})`;
		}

		async function byHand(kind: Kind, change: Change): Promise<RunResult> {
			const parameters = parametersOf(kind);
			const failed = await setup.run(invoices(ROWS), { parameters });
			if (failed.status !== 'error') return failed;
			setup.emulator.faults.clear();
			const single = kind === 'pdf';
			const work = { node: { parameters }, single, rowsPerBatch: 2, shape: 'plain' as const };
			const edited = editedBy(change, work);
			const data = { apiKey: 'pc_live_changed', baseUrl: setup.emulator.baseUrl };
			return await setup.engine.retry(failed, {
				edited: { [NODE]: edited as never },
				...(change === 'credential' && { credentials: { [NODE]: { imaginePdfApi: data } } }),
			});
		}

		async function byItself(kind: Kind, change: string): Promise<RunResult> {
			const { variables } = setup.engine;
			Object.assign(variables, { size: '2', design: 'design_invoice' });
			const { action, ...where } = left.fault(kind);
			setup.emulator.faults.clear();
			const rows = invoices(ROWS);
			const list = LISTS[change];
			Object.assign(variables, { rows });
			const changed = { size: '1', design: 'design_letter', rows: list?.(rows) ?? rows };
			const struck = whenStruck(() => Object.assign(variables, changed), action as FaultAction);
			setup.emulator.faults.add({ ...where, times: 1, action: struck });
			const { options, ...own } = parametersOf(kind);
			const more = list ? { rowSource: 'json', rowsJson: '={{ $vars.rows }}' } : VOLATILE[change];
			const parameters = { ...own, ...more, options: { ...options, ...Object(more?.['options']) } };
			return await setup.run(list ? [{}] : rows, { ...RETRY, parameters });
		}

		/** n8n is killed after the first try, which takes its memory of the execution. */
		async function afterKill(kind: Kind, how: Rerun): Promise<RunResult> {
			const ran = await setup.run(invoices(ROWS), { parameters: parametersOf(kind) });
			setup.emulator.faults.clear();
			return await setup.engine.rerun(ran, how, invoices(ROWS));
		}

		it.each(ALL)(
			`a retry by hand charges no row more often than allowed after a change of: %s (first try: ${left.title})`,
			async (change) => {
				const batch = await cell(async (kind) => await byHand(kind, change), 'batch');
				const pdf = await cell(async (kind) => await byHand(kind, change), 'pdf');
				cells.push({ left: left.title, changed: `by hand: ${change}`, batch, pdf });
			},
		);

		it.each([...Object.keys(VOLATILE), ...Object.keys(LISTS)])(
			`an automatic try charges no row more often than allowed where an expression changes: %s (first try: ${left.title})`,
			async (change) => {
				const batch = await cell(async (kind) => await byItself(kind, change), 'batch');
				// A single PDF takes one row of each item.
				const pdf = LISTS[change]
					? '–'
					: await cell(async (kind) => await byItself(kind, change), 'pdf');
				cells.push({ left: left.title, changed: `by an expression: ${change}`, batch, pdf });
			},
		);

		it.each(KILLS)(
			`a run after a kill of n8n charges no row more often than allowed: %s (first try: ${left.title})`,
			async (how) => {
				// What was resubmitted before the kill is not known any more, and Submit Again says so once more.
				const allowed = most === 1 ? 1 : 3;
				const batch = await cell(async (kind) => await afterKill(kind, how), 'batch', allowed);
				const pdf = await cell(async (kind) => await afterKill(kind, how), 'pdf', allowed);
				cells.push({ left: left.title, changed: `by a kill of n8n: ${how}`, batch, pdf });
			},
		);
	});
}
