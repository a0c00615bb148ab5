import { rm } from 'node:fs/promises';

import { pdfs, withArchive, type Archive } from '../archives.mts';
import type { FinishedJob } from '../children/messages.mts';
import { runEngine, runUndici } from '../children/spawn.mts';
import { median, type BenchCase, type Figure } from '../figure.mts';
import { n8nFolder } from '../n8n.mts';
import { downloadWithHttpRequest, downloadWithNode, LAST } from '../workflows.mts';

const PDF_BYTES = 1_000_000;
/** Of undici's throughput, in %. */
const LEAST_THROUGHPUT = 90;
const MOST_MEMORY_MB = 80;

interface Measured {
	ms: number;
	memoryMb: number;
}

type Contestant = 'ours' | 'undici' | 'n8n';

export const zipToDisk: BenchCase = {
	name: 'zip-to-disk',
	title: "A ZIP to n8n's store on disk, against undici to a file and n8n's HTTP Request node",
	async run({ quick }) {
		// The quick form leaves n8n's own node out.
		const folder = quick ? undefined : await n8nFolder(false);
		const [timedSize, otherSizes, rounds] = quick ? [100, [], 1] : [1000, [100, 2000], 7];
		const timed = await withArchive(
			pdfs(timedSize, PDF_BYTES, 'store'),
			async (archive) => await compare(archive, rounds, folder),
		);
		const peaks = [{ size: timedSize, memoryMb: median(timed.ours.map((one) => one.memoryMb)) }];
		for (const size of otherSizes) peaks.push({ size, memoryMb: await peakOf(size) });
		return [...times(timedSize, timed), memory(peaks)];
	},
};

/** One after the other in each round, and each round begins with another. */
async function compare(
	archive: Archive,
	rounds: number,
	folder: string | undefined,
): Promise<Record<Contestant, Measured[]>> {
	const measured: Record<Contestant, Measured[]> = { ours: [], undici: [], n8n: [] };
	const order: Contestant[] = folder === undefined ? ['ours', 'undici'] : ['ours', 'undici', 'n8n'];
	for (let round = 0; round < rounds; round++) {
		for (const contestant of order) {
			measured[contestant].push(await runOne(contestant, archive, folder));
		}
		order.push(...order.splice(0, 1));
	}
	return measured;
}

async function runOne(
	contestant: Contestant,
	archive: Archive,
	folder: string | undefined,
): Promise<Measured> {
	const { service } = archive;
	const { job, smallJob } = service;
	if (contestant === 'undici') {
		const file = archive.file('undici.zip');
		const { ms, bytes, memoryMb } = await runUndici(job.url, file);
		await rm(file);
		checkLength(bytes, job.bytes);
		return { ms, memoryMb };
	}
	const workflow = (of: FinishedJob) =>
		contestant === 'ours'
			? downloadWithNode(service.baseUrl, of.jobId, 'zip')
			: downloadWithHttpRequest(of.url);
	const { runs, stored, memoryMb } = await runEngine({
		warmUp: workflow(smallJob),
		measured: [workflow(job)],
		...(folder !== undefined && { n8nFolder: folder }),
	});
	checkLength(stored.bytes, job.bytes);
	return { ms: runs[0]?.nodeMs[LAST] ?? NaN, memoryMb };
}

async function peakOf(size: number): Promise<number> {
	return await withArchive(pdfs(size, PDF_BYTES, 'store'), async (archive) => {
		const { memoryMb } = await runOne('ours', archive, undefined);
		return memoryMb;
	});
}

function times(size: number, { ours, undici, n8n }: Record<Contestant, Measured[]>): Figure[] {
	const [oursMs, undiciMs, n8nMs] = [ours, undici, n8n].map((all) =>
		median(all.map(({ ms }) => ms)),
	) as [number, number, number];
	const speed = (ms: number) => `${(size / ms).toFixed(2)} GB/s`;
	const figures: Figure[] = [
		{
			name: `${size} MB, throughput, of undici's`,
			value: (undiciMs / oursMs) * 100,
			unit: '%',
			aim: { atLeast: LEAST_THROUGHPUT },
			note: `medians of ${ours.length}: the node ${speed(oursMs)}, undici ${speed(undiciMs)}; the node also asks for the link and looks at the ZIP's directory`,
		},
	];
	if (n8n.length === 0) return figures;
	return [
		...figures,
		{
			name: `${size} MB, throughput, of n8n's HTTP Request node's`,
			value: (n8nMs / oursMs) * 100,
			unit: '%',
			note: `HTTP Request ${speed(n8nMs)}, with ${median(n8n.map(({ memoryMb }) => memoryMb)).toFixed(0)} MB over idle`,
		},
	];
}

function memory(peaks: ReadonlyArray<{ size: number; memoryMb: number }>): Figure {
	return {
		name: 'memory over idle, worst size',
		value: Math.max(...peaks.map(({ memoryMb }) => memoryMb)),
		unit: 'MB',
		aim: { atMost: MOST_MEMORY_MB },
		note: `largest resident memory: ${[...peaks]
			.sort((a, b) => a.size - b.size)
			.map(({ size, memoryMb }) => `${size} MB ZIP +${memoryMb.toFixed(0)} MB`)
			.join(', ')}`,
	};
}

function checkLength(bytes: number, wanted: number): void {
	if (bytes !== wanted) throw new Error(`${bytes} bytes were stored, not ${wanted}`);
}
