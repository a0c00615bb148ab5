import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';

import { pdfs as archiveOf, withArchive, type Archive } from '../archives.mts';
import type { EngineReport, EngineWork } from '../children/messages.mts';
import { runEngine, runUndici, tryEngine } from '../children/spawn.mts';
import { median, Unavailable, type BenchCase, type Figure } from '../figure.mts';
import { n8nFolder } from '../n8n.mts';
import { Places } from '../places.mts';
import { downloadWithNode, LAST, storeOnly, unpackWithCompression } from '../workflows.mts';

const MB = 1_000_000;
/** Over idle, besides one PDF. */
const MOST_MEMORY_MB = 80;
const MOST_EVENT_LOOP_MS = 20;

/** What the node's time is held against. */
interface TimeAim {
	/** n8n's store alone for the same files, or a download with undici and then unzip. */
	of: 'store' | 'downloadAndUnzip';
	atMost: number;
}

interface Size {
	name: string;
	entries: number;
	entryBytes: number;
	rounds: number;
	/** Small files are mostly the store's time, large ones mostly the bytes'. */
	aim: TimeAim;
}

interface Measured {
	/** Link, download, unpacking and storing: all of it. */
	ours: Array<Pick<EngineReport, 'memoryMb' | 'eventLoopP99Ms'> & { ms: number }>;
	/** Of a file that is on disk already. */
	unzipMs: number[];
	/** What brings the file there. */
	fetchMs: number[];
	/** n8n's store alone, for as many files of the same size. */
	storeMs: number[];
	/** n8n's HTTP Request and Compression node, or why they did not come through. */
	n8n?: { ms: number; memoryMb: number; eventLoopP99Ms: number } | string;
}

const SMALL: TimeAim = { of: 'store', atMost: 1.6 };
const LARGE: TimeAim = { of: 'downloadAndUnzip', atMost: 1.25 };

/** Many files first: nothing was removed before them (see `Places`). */
const FULL: readonly Size[] = [
	{ name: '10,000 PDFs of 12 kB', entries: 10_000, entryBytes: 12_000, rounds: 5, aim: SMALL },
	{ name: '1,000 PDFs of 1 MB', entries: 1000, entryBytes: MB, rounds: 3, aim: LARGE },
];
const QUICK: readonly Size[] = [
	{ name: '1,000 PDFs of 12 kB', entries: 1000, entryBytes: 12_000, rounds: 1, aim: SMALL },
];

export const pdfs: BenchCase = {
	name: 'pdfs',
	title: "Each PDF of a ZIP as an item, against n8n's store, unzip and Compression node",
	async run({ quick }) {
		// The quick form leaves n8n's own nodes out.
		const folder = quick ? undefined : await n8nFolder(false);
		return await Places.during(async (places) => {
			const figures: Figure[] = [];
			for (const size of quick ? QUICK : FULL) {
				const measured = await withArchive(
					archiveOf(size.entries, size.entryBytes),
					async (archive) => await measure(archive, size, { places, folder }),
				);
				figures.push(...figuresOf(size, measured));
			}
			return figures;
		});
	},
};

async function measure(
	archive: Archive,
	size: Size,
	{ places, folder }: { places: Places; folder: string | undefined },
): Promise<Measured> {
	const { baseUrl, job, smallJob } = archive.service;
	const measured: Measured = { ours: [], unzipMs: [], fetchMs: [], storeMs: [] };
	const zip = archive.file('all.zip');
	const engineRun = async (work: EngineWork) =>
		await places.use(
			size.entries,
			async (storeFolder) => await runEngine({ ...work, storeFolder }),
		);
	for (let round = 0; round < size.rounds; round++) {
		const { runs, stored, ...report } = await engineRun({
			warmUp: downloadWithNode(baseUrl, smallJob.jobId, 'pdfs'),
			measured: [downloadWithNode(baseUrl, job.jobId, 'pdfs')],
		});
		checkCount(stored.files, size.entries);
		measured.ours.push({ ...report, ms: runs[0]?.nodeMs[LAST] ?? NaN });
		measured.fetchMs.push((await runUndici(job.url, zip)).ms);
		const alone = await engineRun({
			warmUp: storeOnly(1, size.entryBytes),
			measured: [storeOnly(size.entries, size.entryBytes)],
		});
		measured.storeMs.push(alone.runs[0]?.nodeMs[LAST] ?? NaN);
		const unzipped = async (to: string) => await unzip(zip, to);
		measured.unzipMs.push(await places.use(size.entries, unzipped));
	}
	if (folder !== undefined) {
		measured.n8n = await unpackInN8n(archive, folder, size.entries);
	}
	return measured;
}

