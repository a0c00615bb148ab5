import { createHash } from 'node:crypto';

import type { INodeExecutionData } from 'n8n-workflow';

import type { Work } from './random-work.mts';
import type { RunResult } from '../engine/harness/index.mts';
import { NODE, type Bench } from '../engine/support/bench.mts';
import { readZip } from '../support/zip.mts';

/** What a random run came to. */
export interface Outcome {
	work: Work;
	result: RunResult;
	/** Jobs that were accepted in it. */
	jobIds: string[];
	/** Rows that were paid for in it. */
	paid: number;
	/** By the clock that the node and the service share, in milliseconds. */
	tookMs: number;
}

/** Time that a file, the design and the pauses after trouble may take for each job and try. */
const ASIDE_MS = 900_000;

/** What does not hold of a run, in words: whatever happens, none of this may be found. */
export async function broken(bench: Bench, outcome: Outcome): Promise<string[]> {
	const items = [...outcome.result.items(NODE, 0), ...outcome.result.items(NODE, 1)];
	const emitted = items.filter(({ json }) => !('error' in json));
	return [
		...money(outcome, items),
		...lost(outcome, items),
		...secrets(outcome, items),
		...pairs(outcome, items),
		...time(outcome),
		...(await files(bench, outcome, emitted)),
	];
}

function money({ work, result, paid }: Outcome, items: INodeExecutionData[]): string[] {
	const rows = work.items.length;
	const failed = result.error !== undefined || items.some(({ json }) => 'error' in json);
	const found: string[] = [];
	if (paid > rows) found.push(`${paid} credits for ${rows} rows`);
	if (!failed && paid !== rows) found.push(`success with ${paid} of ${rows} rows paid`);
	return found;
}

/**
 * Every accepted job is in what is handed on: the log alone is not enough, since nobody reads it
 * after a run that ended well. Each outcome that nobody knows may hide one job, and is told itself.
 */
function lost({ result, jobIds }: Outcome, items: INodeExecutionData[]): string[] {
	const { error } = result;
	const told = JSON.stringify([
		items.map(({ json }) => json),
		error && [error.message, error.description, error.context],
	]);
	const missing = jobIds.filter((jobId) => !told.includes(jobId));
	const doubtful = items.filter(({ json }) => /SUBMIT_OUTCOME_UNKNOWN/.test(JSON.stringify(json)));
	const named = /The same is not known of (.*?): check/.exec(error?.description ?? '')?.[1] ?? '';
	const inError =
		error?.context['code'] === 'SUBMIT_OUTCOME_UNKNOWN'
			? 1 + (named.match(/batch \d+/g) ?? []).length
			: 0;
	const doubts = doubtful.length + inError;
	const earlier = Number(/accepted (\d+) submits? of an earlier try/.exec(told)?.[1] ?? 0);
	return missing.length > doubts + earlier
		? [`jobs ${missing.join(', ')} are not told, and ${doubts} are in doubt`]
		: [];
}

function secrets({ result }: Outcome, items: INodeExecutionData[]): string[] {
	const shown = JSON.stringify([
		items.map(({ json, binary }) => [json, binary]),
		result.error,
		result.logs,
	]);
	return /pc_live_random|signature=/.test(`${shown}${result.saved}`) ? ['a secret shows'] : [];
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
function time({ work, tookMs }: Outcome): string[] {
	const jobs = Math.ceil(work.items.length / (work.single ? 1 : work.rowsPerBatch)) + 1;
	const turns = Math.ceil(jobs / work.atOnce);
	const longest = work.maxTries * (turns * (work.timeout * 1000 + ASIDE_MS) + ASIDE_MS);
	return tookMs > longest ? [`it took ${tookMs} ms, and at most ${longest} ms are agreed`] : [];
}

async function files(
	bench: Bench,
	{ work, result }: Outcome,
	emitted: INodeExecutionData[],
): Promise<string[]> {
	const found: string[] = [];
	const names = emitted.map(({ json }) => `${String(json['jobId'])}/${String(json['fileName'])}`);
	if (new Set(names).size !== names.length) found.push('a file is handed on twice');
	// The storage then holds another file than the service made.
	const isForged = work.faults.some(({ name }) => name.startsWith('archive'));
	for (const item of emitted) {
		const { json, binary, pairedItem } = item;
		if (!binary?.['data']) continue;
		const bytes = await bench.engine.readBinary(item, 'data');
		if (bytes.length !== json['fileSize']) found.push('a file has another size than told');
		if (isForged) continue;
		const known = work.single ? undefined : await digests(bench, String(json['jobId']));
		if (known && !known.has(digest(bytes))) found.push(`${String(json['fileName'])} is damaged`);
		if (work.single && !/^%PDF[^]*%%EOF\s*$/.test(bytes.toString('latin1')))
			found.push('a PDF is damaged');
		const job = bench.emulator.jobs.find(({ jobId }) => jobId === json['jobId']);
		const [pair, ...more] = Array.isArray(pairedItem) ? pairedItem : [];
		if (job?.rows.length !== 1 || more.length > 0 || typeof pair !== 'object') continue;
		const mine = work.items[pair.item]?.['invoice_number'];
		if (job.rows[0]?.['invoice_number'] !== mine) found.push(`a PDF is paired with ${mine}`);
	}
	if (result.error && emitted.length > 0) found.push('something is handed on beside the error');
	return found;
}

/** Of a job's ZIP and of each PDF in it. */
async function digests(bench: Bench, jobId: string): Promise<ReadonlySet<string>> {
	const zip = await bench.emulator.zipOf(jobId);
	const entries = await readZip(zip);
	return new Set([digest(zip), ...entries.map(({ bytes }) => digest(bytes))]);
}

function digest(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('base64');
}
