import { KEYS } from '../emulator/index.mts';
import { EmulatorSetup, ROUTES } from './support.mts';

const ROWS = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];

const CASES = [
	['first', { first: true, second: false }],
	['second', { first: false, second: true }],
	['first', { first: true, second: true }],
	['second', { first: true, second: true }],
] as const;

describe.each(CASES)('batch routes of the %s generation, with %j', (name, generations) => {
	const routes = ROUTES[name];
	let setup: EmulatorSetup;
	beforeAll(async () => {
		setup = await EmulatorSetup.start({ generations });
	});
	afterAll(async () => await setup.close());

	it('answers a submit with 202 and the queued job, as documented', async () => {
		const answer = await setup.post(routes.submit('design_invoice'), { rows: ROWS });
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
		const { data } = await setup.post(routes.submit('design_invoice'), { rows: ROWS });
		const jobId = String(data.jobId);
		await setup.ended(jobId);
		const status = await setup.get(routes.status(jobId));
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
		const download = await setup.get(routes.download(jobId));
		expect(download.status).toBe(200);
		expect(Object.keys(download.data).sort()).toEqual(['expiresIn', routes.urlField].sort());
		expect(download.data.expiresIn).toBe(3600);
		const zip = await setup.fetch(String(download.data[routes.urlField]));
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
	])('refuses a submit with %s, free of charge', async (_what, body, code) => {
		const before = setup.emulator.charges.length;
		const answer = await setup.post(routes.submit('design_invoice'), body);
		expect(answer.status).toBe(400);
		expect(answer.body).toEqual({
			status: 'error',
			data: null,
			error: { code, message: expect.any(String) },
		});
		expect(setup.emulator.charges).toHaveLength(before);
	});

	it('answers 404 to a submit for an unknown design and to questions about an unknown job', async () => {
		const submit = await setup.post(routes.submit('design_nowhere'), { rows: ROWS });
		expect([submit.status, submit.code]).toEqual([404, 'DESIGN_NOT_FOUND']);
		for (const route of [routes.status, routes.download]) {
			const answer = await setup.get(route('job_nowhere'));
			expect([answer.status, answer.code]).toEqual([404, 'NOT_FOUND']);
		}
	});

	it('hides a job from the key of another workspace', async () => {
		const { data } = await setup.post(routes.submit('design_invoice'), { rows: ROWS });
		const stranger = setup.client(KEYS.noCredits);
		const answer = await setup.get(routes.status(String(data.jobId)), stranger);
		expect([answer.status, answer.code]).toEqual([404, 'NOT_FOUND']);
	});

	it.each([
		['no key', undefined, 401, 'UNAUTHORIZED'],
		['a wrong key', 'pc_live_wrong', 401, 'INVALID_API_KEY'],
		['an expired key', KEYS.expired, 401, 'API_KEY_EXPIRED'],
		['a plan without API access', KEYS.noApi, 403, 'INSUFFICIENT_PERMISSIONS'],
		['a plan without batches', KEYS.noBatch, 403, 'INSUFFICIENT_PERMISSIONS'],
		['too few credits', KEYS.noCredits, 402, 'INSUFFICIENT_CREDITS'],
	])('turns a submit with %s away and queues nothing', async (_what, key, status, code) => {
		const jobs = setup.emulator.jobs.length;
		const answer = await setup.post(
			routes.submit('design_invoice'),
			{ rows: ROWS },
			setup.client(key),
		);
		expect([answer.status, answer.code]).toEqual([status, code]);
		expect(setup.emulator.jobs).toHaveLength(jobs);
	});

	it('refuses status and download to a plan without batchGenerate', async () => {
		const client = setup.client(KEYS.noBatch);
		for (const route of [routes.status, routes.download]) {
			expect((await setup.get(route('job_any'), client)).code).toBe('INSUFFICIENT_PERMISSIONS');
		}
	});
});
