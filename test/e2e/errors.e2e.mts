import assert from 'node:assert/strict';
import { z } from 'zod';

import { actions } from '../emulator/index.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import { NODE } from './support/setup.mts';
import { invoices, passThrough } from '../real-n8n/workflow.mts';

/** Lets the second of two jobs go wrong; the emulator's rows are counted from 0. */
const SECOND_FAILS = {
	failRows: (row: Record<string, unknown>) => row.invoice_number === 'R-2',
};

/** What an item says that stands for what went wrong. */
const errorSchema = z.object({
	message: z.string().min(1),
	description: z.string().min(1),
	jobId: z.string(),
});

function tellsOfJob(error: z.infer<typeof errorSchema>, jobId: string | undefined): void {
	assert.equal(error.jobId, jobId);
	assert.notEqual(error.description, error.message);
}

const ONE_BY_ONE = { output: 'none', options: { rowsPerBatch: 1 } };

/** On Error and Retry On Fail, by what users see. */
export const errors: E2eCase[] = [
	e2e(
		'On Error: Continue (using error output), both branches',
		{ service: SECOND_FAILS },
		async (setup, emulator) => {
			const execution = await setup.succeed({
				node: { parameters: ONE_BY_ONE, onError: 'continueErrorOutput' },
				after: [passThrough('Good'), passThrough('Bad')],
				links: [
					[NODE, 0, 'Good'],
					[NODE, 1, 'Bad'],
				],
			});
			const good = execution.items('Good').map(({ json }) => json);
			assert.equal(good.length, 2);
			assert.ok(good.every((json) => json.completed === 1 && !('error' in json)));
			const bad = execution.items('Bad');
			assert.equal(bad.length, 1);
			const jobId = emulator.jobs.find(({ state }) => state.failed > 0)?.jobId;
			tellsOfJob(errorSchema.parse(bad[0]?.json.error), jobId);
			assert.equal(setup.charged(), 3);
		},
	),
	e2e(
		'Retry On Fail: a try that broke off after paying is not paid again',
		async (setup, emulator) => {
			emulator.faults.add({
				route: 'download',
				call: 1,
				action: actions.refusal(403, 'FORBIDDEN'),
			});
			const execution = await setup.succeed({
				items: invoices(4),
				node: {
					retryOnFail: true,
					maxTries: 2,
					waitBetweenTries: 1000,
					parameters: { options: { rowsPerBatch: 2 } },
				},
			});
			assert.deepEqual(
				execution.items(NODE).map(({ json }) => json.completed),
				[2, 2],
			);
			assert.equal(emulator.faults.unspent.length, 0);
			assert.equal(setup.charged(), 4);
		},
	),
];
