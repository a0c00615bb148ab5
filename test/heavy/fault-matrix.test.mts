import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { describeChanges, type ChangedCell } from './changes.mts';
import { faultsAt } from './faults.mts';
import { addGuestPictures, GUESTS, withOtherPictures } from './guests.mts';
import { silentItems } from './invariants.mts';
import { countsPage, wholePage, type Cell } from './matrix-page.mts';
import { STAGES } from './stages.mts';
import { inLanes } from '../../nodes/ImaginePdf/core/async.ts';
import type { FaultAction } from '../emulator/index.mts';
import { runWithFiles } from '../engine/support/pictures.mts';
import {
	invoices,
	NODE,
	nodeSpec,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from '../engine/support/setup.mts';

/*
 * Every fault, once, at every step, with and without Retry On Fail, with On Error: Stop, Continue and
 * Continue (using error output). What a user can rely on is asserted for every cell; how many end how is
 * written to a page of the docs.
 */

const DOC = 'docs/fault-matrix.md';
const ROWS = 3;
const EDITOR_TITLE = 'Editor: list of designs';

interface Mode {
	onError: NonNullable<NodeUnderTest['onError']>;
	retry: boolean;
}
const MODES = (['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const).flatMap(
	(onError) => [false, true].map((retry): Mode => ({ onError, retry })),
);

const cells: Cell[] = [];
const changedCells: ChangedCell[] = [];

/** Keys are random-looking workspaces of their own, so that runs side by side do not meet. */
let workspaces = 0;
function newWorkspace(setup: EngineSetup): string {
	const key = `pc_live_cell${++workspaces}x`;
	setup.emulator.addWorkspace({ key, credits: 100 });
	return key;
}

function expectReadable(message: string): void {
	expect(message.length).toBeGreaterThan(10);
	expect(message).not.toMatch(/https?:|undefined|\[object|\[hidden\]|\n\s+at /);
	// The service's own words are quoted in the description; the message says what they mean.
	expect(message).not.toMatch(/As the script says|Gateway|Too many requests|HTTP \d/);
}

describe.each(STAGES)(
	'A fault at: $title',
	({ title, target, faults, mends, parameters, service, isAlone, pictures = false }) => {
		let setup: EngineSetup;
		beforeAll(async () => {
			setup = await openEngineSetup(service);
		});
		afterAll(async () => {
			await setup.close();
		});

		async function runCell(fault: string, { onError, retry }: Mode) {
			const action = faults[fault];
			if (!action) throw new Error(`There is no fault "${fault}"`);
			const key = newWorkspace(setup);
			if (pictures) addGuestPictures(setup.emulator, key);
			setup.emulator.faults.add({ ...target, key, call: 1, times: 1, action: action() });
			const node: NodeUnderTest = {
				apiKey: key,
				onError,
				...(retry && { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 }),
				parameters,
			};
			const result = pictures
				? await runWithFiles(setup, GUESTS, node)
				: await setup.run(invoices(ROWS), node);
			const charges = setup.emulator.charges.filter((charge) => charge.key === key);
			return {
				key,
				result,
				charges,
				jobIds: charges.flatMap(({ jobId }) => jobId ?? []),
				paid: charges.reduce((sum, { rows }) => sum + rows, 0),
				rows: charges.flatMap(({ values }) => values),
			};
		}
		type Ran = Awaited<ReturnType<typeof runCell>>;

		/** What holds whatever goes wrong. */
		async function expectInvariants(ran: Ran, { onError }: Mode) {
			const { key, result, jobIds, paid, rows } = ran;
			const items = [...result.items(NODE, 0), ...result.items(NODE, 1)];
			const told = JSON.stringify([items.map(({ json }) => json), result.error, result.logs]);
			expect(paid).toBeLessThanOrEqual(ROWS);
			// An id that never arrived cannot be told; that a submit is in doubt can.
			const inDoubt = told.includes('SUBMIT_OUTCOME_UNKNOWN');
			for (const jobId of jobIds) expect(inDoubt || told.includes(jobId)).toBe(true);
			expect(`${told}${result.saved}`).not.toContain(key);
			expect(`${told}${result.saved}`).not.toContain('signature=');
			for (const output of [0, 1]) {
				const nameOf = (item: number) =>
					pictures ? { name: `Guest ${item}` } : { invoice_number: `R-${item}` };
				expect(silentItems(result, { output, run: -1 }, ran.charges, nameOf)).toEqual([]);
			}
			if (pictures) expect(withOtherPictures(setup.emulator, rows)).toEqual([]);
			const failures = items.filter(({ json }) => 'error' in json);
			const emitted = items.filter(({ json }) => !('error' in json));
			if (!result.error && failures.length === 0) expect(paid).toBe(ROWS);
			const split = onError === 'continueErrorOutput';
			expect(result.items(NODE, split ? 1 : 0).length).toBeGreaterThanOrEqual(failures.length);
			if (split) expect(result.items(NODE, 1)).toHaveLength(failures.length);
			for (const item of emitted) {
				const bytes = await setup.engine.readBinary(item, 'data');
				expect(bytes).toHaveLength(Number(item.json['fileSize']));
				expect(bytes.subarray(0, 2).toString()).toMatch(/PK|%P/);
				expect(bytes.subarray(-1024).toString('latin1')).toMatch(/PK\x05\x06|%%EOF/);
			}
			expect(
				new Set(emitted.map(({ json: { jobId, fileName } }) => `${jobId}/${fileName}`)).size,
			).toBe(emitted.length);
			for (const { json } of failures) expectReadable(messageIn(json['error']));
			if (onError !== 'stopWorkflow') expect(result.status).toBe('success');
			if (result.error) {
				expectReadable(result.error.message);
				expect(result.error.description ?? '').not.toBe('');
			}
		}

		function expectStruck({ key }: Ran): void {
			expect(setup.emulator.faults.unspent.filter((fault) => fault.key === key)).toEqual([]);
		}

		function expectMended({ result, paid }: Ran): void {
			expect(ending(result)).toBe('goes on by itself');
			expect(result.items(NODE, 0).filter(({ json }) => 'error' in json)).toEqual([]);
			expect(result.items(NODE, 1)).toEqual([]);
			expect(paid).toBe(ROWS);
		}

		it.each(Object.keys(faults))(
			`a fault at "${title}" charges no row twice and hides no paid job: %s`,
			async (fault) => {
				const done = await inLanes(isAlone ? 1 : MODES.length, MODES, async (mode) => ({
					mode,
					ran: await runCell(fault, mode),
				}));
				jest.restoreAllMocks();
				for (const { mode, ran } of done) {
					expectStruck(ran);
					await expectInvariants(ran, mode);
					if (mends.test(fault)) expectMended(ran);
				}
				setup.emulator.faults.clear();
				const [plain, retried] = done.map(({ ran }) => ending(ran.result));
				const counted = (retry: boolean) =>
					done
						.filter(({ mode }) => mode.retry === retry && mode.onError !== 'continueErrorOutput')
						.map(({ ran }) => `${ran.paid} / ${filesOf(ran.result)}`)
						.join(', ');
				cells.push({
					title,
					fault,
					outcome: plain ?? '',
					counts: counted(false),
					withRetry: retried ?? '',
					countsWithRetry: counted(true),
				});
			},
		);
	},
);

function filesOf(result: Awaited<ReturnType<EngineSetup['run']>>): number {
	return result.items(NODE, 0).filter(({ binary }) => binary?.['data'] !== undefined).length;
}

function messageIn(error: unknown): string {
	const isText = typeof error === 'string';
	return isText ? error : String(Object(error).message);
}

function ending(result: Awaited<ReturnType<EngineSetup['run']>>): string {
	if (result.error)
		return (
			result.error.message
				.replace(/job_\w+/g, '…')
				// Which of several items meets the fault first is chance.
				.replace(/\bitem \d+/g, 'item …')
				.replace(/\d{2,} (rows|seconds)/g, '… $1')
		);
	return result.tries(NODE) > 1 ? 'goes on with the next try' : 'goes on by itself';
}

describe('A fault in the editor, at the list of designs', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => {
		await setup.close();
	});

	/** Loads the list while the fault strikes so often. */
	async function load(action: FaultAction, times?: number) {
		const apiKey = newWorkspace(setup);
		setup.emulator.faults.add({
			route: 'designs',
			key: apiKey,
			...(times && { times }),
			action,
		});
		const panel = nodeSpec(setup.emulator, { apiKey });
		const list = setup.engine.editor.listSearch('searchDesigns', panel, '');
		return await list.then(
			({ results }) => ({ names: results.map(({ name }) => name), error: undefined }),
			(error: unknown) => ({ names: [], error: error as Error & { description?: string } }),
		);
	}

	it.each(Object.keys(faultsAt('design')))(
		'the list of designs in the editor loads or says why after a fault: %s',
		async (fault) => {
			const action = faultsAt('design')[fault]!;
			const [once, always] = await Promise.all([load(action(), 1), load(action())]);
			for (const { names, error } of [once, always]) {
				if (!error) {
					expect(names).toContainEqual(expect.stringMatching(/^Invoice\b/));
					continue;
				}
				expect(error.name).toMatch(/^Node(Api|Operation)Error$/);
				expectReadable(error.message);
				expect(error.description ?? '').not.toBe('');
				expect(JSON.stringify(error)).not.toContain('pc_live_cell');
			}
			setup.emulator.faults.clear();
			const told = ({ error }: typeof once) => error?.message ?? 'shows the list';
			const lasting = `if it lasts: ${told(always)}`;
			cells.push({ title: EDITOR_TITLE, fault, outcome: told(once), withRetry: lasting });
		},
	);
});

describeChanges(changedCells);

describe('The page about faults', () => {
	it('the page about faults says what the matrix shows', () => {
		const page = countsPage(cells, changedCells);
		mkdirSync('out', { recursive: true });
		writeFileSync('out/fault-matrix.md', wholePage(cells, changedCells));
		if (process.env['UPDATE_DOCS']) writeFileSync(DOC, page);
		expect(readFileSync(DOC, 'utf8')).toBe(page);
	});
});
