import { SimulatedClock } from '../../client/clock.mts';
import { scriptedService, success } from '../support/scripted-service.mts';

const PAID = { designId: 'design_1', body: () => '{}', profile: 'standard' } as const;
const url = 'https://storage.example/batch.zip?signature=x';
const REFUSED = { code: 'UNEXPECTED_DATA' };

/** The client in front of a service that always answers with this. */
function answering(data: unknown) {
	return scriptedService(new SimulatedClock(), () => success(data)).client;
}

describe('The answer to a submit', () => {
	it.each<[string, object, object]>([
		['nothing but an id', { jobId: 'job_1' }, { jobId: 'job_1' }],
		['a numeric id', { jobId: 4711, status: 'queued' }, { jobId: '4711' }],
		['a total as text', { jobId: 'job_1', total: '2' }, { total: 2 }],
		['another status', { jobId: 'job_1', status: 'pending' }, { status: 'pending' }],
		['another spelling', { jobId: 'job_1', status: 'Queued' }, { status: 'queued' }],
		['a status that is no text', { jobId: 'job_1', status: { code: 3 } }, { status: 'unknown' }],
		['a total that is no number', { jobId: 'job_1', total: 'two' }, { total: undefined }],
		['a design that is no text', { jobId: 'job_1', designId: {} }, { designId: undefined }],
	])('the answer to a submit is taken with %s', async (_, data, expected) => {
		await expect(answering(data).submitBatch(PAID)).resolves.toMatchObject(expected);
	});

	it.each([
		['no id', { status: 'queued', total: 2 }],
		['an empty id', { jobId: '', status: 'queued' }],
		['a number of which digits are lost', { jobId: 12345678901234567890 }],
	])('the answer to a submit is not taken with %s', async (_, data) => {
		await expect(answering(data).submitBatch(PAID)).rejects.toMatchObject(REFUSED);
	});
});

describe('The answer to a generate', () => {
	it.each<[object, object]>([
		[
			{ expiresIn: '3600', generationId: 12 },
			{ expiresIn: 3600, generationId: '12' },
		],
		[
			{ expiresIn: 'soon', filename: 7, status: null },
			{ expiresIn: undefined, filename: '7' },
		],
	])('the answer to a generate is taken with its link and %j', async (more, expected) => {
		const pdf = answering({ downloadUrl: url, ...more }).generatePdf(PAID);
		await expect(pdf).resolves.toMatchObject({ downloadUrl: url, ...expected });
	});

	it('the answer to a generate is not taken without a link', async () => {
		const pdf = answering({ generationId: 'gen_1' }).generatePdf(PAID);
		await expect(pdf).rejects.toMatchObject(REFUSED);
	});
});

describe('The state of a job', () => {
	const stateOf = async (data: object, jobId = 'job_1') => await answering(data).jobState(jobId);

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
		expect((await stateOf({ jobId: 'job_1', status })).status).toBe(expected);
	});

	it.each<[unknown, number | undefined]>([
		[' 1 ', 1],
		['0', 0],
		[null, undefined],
		[undefined, undefined],
		[-1, undefined],
		[1.5, undefined],
		['many', undefined],
		['', undefined],
		[[], undefined],
		[true, undefined],
	])('the state of a job with the count %j has the count %j', async (completed, expected) => {
		expect(await stateOf({ total: 2, completed })).toMatchObject({ total: 2, completed: expected });
	});

	it.each<[object, string]>([
		[{ status: 'completed' }, 'job_1'],
		[{ jobId: 4711, status: 'completed' }, '4711'],
	])('the state of a job is that of the job which was asked for: %j', async (data, jobId) => {
		expect((await stateOf(data, jobId)).jobId).toBe(jobId);
	});

	it('the state of a job is refused where it is another job’s', async () => {
		await expect(stateOf({ jobId: 4712 }, '4711')).rejects.toMatchObject(REFUSED);
	});

	it('the state of a job keeps nothing that is not known, such as a link', async () => {
		expect(JSON.stringify(await stateOf({ url }))).not.toContain('signature');
	});
});

describe('The link of a download', () => {
	it.each([
		[{ url, expiresIn: 3600 }, 3600],
		[{ downloadUrl: url, expiresIn: '3600' }, 3600],
		[{ url: null, downloadUrl: url, expiresIn: null }, undefined],
		[{ url: '', downloadUrl: url, expiresIn: 'an hour' }, undefined],
	])('the link of a download is read from %j', async (data, expiresIn) => {
		await expect(answering(data).downloadLink('job_1')).resolves.toEqual({ url, expiresIn });
	});

	it('the link of a download is refused where there is none', async () => {
		const link = answering({ url: 'file' }).downloadLink('job_1');
		await expect(link).rejects.toMatchObject(REFUSED);
	});
});
