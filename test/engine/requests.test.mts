import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

/** What a run asks of the service when nothing goes wrong: neither more nor less. */
describe('Requests of a run', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 0, rowMs: 0 } });
		// Which generation answers is found out once per process.
		await setup.run(invoices(1), {});
	});
	afterAll(async () => await setup.close());

	/** By route. */
	async function countedRequests(work: () => Promise<unknown>): Promise<Record<string, number>> {
		const before = setup.emulator.requests.length;
		await work();
		const counts: Record<string, number> = {};
		for (const { route } of setup.emulator.requests.slice(before)) {
			counts[route] = (counts[route] ?? 0) + 1;
		}
		return counts;
	}

	const submit = async (count: number, parameters: Record<string, unknown> = {}) =>
		await countedRequests(async () => {
			const { status } = await setup.run(invoices(count), { parameters });
			expect(status).toBe('success');
		});

	it.each([
		[0, 0],
		[1, 1],
		[2, 1],
		[101, 2],
		[250, 3],
	])(
		'a run of %d items makes the requests of %d jobs, and asks for the design once',
		async (items, jobs) => {
			const needed = { design: 1, submit: jobs, status: jobs, download: jobs, zip: jobs };
			expect(await submit(items)).toEqual(jobs === 0 ? {} : needed);
		},
	);

	it('a run makes no more requests where each PDF becomes an item', async () => {
		const needed = { design: 1, submit: 1, status: 1, download: 1, zip: 1 };
		expect(await submit(100, { output: 'pdfs' })).toEqual(needed);
	});

	it('a run only asks for the link where no file is wanted, and makes no poll where nobody waits', async () => {
		const asked = { design: 1, submit: 1, status: 1, download: 1 };
		expect(await submit(2, { output: 'none' })).toEqual(asked);
		expect(await submit(2, { waitForCompletion: false })).toEqual({ design: 1, submit: 1 });
	});

	it('Generate makes two requests per PDF, and asks for the design once', async () => {
		const parameters = { resource: 'pdf', operation: 'generate' };
		expect(await submit(5, parameters)).toEqual({ design: 1, generate: 5, pdf: 5 });
	});

	it('each operation on a job that has ended makes one request per step', async () => {
		const submitted = await setup.run(invoices(2), { parameters: { waitForCompletion: false } });
		const jobId = String(submitted.json(NODE)[0]?.['jobId']);
		const ask = async (operation: string) =>
			await countedRequests(
				async () => await setup.run([{}], { parameters: { operation, jobId } }),
			);
		expect(await ask('getStatus')).toEqual({ status: 1 });
		expect(await ask('download')).toEqual({ status: 1, download: 1, zip: 1 });
	});
});

describe('Several jobs', () => {
	let setup: EngineSetup;
	afterEach(async () => await setup.close());

	it('several jobs are downloaded one by one, as soon as each has ended', async () => {
		// The first job takes far longer than the second.
		setup = await openEngineSetup({
			timing: (rows) => ({ queueMs: 0, rowMs: rows.length === 2 ? 20_000 : 0 }),
		});
		const downloaded = setup.emulator
			.nextRequest(({ route }) => route === 'zip')
			.then(() => setup.emulator.jobs.map(({ state }) => state.status));
		const { status } = await setup.run(invoices(3), {
			parameters: { options: { rowsPerBatch: 2 } },
		});
		expect(status).toBe('success');
		expect(await downloaded).toEqual(['processing', 'completed']);
	});
});
