import type { EngineReport, ServiceTold, WorkflowRun } from '../children/messages.mts';
import { timingNote } from '../children/service.mts';
import { runEngine, startService } from '../children/spawn.mts';
import { pdfs } from '../archives.mts';
import type { BenchCase, Figure } from '../figure.mts';
import { n8nFolder } from '../n8n.mts';
import { batchByHand, batchWithNode } from '../workflows.mts';

const ROWS = 250;
const QUEUE_MS = 2000;
/** Of the hand-built workflow's overhead, in %. */
const MOST_OVERHEAD = 60;

/**
 * Time per row of jobs that run side by side. Their ends spread evenly over the 5 s between two
 * status requests of the workflow by hand, so that chance favours neither.
 */
function rowTimes({ jobs, about }: { jobs: number; about: number }): number[] {
	return Array.from({ length: jobs }, (_, index) =>
		Math.round(about + (index * 5000) / jobs / ROWS),
	);
}

export const wholeRun: BenchCase = {
	name: 'whole-run',
	title: `${ROWS} rows to a ZIP on n8n's engine, in real time, against the workflow built by hand`,
	async run({ quick }) {
		const folder = await n8nFolder(quick);
		const times = rowTimes(quick ? { jobs: 5, about: 16 } : { jobs: 10, about: 300 });
		const [ours, byHand] = await Promise.all([
			measure((baseUrl, rows) => batchWithNode(baseUrl, rows), times, folder),
			measure((baseUrl, rows) => batchByHand(baseUrl, rows), times, folder),
		]);
		return [overhead(ours, byHand), requests(ours, byHand, times.length, quick)];
	},
};

interface Measured {
	/** Of each run, what passed beyond the service's own time, in milliseconds. */
	overheads: number[];
	/** From acceptance to the end of the job, mean, in milliseconds. */
	serviceMs: number;
	requests: Record<string, number>;
}

type Build = (baseUrl: string, rows: ReadonlyArray<Record<string, string>>) => WorkflowRun;

async function measure(build: Build, times: readonly number[], folder: string): Promise<Measured> {
	// Each has a service of its own, so that its requests can be counted.
	const service = await startService(pdfs(ROWS, 12_000));
	try {
		const report = await runEngine({
			warmUp: build(service.baseUrl, invoices(0, 0)),
			measured: times.map((rowMs) => build(service.baseUrl, invoices(QUEUE_MS, rowMs))),
			n8nFolder: folder,
		});
		return measuredFrom(report, await service.told(), times.length);
	} finally {
		await service.close();
	}
}

function measuredFrom({ runs }: EngineReport, told: ServiceTold, count: number): Measured {
	// The first job was the warm-up's.
	const jobs = told.jobs
		.slice(1)
		.sort((a, b) => a.endsAt - a.acceptedAt - (b.endsAt - b.acceptedAt));
	if (jobs.length !== count) throw new Error(`${jobs.length} jobs were made, not ${count}`);
	const took = runs.map(({ startedAt, endedAt }) => endedAt - startedAt);
	const serviceTimes = jobs.map(({ acceptedAt, endsAt }) => endsAt - acceptedAt);
	return {
		overheads: took.map((ms, index) => ms - (serviceTimes[index] ?? NaN)),
		serviceMs: mean(serviceTimes),
		requests: told.requests,
	};
}

function overhead(ours: Measured, byHand: Measured): Figure {
	const shown = ({ overheads }: Measured) =>
		`${(mean(overheads) / 1000).toFixed(2)} s (longest ${(Math.max(...overheads) / 1000).toFixed(2)} s)`;
	return {
		name: "overhead over the service's own time",
		value: (mean(ours.overheads) / mean(byHand.overheads)) * 100,
		unit: '%',
		aim: { atMost: MOST_OVERHEAD },
		note: `the node ${shown(ours)}, by hand ${shown(byHand)}; ${ours.overheads.length} jobs of about ${(ours.serviceMs / 1000).toFixed(0)} s`,
	};
}

/** Short jobs need so few status requests that reading the design, which only the node does, decides. */
function requests(ours: Measured, byHand: Measured, runs: number, short: boolean): Figure {
	const all = ({ requests: counts }: Measured) =>
		Object.values(counts).reduce((sum, one) => sum + one, 0);
	const shown = ({ requests: counts }: Measured) =>
		Object.entries(counts)
			.map(([route, count]) => `${route} ${(count / (runs + 1)).toFixed(1)}`)
			.join(', ');
	return {
		name: 'requests',
		value: (all(ours) / all(byHand)) * 100,
		unit: '%',
		...(!short && { aim: { atMost: 100 } }),
		note: `per run, warm-up included: the node ${shown(ours)}; by hand ${shown(byHand)}`,
	};
}

function invoices(queueMs: number, rowMs: number): Array<Record<string, string>> {
	return Array.from({ length: ROWS }, (_, index) => ({
		customer_name: `Customer ${index}`,
		invoice_number: `R-${index}`,
		amount: `${index}.00`,
		notes: index === 0 ? timingNote(queueMs, rowMs) : 'Thank you',
	}));
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
