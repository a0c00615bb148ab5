import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

/*
 * Which routes answer is remembered per base URL, and every test has another one (its own port), so
 * that each test begins without knowledge.
 */
describe.each([
	['the first generation alone', { first: true, second: false }],
	['the second generation alone', { first: false, second: true }],
	['both generations', { first: true, second: true }],
])('With %s', (name, generations) => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ generations });
	});
	afterEach(async () => {
		await setup.close();
	});
	const paths = () =>
		setup.emulator.requests.filter(({ origin }) => origin === 'api').map(({ path }) => path);

	it(`Submit waits for and downloads a job with ${name}`, async () => {
		const result = await setup.run(invoices(3));
		expect(result.error).toBeUndefined();
		expect(await setup.zipNames(result)).toHaveLength(3);
		expect(setup.charged()).toBe(3);
	});

	it(`Generate makes a PDF with ${name}`, async () => {
		const result = await setup.run(invoices(2), {
			parameters: { resource: 'pdf', operation: 'generate' },
		});
		expect(result.error).toBeUndefined();
		expect(setup.charged()).toBe(2);
	});

	it(`Get Status and Download work by job ID with ${name}`, async () => {
		const queued = await setup.run(invoices(1), { parameters: { waitForCompletion: false } });
		const job = { jobId: String(queued.json(NODE)[0]?.['jobId']) };
		for (const operation of ['getStatus', 'download']) {
			const result = await setup.run([job], { parameters: { resource: 'batch', operation } });
			expect(result.json(NODE)[0]).toMatchObject({ ...job, total: 1 });
		}
	});

	it(`Get Status says that there is no such job with ${name}`, async () => {
		const result = await setup.run([{ jobId: 'job_none' }], {
			parameters: { resource: 'batch', operation: 'getStatus' },
		});
		expect(result.error?.message).toContain('no such job');
	});

	it(`a route that is missing is asked once only with ${name}`, async () => {
		await setup.run(invoices(1));
		const afterFirst = paths().length;
		await setup.run(invoices(1));
		const missing = setup.emulator.requests
			.slice(afterFirst)
			.filter(({ status }) => status === 404 || status === 405);
		expect(missing.filter(({ route }) => route !== 'tree')).toEqual([]);
	});

	it(`Submit sends the PDF profile where it is known, and says so where it is not, with ${name}`, async () => {
		const result = await setup.run(invoices(1), {
			parameters: { options: { pdfProfile: 'pdf-a' } },
		});
		expect(result.error).toBeUndefined();
		const hints = result
			.hints(NODE)
			.map(({ message }) => message)
			.join(' ');
		if (generations.second) expect(hints).not.toContain('profile');
		else expect(hints).toContain('The PDF profile was not applied');
	});
});

describe.each(['404 envelope', '404 bare', '405 envelope', '405 bare'] as const)(
	'A route that answers %s',
	(absentRoute) => {
		it(`the node goes over to the other generation at no cost when a route answers ${absentRoute}`, async () => {
			const setup = await openEngineSetup({
				generations: { first: false },
				choices: { absentRoute },
			});
			const result = await setup.run(invoices(2));
			expect(result.error).toBeUndefined();
			expect(setup.charged()).toBe(2);
			await setup.close();
		});
	},
);