/** Unpacks into a new folder, as the store does. Milliseconds. */
async function unzip(zip: string, folder: string): Promise<number> {
	await mkdir(folder);
	const started = performance.now();
	const child = spawn('unzip', ['-q', '-o', zip, '-d', folder], { stdio: 'ignore' });
	try {
		const [code] = (await once(child, 'exit')) as [number | null];
		if (code !== 0) throw new Error(`unzip ended with code ${String(code)}`);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new Unavailable('the command `unzip` is not there');
	}
	return performance.now() - started;
}

async function unpackInN8n(
	{ service }: Archive,
	folder: string,
	entries: number,
): Promise<NonNullable<Measured['n8n']>> {
	const report = await tryEngine({
		warmUp: unpackWithCompression(service.smallJob.url),
		measured: [unpackWithCompression(service.job.url)],
		n8nFolder: folder,
	});
	const { runs, stored, memoryMb, eventLoopP99Ms } = report;
	const failure = runs[0]?.failure;
	if (failure !== undefined) return failure;
	// The ZIP is in the store as well.
	checkCount(stored.files, entries + 1);
	const ms = Object.values(runs[0]?.nodeMs ?? {}).reduce((sum, one) => sum + one, 0);
	return { ms, memoryMb, eventLoopP99Ms };
}

function figuresOf(
	{ name, entryBytes, aim }: Size,
	{ ours, unzipMs, fetchMs, storeMs, n8n }: Measured,
): Figure[] {
	const of = (pick: (one: Measured['ours'][number]) => number) => median(ours.map(pick));
	const ms = of((one) => one.ms);
	const memoryMb = Math.max(...ours.map((one) => one.memoryMb));
	const [unzip, fetch, store] = [unzipMs, fetchMs, storeMs].map(median) as [number, number, number];
	const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`;
	const aimOf = (what: TimeAim['of']) => aim.of === what && { aim: { atMost: aim.atMost } };
	const figures: [Figure, ...Figure[]] = [
		{
			name: `${name}: time, of what n8n's store takes for as many files`,
			value: ms / store,
			unit: '×',
			...aimOf('store'),
			note: `medians of ${ours.length}: the node ${seconds(ms)} from the link to the items, the store alone ${seconds(store)} with a temporary file, its renaming and a file of metadata for each PDF`,
		},
		{
			name: `${name}: time, of a download and unzip's`,
			value: ms / (fetch + unzip),
			unit: '×',
			...aimOf('downloadAndUnzip'),
			note: `medians of ${ours.length}: undici to a file ${seconds(fetch)}, then unzip ${seconds(unzip)}`,
		},
		{
			name: `${name}: memory over idle`,
			value: memoryMb,
			unit: 'MB',
			aim: { atMost: MOST_MEMORY_MB + entryBytes / MB },
			note: 'largest resident memory of any round',
		},
		{
			name: `${name}: event-loop delay, p99`,
			value: of((one) => one.eventLoopP99Ms),
			unit: 'ms',
			aim: { atMost: MOST_EVENT_LOOP_MS },
			note: 'median of the rounds; how long other executions of the same n8n wait for their turn',
		},
	];
	if (!n8n) return figures;
	if (typeof n8n === 'string') {
		figures[0].note += `; n8n's HTTP Request and Compression nodes end with: ${n8n}`;
		return figures;
	}
	return [
		...figures,
		{
			name: `${name}: time, of n8n's HTTP Request and Compression`,
			value: ms / n8n.ms,
			unit: '×',
			note: `these two ${seconds(n8n.ms)}, with ${n8n.memoryMb.toFixed(0)} MB over idle and an event loop ${n8n.eventLoopP99Ms.toFixed(0)} ms late`,
		},
	];
}

function checkCount(files: number, wanted: number): void {
	if (files !== wanted) throw new Error(`${files} files were stored, not ${wanted}`);
}
