import { createHash } from 'node:crypto';

import type { INodeExecutionData } from 'n8n-workflow';

import { groupedBy } from '../../nodes/ImaginePdf/core/objects.ts';
import { roundsOf, type Work } from './random-work.mts';
import type { Charge } from '../emulator/index.mts';
import type { RunResult } from '../engine/harness/index.mts';
import { NODE, type EngineSetup } from '../engine/support/setup.mts';
import { readZip } from '../support/zip.mts';

/** What a random run came to. */
export interface Outcome {
	work: Work;
	/** The execution, and then each retry of it by hand. */
	results: RunResult[];
	/** What was charged in it. */
	charges: readonly Charge[];
	/** Jobs that were accepted in it. */
	jobIds: string[];
	/** Credits that were charged, by the rows' invoice numbers. */
	credits: ReadonlyMap<string, number>;
	/** By the clock that the node and the service share, in milliseconds. */
	tookMs: number;
}

/** Time that a file, the design and the pauses after trouble may take for each job and try. */
const ASIDE_MS = 900_000;

/** What does not hold of a run, in words: whatever happens, none of this may be found. */
export async function broken(setup: EngineSetup, outcome: Outcome): Promise<string[]> {
	const last = outcome.results.at(-1);
	if (!last) throw new Error('There is no result');
	const items = itemsOf(last);
	const emitted = items.filter(({ json }) => !('error' in json));
	return [
		...money(outcome, last, items),
		...lost(outcome),
		...secrets(outcome),
		// What n8n puts in the place of a stopped node's output is its own.
		...(last.status === 'canceled' ? [] : [...pairs(outcome, items), ...silence(outcome, last)]),
		...time(outcome),
		...(await files(setup, outcome, last, emitted)),
	];
}

/** All that a node has put out in an execution, in every run of it. */
function itemsOf(result: RunResult): INodeExecutionData[] {
	return result
		.runsOf(NODE)
		.flatMap((_, run) => [...result.items(NODE, 0, run), ...result.items(NODE, 1, run)]);
}

/** Over all tries, by hand and by n8n, and in whatever form a row is sent in them. */
function money(
	{ work, credits, results }: Outcome,
	last: RunResult,
	items: INodeExecutionData[],
): string[] {
	const { unknownSubmit, fails, shape } = work;
	const found: string[] = [];
	const sent =
		shape === 'tool'
			? roundsOf(work).flatMap((calls) => calls.flatMap(({ rows }) => rows))
			: work.items;
	const rows = new Map<string, number>();
	for (const { invoice_number: name = '' } of sent) rows.set(name, (rows.get(name) ?? 0) + 1);
	for (const [name, same] of rows) {
		const paid = credits.get(name) ?? 0;
		// Whoever retries by hand asks for the rows that the service gave up, again.
		const asked = fails?.({ invoice_number: name }) ? results.length : 1;
		// One second charge in all tries together, and one more where n8n has lost what it knew of the first.
		const more = unknownSubmit === 'stop' ? 0 : work.killed ? 2 : 1;
		const most = same * (asked + more);
		if (paid > most) found.push(`${paid} credits for row ${name}, at most ${most} are agreed`);
		const failed = last.status !== 'success' || items.some(({ json }) => 'error' in json);
		const mayMiss = shape === 'tool' || shape === 'list';
		if (!failed && !mayMiss && paid < same) found.push(`success with ${paid} for row ${name}`);
	}
	return found;
}

const PAID = /paid for|not known (?:whether|of)/;

/** Every item that comes out and whose row was charged has its job id, or says that it is paid for. */
function silence({ work, charges }: Outcome, result: RunResult): string[] {
	const { shape, items, portion } = work;
	// A list is one item, and an agent tells the answers of its calls.
	if (shape === 'list' || shape === 'tool') return [];
	// After a kill, a run that fails before it would pay does not know yet, as the page about credits says.
	if (work.killed && work.faults.some(({ route }) => route === 'design')) return [];
	// Where several rows have one number, it does not tell which of them was charged.
	const alike = groupedBy(items, ({ invoice_number: name }) => name);
	return result.runsOf(NODE).flatMap((_, run) =>
		[0, 1].flatMap((output) => {
			const first = shape === 'loop' ? run * portion : 0;
			return silentItems(result, { output, run }, charges, (item) => {
				const name = items[first + item]?.['invoice_number'];
				return { invoice_number: alike.get(name)?.length === 1 ? name : undefined };
			});
		}),
	);
}

/** What does not say that its row is paid for, of an output of a run. @param rowOf what tells the row of an item */
export function silentItems(
	result: RunResult,
	{ output, run }: { output: number; run: number },
	charges: readonly Charge[],
	rowOf: (item: number) => Record<string, unknown>,
): string[] {
	const pairs = result.pairs(NODE, output, run);
	return result.json(NODE, output, run).flatMap((json, at) => {
		const text = JSON.stringify(json);
		if (!('error' in json) && json['jobId'] === undefined) return [];
		const silent = (pairs[at] ?? []).filter((item) => {
			const isOwn = (row: Record<string, unknown>) =>
				Object.entries(rowOf(item)).every(([name, value]) => row[name] === value);
			const own = charges.filter(({ values }) => values.some(isOwn));
			const isNamed = own.some(({ jobId }) => jobId !== undefined && text.includes(jobId));
			return own.length > 0 && !isNamed && !PAID.test(text);
		});
		return silent.map(
			(item) => `item ${item} does not say that it is paid for: ${text.slice(0, 300)}`,
		);
	});
}

