import { KEYS } from '../emulator/index.mts';
import { Bench } from './support.mts';

const ROWS = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];

const GENERATIONS = {
	first: {
		submit: (design: string) => `/batch/generate?design=${design}`,
		status: (job: string) => `/batch/${job}/status`,
		download: (job: string) => `/batch/${job}/download`,
		urlField: 'url',
	},
	second: {
		submit: (design: string) => `/designs/${design}/batch`,
		status: (job: string) => `/batches/${job}`,
		download: (job: string) => `/batches/${job}/download`,
		urlField: 'downloadUrl',
	},
} as const;

const CASES = [
	['first', { first: true, second: false }],
	['second', { first: false, second: true }],
	['first', { first: true, second: true }],
	['second', { first: true, second: true }],
] as const;

describe.each(CASES)('batch routes of the %s generation, with %j', (name, generations) => {
	const routes = GENERATIONS[name];
	let bench: Bench;
	beforeAll(async () => {
		bench = await Bench.start({ generations });
	});
	afterAll(async () => await bench.close());

	it('answers a submit as the API page shows', async () => {
		const answer = await bench.post(routes.submit('design_invoice'), { rows: ROWS });
		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({
			status: 'success',
			data: {
				jobId: expect.stringMatching(/^job_[a-z0-9]+$/),
				status: 'queued',
				total: 2,
				designId: 'design_invoice',
			},
			error: null,
		});
	});

	it('runs a job from queued to completed and hands out its ZIP', async () => {
		const { data } = await bench.post(routes.submit('design_invoice'), { rows: ROWS });
		const jobId = String(data.jobId);
		await bench.ended(jobId);
		const status = await bench.get(routes.status(jobId));
		expect(status.status).toBe(200);
		expect(status.body).toEqual({
			status: 'success',
			data: {
				jobId,
				status: 'completed',
				total: 2,
				completed: 2,
				failed: 0,
				createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
				updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
			},
			error: null,
		});
		const download = await bench.get(routes.download(jobId));
		expect(download.status).toBe(200);
		expect(Object.keys(download.data).sort()).toEqual(['expiresIn', routes.urlField].sort());
		expect(download.data.expiresIn).toBe(3600);
		const zip = await bench.fetch(String(download.data[routes.urlField]));
		expect(zip.status).toBe(200);
		expect(zip.bytes.subarray(0, 2).toString()).toBe('PK');
	});

	it.each([
		['no rows at all', {}, 'MISSING_REQUIRED_FIELD'],
		['an empty list', { rows: [] }, 'VALIDATION_ERROR'],
		['no list', { rows: { a: '1' } }, 'VALIDATION_ERROR'],
		['a row that is text', { rows: [{}, 'x'] }, 'VALIDATION_ERROR'],
		['a row that is a list', { rows: [[]] }, 'VALIDATION_ERROR'],
		['a row that is null', { rows: [null] }, 'VALIDATION_ERROR'],
		['no JSON', '{', 'VALIDATION_ERROR'],
	])('refuses %s', async (_what, body, code) => {
		const before = bench.emulator.charges.length;
		const answer = await bench.post(routes.submit('design_invoice'), body);
		expect(answer.status).toBe(400);
		expect(answer.body).toEqual({
			status: 'error',
			data: null,
			error: { code, message: expect.any(String) },
		});
		expect(bench.emulator.charges).toHaveLength(before);
	});

	it('knows no unknown design and no unknown job', async () => {
		const submit = await bench.post(routes.submit('design_nowhere'), { rows: ROWS });
		expect([submit.status, submit.code]).toEqual([404, 'DESIGN_NOT_FOUND']);
		for (const route of [routes.status, routes.download]) {
			const answer = await bench.get(route('job_nowhere'));
			expect([answer.status, answer.code]).toEqual([404, 'NOT_FOUND']);
		}
	});

	it('hides the jobs of another workspace', async () => {
		const { data } = await bench.post(routes.submit('design_invoice'), { rows: ROWS });
		const stranger = bench.client(KEYS.noCredits);
		const answer = await bench.get(routes.status(String(data.jobId)), stranger);
		expect([answer.status, answer.code]).toEqual([404, 'NOT_FOUND']);
	});

	it.each([
		['no key', undefined, 401, 'UNAUTHORIZED'],
		['a wrong key', 'pc_live_wrong', 401, 'INVALID_API_KEY'],
		['an expired key', KEYS.expired, 401, 'API_KEY_EXPIRED'],
		['a plan without API access', KEYS.noApi, 403, 'INSUFFICIENT_PERMISSIONS'],
		['a plan without batches', KEYS.noBatch, 403, 'INSUFFICIENT_PERMISSIONS'],
		['too few credits', KEYS.noCredits, 402, 'INSUFFICIENT_CREDITS'],
	])('turns a submit with %s away', async (_what, key, status, code) => {
		const jobs = bench.emulator.jobs.length;
		const answer = await bench.post(
			routes.submit('design_invoice'),
			{ rows: ROWS },
			bench.client(key),
		);
		expect([answer.status, answer.code]).toEqual([status, code]);
		expect(bench.emulator.jobs).toHaveLength(jobs);
	});

	it('keeps every batch route behind batchGenerate', async () => {
		const client = bench.client(KEYS.noBatch);
		for (const route of [routes.status, routes.download]) {
			expect((await bench.get(route('job_any'), client)).code).toBe('INSUFFICIENT_PERMISSIONS');
		}
	});
});

