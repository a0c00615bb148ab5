import { SimulatedClock } from '../../client/clock.mts';
import { scriptedService, success } from '../support/scripted-service.mts';

const PAID = { designId: 'design_1', body: () => '{}', profile: 'standard' } as const;
const URL = 'https://storage.example/batch.zip?signature=x';

/** The client in front of a service that always answers with this. */
function answering(data: unknown) {
	return scriptedService(new SimulatedClock(), () => success(data)).client;
}

describe('The answer to a submit', () => {
	it.each([
		['nothing but an id', { jobId: 'job_1' }],
		['another status', { jobId: 'job_1', status: 'pending' }],
		['a status in another spelling', { jobId: 'job_1', status: 'Queued', total: 2 }],
		['a status that is no text', { jobId: 'job_1', status: { code: 3 }, total: 2 }],
		['a total that is no number', { jobId: 'job_1', status: 'queued', total: 'two' }],
		['a design that is no text', { jobId: 'job_1', status: 'queued', total: 2, designId: {} }],
	])('the answer to a submit is taken with %s', async (_, data) => {
		await expect(answering(data).submitBatch(PAID)).resolves.toMatchObject({ jobId: 'job_1' });
	});

	it('the answer to a submit is taken with a numeric id, as text', async () => {
		const job = await answering({ jobId: 4711, status: 'queued' }).submitBatch(PAID);
		expect(job.jobId).toBe('4711');
	});

	it('the answer to a submit is taken with a total as text, as a number', async () => {
		const job = await answering({ jobId: 'job_1', total: '2' }).submitBatch(PAID);
		expect(job.total).toBe(2);
	});

	it.each([
		['no id', { status: 'queued', total: 2 }],
		['an empty id', { jobId: '', status: 'queued' }],
		['a number of which digits are lost', { jobId: 12345678901234567890 }],
	])('the answer to a submit is not taken with %s', async (_, data) => {
		await expect(answering(data).submitBatch(PAID)).rejects.toMatchObject({
			code: 'UNEXPECTED_DATA',
		});
	});
});

describe('The answer to a generate', () => {
	it('the answer to a generate is taken with a numeric id, a time as text and no file name', async () => {
		const data = { downloadUrl: URL, generationId: 12, expiresIn: '3600', status: null };
		await expect(answering(data).generatePdf(PAID)).resolves.toMatchObject({
			downloadUrl: URL,
			generationId: '12',
			expiresIn: 3600,
		});
	});

	it('the answer to a generate is taken with nothing but its link', async () => {
		const pdf = await answering({ downloadUrl: URL, filename: 7, expiresIn: 'soon' }).generatePdf(
			PAID,
		);
		expect(pdf.downloadUrl).toBe(URL);
		expect(pdf.expiresIn).toBeUndefined();
	});

	it('the answer to a generate is not taken without a link', async () => {
		await expect(answering({ generationId: 'gen_1' }).generatePdf(PAID)).rejects.toMatchObject({
			code: 'UNEXPECTED_DATA',
		});
	});
});

describe('The state of a job', () => {
	const counts = { total: 2, completed: 1, failed: 0 };

	it.each([
		['Completed', 'completed'],
		['QUEUED', 'queued'],
		[' failed ', 'failed'],
		['partially_completed', 'partially_completed'],
		['Rendering', 'Rendering'],
		[undefined, 'unknown'],
		[null, 'unknown'],
		[{}, 'unknown'],
	])('the state of a job with the status %j has the status %s', async (status, expected) => {
		const state = await answering({ jobId: 'job_1', status, ...counts }).jobState('job_1');
		expect(state.status).toBe(expected);
	});

	it('the state of a job has its counts as numbers where they come as text', async () => {
		const told = {
			jobId: 'job_1',
			status: 'processing',
			total: '2',
			completed: ' 1 ',
			failed: '0',
		};
		await expect(answering(told).jobState('job_1')).resolves.toMatchObject(counts);
	});

	it.each([[null], [undefined], [-1], [1.5], ['many'], [''], [[]], [true]])(
		'the state of a job has no count where the service answers %j',
		async (completed) => {
			const told = { jobId: 'job_1', status: 'processing', total: 2, completed };
			const state = await answering(told).jobState('job_1');
			expect(state.completed).toBeUndefined();
			expect(state.total).toBe(2);
		},
	);

	it('the state of a job without an id is that of the job which was asked for', async () => {
		const state = await answering({ status: 'completed', ...counts }).jobState('job_1');
		expect(state.jobId).toBe('job_1');
	});

	it('the state of a job may name the job by a number', async () => {
		const state = await answering({ jobId: 4711, status: 'completed' }).jobState('4711');
		expect(state.jobId).toBe('4711');
	});

	it('the state of a job is refused where it is another job’s', async () => {
		const client = answering({ jobId: 4712, status: 'completed' });
		await expect(client.jobState('4711')).rejects.toMatchObject({ code: 'UNEXPECTED_DATA' });
	});

	it('the state of a job keeps nothing that is not known, such as a link', async () => {
		const state = await answering({ jobId: 'job_1', status: 'completed', url: URL }).jobState(
			'job_1',
		);
		expect(JSON.stringify(state)).not.toContain('signature');
	});
});

describe('The link of a download', () => {
	it.each([
		[{ url: URL, expiresIn: 3600 }, 3600],
		[{ downloadUrl: URL, expiresIn: '3600' }, 3600],
		[{ url: null, downloadUrl: URL, expiresIn: null }, undefined],
		[{ url: '', downloadUrl: URL, expiresIn: 'an hour' }, undefined],
	])('the link of a download is read from %j', async (data, expiresIn) => {
		await expect(answering(data).downloadLink('job_1')).resolves.toEqual({ url: URL, expiresIn });
	});

	it('the link of a download is refused where there is none', async () => {
		await expect(answering({ url: 'file' }).downloadLink('job_1')).rejects.toMatchObject({
			code: 'UNEXPECTED_DATA',
		});
	});
});