/**
 * Every accepted job is in what is handed on: the log alone is not enough, since nobody reads it
 * after a run that ended well. Each outcome that nobody knows may hide one job, and is told itself.
 */
function lost({ results, jobIds, work }: Outcome): string[] {
	const told = results.map(everythingTold).join();
	const missing = jobIds.filter((jobId) => !told.includes(jobId));
	const single = told.match(/It is not known whether/g)?.length ?? 0;
	const earlier = [...told.matchAll(/accepted (\d+) submits? of an earlier try/g)].reduce(
		(sum, [, count]) => sum + Number(count),
		0,
	);
	// What was tried again with Submit Again may have been accepted at both times.
	const again = work.unknownSubmit === 'submitAgain' ? jobIds.length : 0;
	return missing.length > single + earlier + again
		? [`jobs ${missing.join(', ')} are not told`]
		: [];
}

function everythingTold(result: RunResult): string {
	const { error, status } = result;
	return JSON.stringify([
		itemsOf(result).map(({ json }) => json),
		// A tool's answers go to its agent.
		result.runsOf(NODE).map(({ data, error: own, hints }) => [data?.['ai_tool'], own, hints]),
		error && [error.message, error.description, error.context],
		// After Stop, the log is all there is.
		status === 'canceled' && result.logs,
	]);
}

function secrets({ results }: Outcome): string[] {
	const shown = results.map((result) => [
		JSON.stringify([
			itemsOf(result).map(({ json, binary }) => [json, binary]),
			result.error,
			result.logs,
		]),
		result.saved,
	]);
	return /pc_live_random|signature=/.test(shown.flat().join()) ? ['a secret shows'] : [];
}

function pairs({ work }: Outcome, items: INodeExecutionData[]): string[] {
	return items.flatMap(({ pairedItem }) => {
		const paired = Array.isArray(pairedItem) ? pairedItem : [];
		const valid = paired.every(
			(pair) => typeof pair === 'object' && pair.item >= 0 && pair.item < work.items.length,
		);
		return paired.length > 0 && valid ? [] : ['an item is paired with nothing'];
	});
}

/** A job's wait ends at its deadline, and jobs that wait for each other do so in turns. */
function time({ work, results, tookMs }: Outcome): string[] {
	const jobs = Math.ceil(work.items.length / (work.single ? 1 : work.rowsPerBatch)) + 1;
	const turns = Math.ceil(jobs / work.atOnce);
	const isOnce = work.shape === 'plain' || work.shape === 'list';
	const runs = results.length * (isOnce ? 1 : work.items.length + 1);
	const longest = runs * work.maxTries * (turns * (work.timeout * 1000 + ASIDE_MS) + ASIDE_MS);
	return tookMs > longest ? [`it took ${tookMs} ms, and at most ${longest} ms are agreed`] : [];
}

async function files(
	setup: EngineSetup,
	{ work }: Outcome,
	result: RunResult,
	emitted: INodeExecutionData[],
): Promise<string[]> {
	const found: string[] = [];
	// A tool's files are left out by n8n.
	if (work.shape === 'tool') return found;
	// Single PDFs of two passes of a loop may well have the same name.
	const withFile = emitted.filter(({ binary, json }) => binary?.['data'] && json['jobId']);
	const names = withFile.map(({ json }) => `${String(json['jobId'])}/${String(json['fileName'])}`);
	if (new Set(names).size !== names.length) found.push('a file is handed on twice');
	// The storage then holds another file than the service made.
	const isForged = work.faults.some(({ name }) => name.startsWith('archive'));
	const byJob = new Map<string, ReadonlySet<string>>();
	for (const item of emitted) {
		const { json, binary, pairedItem } = item;
		if (!binary?.['data']) continue;
		const bytes = await setup.engine.readBinary(item, 'data');
		if (bytes.length !== json['fileSize']) found.push('a file has another size than told');
		if (isForged) continue;
		// A retry by hand may make single PDFs of what was to become a batch.
		const isSingle = json['jobId'] === undefined;
		if (!isSingle) {
			const jobId = String(json['jobId']);
			const known = byJob.get(jobId) ?? (await digests(setup, jobId));
			byJob.set(jobId, known);
			if (!known.has(digest(bytes))) found.push(`${String(json['fileName'])} is damaged`);
		}
		if (isSingle && !/^%PDF[^]*%%EOF\s*$/.test(bytes.toString('latin1')))
			found.push('a PDF is damaged');
		const job = setup.emulator.jobs.find(({ jobId }) => jobId === json['jobId']);
		const [pair, ...more] = Array.isArray(pairedItem) ? pairedItem : [];
		if (job?.rows.length !== 1 || more.length > 0 || typeof pair !== 'object') continue;
		// In a loop, items count from 0 in each pass, and a list is one item.
		if (work.shape === 'loop' || work.shape === 'list') continue;
		const mine = work.items[pair.item]?.['invoice_number'];
		if (job.rows[0]?.['invoice_number'] !== mine) found.push(`a PDF is paired with ${mine}`);
	}
	if (result.error && emitted.length > 0 && work.shape === 'plain')
		found.push('something is handed on beside the error');
	return found;
}

/** Of a job's ZIP and of each PDF in it. */
async function digests(setup: EngineSetup, jobId: string): Promise<ReadonlySet<string>> {
	const zip = await setup.emulator.zipOf(jobId);
	const entries = await readZip(zip);
	return new Set([digest(zip), ...entries.map(({ bytes }) => digest(bytes))]);
}

function digest(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('base64');
}
