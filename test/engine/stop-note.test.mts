import { actions } from '../emulator/index.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;
const oneByOne = (more: object = {}) => ({
	options: { rowsPerBatch: 1, pollInterval: 1, ...more },
});

/** After Stop nothing is handed on, and the log is where to find what is paid for. */
describe('The note on Stop', () => {
	let setup: EngineSetup;
	const open = async (options: Parameters<typeof openEngineSetup>[0] = {}) => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 }, ...options });
	};
	afterEach(async () => await setup.close());
	const notes = () => setup.engine.logs.filter(({ message }) => message.startsWith('Stopped.'));

	it('a paid job is named in the note on Stop although it was fetched, since it was not handed on', async () => {
		await open({
			timing: (rows) => ({ queueMs: rows[0]?.['invoice_number'] === 'R-0' ? 10 : 3_600_000 }),
		});
		const stop = setup.emulator
			.next('answer', ({ route }) => route === 'zip')
			.then(async () => await setup.emulator.nextRequest(({ route }) => route === 'status'));
		await setup.run(invoices(2), { parameters: oneByOne() }, { stop });
		const [note] = notes();
		for (const jobId of setup.jobIds()) expect(note?.message).toContain(jobId);
		expect(setup.jobIds()).toHaveLength(2);
	});

	it.each([
		['while the design is read', 'design'],
		['while the first of them is waited for', 'status'],
	] as const)('the note on Stop names the jobs of an earlier try: %s', async (_, route) => {
		await open({ timing: { queueMs: 3_600_000 } });
		// The last batch is refused, so that the node is run again with two jobs paid for.
		setup.emulator.faults.add({
			route: 'submit',
			call: 3,
			action: actions.refusal(400, 'VALIDATION_ERROR'),
		});
		const refused = setup.emulator.next('answer', (answer) => answer.status === 400);
		const stop = refused.then(async () => {
			await setup.emulator.nextRequest((request) => request.route === 'design');
			if (route !== 'design')
				await setup.emulator.nextRequest((request) => request.route === route);
		});
		const parameters = oneByOne({ maxConcurrentJobs: 3 });
		await setup.run(invoices(3), { ...RETRY, parameters }, { stop });
		expect(notes()).toHaveLength(1);
		const [first = '', second = ''] = setup.jobIds();
		expect(notes()[0]?.message).toContain(first);
		expect(notes()[0]?.message).toContain(second);
	});

	it('the note on Stop tells which single PDFs are paid for', async () => {
		await open();
		const stop = setup.emulator
			.nextRequest(({ route }) => route === 'pdf')
			.then(async () => await setup.emulator.nextRequest(({ route }) => route === 'generate'));
		const options = { maxConcurrentJobs: 1 };
		const parameters = { resource: 'pdf', operation: 'generate', options };
		const result = await setup.run(invoices(2), { parameters }, { stop });
		expect(result.json(NODE)).toEqual([]);
		expect(notes()[0]?.message).toContain('Made and paid for: the PDFs of item 0.');
	});

	it('nothing is noted on Stop where nothing is paid for', async () => {
		await open();
		const stop = setup.emulator.nextRequest(({ route }) => route === 'design');
		await setup.run(invoices(2), {}, { stop });
		expect(notes()).toEqual([]);
	});
});