describe('credits', () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = await Bench.start();
		bench.emulator.addWorkspace({ key: 'pc_live_three', credits: 3 });
	});
	afterEach(async () => await bench.close());
	const submit = async (rows: number) =>
		await bench.post(
			'/batch/generate?design=design_invoice',
			{ rows: Array.from({ length: rows }, () => ({})) },
			bench.client('pc_live_three'),
		);

	it('takes one per row when the job is accepted', async () => {
		const { data } = await submit(2);
		expect(bench.emulator.credits('pc_live_three')).toBe(1);
		expect(bench.emulator.charges).toEqual([
			expect.objectContaining({
				key: 'pc_live_three',
				rows: 2,
				jobId: data.jobId,
				designId: 'design_invoice',
			}),
		]);
	});

	it('covers the whole batch or runs nothing of it', async () => {
		expect((await submit(4)).status).toBe(402);
		expect(bench.emulator.credits('pc_live_three')).toBe(3);
		expect(bench.emulator.jobs).toHaveLength(0);
		expect((await submit(3)).status).toBe(202);
		expect((await submit(1)).status).toBe(402);
	});
});

describe('rows per batch', () => {
	let bench: Bench;
	beforeAll(async () => {
		bench = await Bench.start();
		bench.emulator.addWorkspace({
			key: 'pc_live_five',
			plan: { useApiKeys: true, batchGenerate: true, maxRowsPerBatch: 5 },
		});
	});
	afterAll(async () => await bench.close());
	const rows = (count: number) => ({ rows: Array.from({ length: count }, () => ({})) });

	it('is limited by the plan in the first generation, and the answer names the maximum', async () => {
		const client = bench.client('pc_live_five');
		const path = '/batch/generate?design=design_invoice';
		const answer = await bench.post(path, rows(6), client);
		expect([answer.status, answer.code]).toEqual([400, 'VALIDATION_ERROR']);
		expect(answer.body.error?.message).toContain('at most 5 rows');
		expect((await bench.post(path, rows(5), client)).status).toBe(202);
	});

	it('is limited to 100 for everybody in the second', async () => {
		const client = bench.client('pc_live_five');
		const path = '/designs/design_invoice/batch';
		expect((await bench.post(path, rows(100), client)).status).toBe(202);
		const answer = await bench.post(path, rows(101), client);
		expect(answer.body.error?.message).toContain('at most 100 rows');
	});
});

