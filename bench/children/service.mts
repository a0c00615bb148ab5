import {
	KEYS,
	startEmulator,
	type Emulator,
	type SyntheticArchive,
} from '../../test/emulator/index.mts';
import type { FinishedJob, ServiceReport, ServiceTold, Task } from './messages.mts';

const CREDITS = 10_000_000;
/** One job may hold every PDF that a case asks for. */
const PLAN = { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 1_000_000 };
/** For jobs whose rows do not say how long they take. */
const AT_ONCE = { queueMs: 0, rowMs: 0 };

const SMALL = { entries: 1, entryBytes: 10_000 };

/** The emulator in a process of its own, so that its work is not measured with the client's. */
export class Service {
	private readonly before: { jobs: number; requests: number };

	private constructor(
		private readonly emulator: Emulator,
		readonly report: ServiceReport,
	) {
		this.before = { jobs: emulator.jobs.length, requests: emulator.requests.length };
	}

	static async start({ archive }: Extract<Task, { role: 'service' }>): Promise<Service> {
		const emulator = await startEmulator({
			pdfStyle: 'plain',
			// The first row says it, so that jobs of several lengths can run at the same time.
			timing: ([first]) => timingIn(first?.['notes']) ?? AT_ONCE,
		});
		emulator.addWorkspace({ key: KEYS.demo, name: 'Bench', plan: PLAN, credits: CREDITS });
		const smallJob = await finishedJob(emulator, { ...archive, ...SMALL });
		const job = await finishedJob(emulator, archive);
		return new Service(emulator, { baseUrl: emulator.baseUrl, job, smallJob });
	}

	told(): ServiceTold {
		const requests: Record<string, number> = {};
		for (const { route } of this.emulator.requests.slice(this.before.requests)) {
			requests[route] = (requests[route] ?? 0) + 1;
		}
		const jobs = this.emulator.jobs
			.slice(this.before.jobs)
			.map(({ jobId, createdAt, endsAt }) => ({ jobId, acceptedAt: createdAt, endsAt }));
		return { jobs, requests };
	}
}

/** Makes a job by the API and finds its ZIP, which stays as it is now. */
async function finishedJob(emulator: Emulator, archive: SyntheticArchive): Promise<FinishedJob> {
	emulator.behaviour.synthetic = archive;
	const row = { customer_name: 'A', invoice_number: '1' };
	const rows = Array.from({ length: archive.entries }, () => row);
	const ask = async (method: string, path: string, body?: object) =>
		await askApi(`${emulator.baseUrl}${path}`, method, body);
	const { jobId } = await ask('POST', '/batch/generate?design=design_invoice', { rows });
	const { url } = await ask('GET', `/batch/${jobId}/download`);
	const head = await fetch(url ?? '', { method: 'HEAD' });
	return { jobId: jobId ?? '', url: url ?? '', bytes: Number(head.headers.get('content-length')) };
}

async function askApi(
	url: string,
	method: string,
	body?: object,
): Promise<{ jobId?: string; url?: string }> {
	const response = await fetch(url, {
		method,
		headers: { 'X-API-Key': KEYS.demo, 'Content-Type': 'application/json' },
		...(body && { body: JSON.stringify(body) }),
	});
	const { data } = (await response.json()) as { data: { jobId?: string; url?: string } | null };
	if (!data) throw new Error(`${method} ${url} was refused with ${response.status}`);
	return data;
}

/** "queue 2000 row 300": milliseconds. */
function timingIn(note: unknown): { queueMs: number; rowMs: number } | undefined {
	const [, queueMs, rowMs] = /^queue (\d+) row (\d+)$/.exec(String(note)) ?? [];
	return queueMs === undefined ? undefined : { queueMs: Number(queueMs), rowMs: Number(rowMs) };
}

/** The notes of a job's first row that make the service take so long. */
export function timingNote(queueMs: number, rowMs: number): string {
	return `queue ${queueMs} row ${rowMs}`;
}
