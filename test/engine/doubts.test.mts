import { actions, type FaultAction } from '../emulator/index.mts';
import {
	invoices,
	NODE,
	openEngineSetup,
	type EngineSetup,
	type NodeUnderTest,
} from './support/setup.mts';

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;

/** The service's answer with some of its text replaced. */
const reworded = (...words: Array<[RegExp | string, string]>): FaultAction => ({
	name: 'reworded',
	after: (answer) => {
		const body = words.reduce((text, [from, to]) => text.replace(from, to), String(answer.body));
		return { ...answer, body };
	},
});

/** Answers that look right and are not: nothing is paid twice, or handed to the wrong person. */
describe('Answers that leave the outcome open', () => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ timing: { queueMs: 10, rowMs: 10 } });
	});
	afterEach(async () => await setup.close());

	it.each([408, 409, 499])(
		'an answer of %i to a submit leaves its outcome unknown',
		async (status) => {
			const page = { status, body: '<html>Request ended</html>', contentType: 'text/html' };
			setup.emulator.faults.add({ route: 'submit', call: 1, action: actions.answerAfter(page) });
			const result = await setup.run(invoices(2), RETRY);
			expect(result.tries(NODE)).toBe(2);
			expect(result.error?.context['code']).toBe('SUBMIT_OUTCOME_UNKNOWN');
			expect(setup.charged()).toBe(2);
		},
	);

	it('a state that names another job than the one asked for is not believed, and the own file is asked for', async () => {
		const action = reworded([/"jobId":"[^"]+"/, '"jobId":"job_other"']);
		setup.emulator.faults.add({ route: 'status', action });
		setup.emulator.faults.add({
			route: 'download',
			call: 1,
			action: actions.refusal(404, 'PDF_NOT_FOUND'),
		});
		const result = await setup.run(invoices(1));
		expect(result.error?.message).toBe(
			`The answer of ImaginePDF is not as documented (job ${setup.jobIds()[0]})`,
		);
		expect(result.error?.description).toContain(`the job ID ${setup.jobIds()[0]}`);
		const again = await setup.run(invoices(1));
		expect(again.json(NODE)[0]).toMatchObject({ jobId: setup.jobIds()[1], fileCount: 1 });
	});

	it('the node pairs no item with a job whose ID two submits were given', async () => {
		let first = '';
		const action: FaultAction = {
			name: 'the same job',
			after: (answer) => {
				const body = String(answer.body);
				first ||= /"jobId":"([^"]+)"/.exec(body)?.[1] ?? '';
				return { ...answer, body: body.replace(/"jobId":"[^"]+"/, `"jobId":"${first}"`) };
			},
		};
		setup.emulator.faults.add({ route: 'submit', action });
		const result = await setup.run(invoices(2), {
			onError: 'continueRegularOutput',
			parameters: { output: 'pdfs', options: { rowsPerBatch: 1 } },
		});
		expect(result.json(NODE)).toEqual([
			expect.objectContaining({ code: 'SHARED_JOB', jobId: first }),
			expect.objectContaining({ code: 'SHARED_JOB', jobId: first }),
		]);
	});

	it('a ZIP with fewer PDFs than reported is emitted only where parts are wanted', async () => {
		const action = reworded(['"total":2', '"total":3'], ['"completed":2', '"completed":3']);
		setup.emulator.faults.add({ route: 'status', action });
		const result = await setup.run(invoices(2), {
			parameters: { options: { partialFailure: 'error' } },
		});
		const [jobId] = setup.jobIds();
		expect(result.error?.message).toBe(
			`The ZIP of job ${jobId} holds 2 of the 3 PDFs that ImaginePDF reports`,
		);
		const part = await setup.run(invoices(2));
		expect(part.json(NODE)[0]).toMatchObject({ fileCount: 2 });
		expect(part.hints(NODE).map(({ message }) => message)).toContainEqual(
			expect.stringContaining('holds 2 of the 3 PDFs'),
		);
	});

	it('the node reports rows that the service has not counted', async () => {
		const action = reworded(['"total":3', '"total":2'], ['"completed":3', '"completed":2']);
		for (const route of ['submit', 'status'] as const) setup.emulator.faults.add({ route, action });
		const result = await setup.run(invoices(3));
		expect(result.hints(NODE).map(({ message }) => message)).toContainEqual(
			expect.stringContaining('1 row of the 3'),
		);
		const strict = await setup.run(invoices(3), {
			parameters: { options: { partialFailure: 'error' } },
		});
		expect(strict.error?.message).toContain('1 row of the 3');
	});
});