describe('pdfProfile', () => {
	let bench: Bench;
	beforeAll(async () => {
		bench = await Bench.start();
	});
	afterAll(async () => await bench.close());

	it('is checked by the second generation', async () => {
		const path = '/designs/design_invoice/batch';
		for (const pdfProfile of ['standard', 'accessible', 'pdf-a']) {
			expect((await bench.post(path, { rows: [{}], pdfProfile })).status).toBe(202);
		}
		expect((await bench.post(path, { rows: [{}], pdfProfile: 'glossy' })).code).toBe(
			'VALIDATION_ERROR',
		);
	});

	it('is ignored by the first', async () => {
		const path = '/batch/generate?design=design_invoice';
		expect((await bench.post(path, { rows: [{}], pdfProfile: 'glossy' })).status).toBe(202);
	});
});

describe('what the API page leaves open', () => {
	let bench: Bench;
	beforeEach(async () => {
		bench = await Bench.start({ timeScale: 1, timing: { queueMs: 0, rowMs: 0 } });
	});
	afterEach(async () => await bench.close());

	it.each(['404 envelope', '404 bare', '405 envelope', '405 bare'] as const)(
		'answers %s where a generation is switched off',
		async (absentRoute) => {
			bench.emulator.behaviour.choices.absentRoute = absentRoute;
			bench.emulator.generations.first = false;
			const answer = await bench.post('/batch/generate?design=design_invoice', { rows: [{}] });
			expect(answer.status).toBe(Number(absentRoute.slice(0, 3)));
			expect(answer.code).toBe(absentRoute.endsWith('envelope') ? 'NOT_FOUND' : undefined);
			bench.emulator.generations.first = true;
			expect(
				(await bench.post('/batch/generate?design=design_invoice', { rows: [{}] })).status,
			).toBe(202);
		},
	);

	it.each([409, 404, 400] as const)('answers %i to an early download', async (status) => {
		bench.emulator.behaviour.choices.earlyDownload = status;
		bench.emulator.behaviour.timing = { queueMs: 3_600_000, rowMs: 0 };
		const jobId = await bench.submit([{}]);
		expect((await bench.get(`/batch/${jobId}/download`)).status).toBe(status);
	});

	it.each(['completed', 'failed'] as const)(
		'ends a job with a failed row as %s',
		async (partialFailure) => {
			bench.emulator.behaviour.choices.partialFailure = partialFailure;
			bench.emulator.behaviour.failRows = (_row, index) => index === 1;
			const jobId = await bench.submit([{}, {}, {}]);
			await bench.ended(jobId);
			const { data } = await bench.get(`/batch/${jobId}/status`);
			expect(data).toMatchObject({ status: partialFailure, total: 3, completed: 2, failed: 1 });
		},
	);

	it('has a ZIP for a failed job, or none', async () => {
		const { choices } = bench.emulator.behaviour;
		choices.partialFailure = 'failed';
		bench.emulator.behaviour.failRows = (_row, index) => index === 0;
		const jobId = await bench.submit([{}, {}]);
		await bench.ended(jobId);
		const without = await bench.get(`/batch/${jobId}/download`);
		expect([without.status, without.code]).toEqual([404, 'PDF_NOT_FOUND']);
		choices.failedJobZip = true;
		expect((await bench.get(`/batch/${jobId}/download`)).status).toBe(200);
	});

	it('shows progress in the chosen shape', async () => {
		const seen: number[] = [];
		bench.emulator.on('job', ({ state }) => seen.push(state.completed));
		bench.emulator.behaviour.timing = { queueMs: 0, rowMs: 1, shape: 'hidden' };
		await bench.ended(await bench.submit(Array.from({ length: 30 }, () => ({}))));
		expect(new Set(seen)).toEqual(new Set([0, 30]));
	});
});
