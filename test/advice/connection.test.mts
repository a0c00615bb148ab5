import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { actions, KEYS, rewrite, type FaultAction } from '../emulator/index.mts';
import { openTrap } from '../engine/support/trap.mts';
import { TEST_NODES } from '../engine/harness/index.mts';
import { invoices, nodeSpec } from '../engine/support/setup.mts';
import { filesOf, followAdvice, type AdviceCase, type OneStep } from './support/advice.mts';

/** A job that is paid for when the connection makes trouble: the two ways to it. */
function trouble(
	message: string,
	says: string | RegExp,
	route: 'design' | 'status' | 'download',
	action: FaultAction,
): OneStep[] {
	const step: OneStep = {
		message,
		by: `at the route ${route}, a retry when it has passed`,
		trouble({ setup }) {
			setup.fault(route, action);
			// Whatever the state says, the file is asked for.
			if (route === 'status') setup.fault('download', action);
		},
		says,
		mend({ setup, told }, failed) {
			const named = `${failed.error?.message} ${told(failed)}`;
			for (const jobId of setup.jobIds()) expect(named).toContain(jobId);
		},
	};
	if (route === 'design') return [step];
	const by = `at the route ${route}, Download when it has passed`;
	return [step, { ...step, by, download: {} }];
}

/** Runs the node with another base URL, which is corrected in the credential before a retry. */
const wrongAddress = (
	message: string,
	by: string,
	says: RegExp,
	open: () => Promise<{ port: number; close(): Promise<unknown> }>,
	options: Record<string, unknown> = {},
): OneStep => ({
	message,
	by: `${by}, and a retry`,
	says,
	async run({ setup }) {
		const other = await open();
		const baseUrl = `http://127.0.0.1:${other.port}/api/v1`;
		const node = {
			...nodeSpec(setup.emulator, { parameters: { options } }),
			credentials: { imaginePdfApi: { apiKey: KEYS.demo, baseUrl } },
		};
		const nodes = [{ name: 'Items', type: TEST_NODES.items }, node];
		const failed = await setup.engine.run({ items: invoices(2), nodes });
		await other.close();
		return failed;
	},
	mend: ({ renew }, failed) => renew(failed, { apiKey: KEYS.demo }),
});

/** The number of a port at which nobody answers. */
async function closedPort() {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return { port, close: async () => await Promise.resolve() };
}

const UNREACHABLE = 'ImaginePDF could not be reached';
const SILENT = 'ImaginePDF did not answer in time';
const UNABLE = 'ImaginePDF could not answer the request';
const FOREIGN = 'The answer did not come from ImaginePDF';
const several = (maxConcurrentJobs: number) => ({
	options: { rowsPerBatch: 1, maxConcurrentJobs },
});

followAdvice('Connection', [
	wrongAddress(
		UNREACHABLE,
		'the base URL set right',
		/Check the network .* and the base URL/,
		closedPort,
	),
	wrongAddress(
		UNREACHABLE,
		'nothing was sent at the submit either, so the base URL set right',
		/Nothing was sent, so nothing was charged/,
		closedPort,
		{ missingVariables: 'sample' },
	),
	...trouble(UNREACHABLE, 'Check the network', 'download', actions.resetBefore()),
	...trouble(SILENT, 'Check the network', 'design', actions.silence()),
	...trouble(SILENT, 'Check the network', 'download', actions.silence()),
	{
		message: 'ImaginePDF is receiving too many requests right now',
		by: "a lower 'Max Concurrent Jobs' and a retry, which pays only for what was refused",
		credits: 3,
		items: invoices(3),
		node: { parameters: several(3) },
		trouble: ({ setup }) => setup.fault('submit', actions.busy(429), { call: 2, times: 99 }),
		says: /Wait a little\..*'Max Concurrent Jobs'.*After that, retry/,
		paid: 1,
		retry: several(1),
		gives: [1, 1, 1],
	},
	...trouble(UNABLE, 'Try again later', 'design', actions.gatewayPage(502)),
	...trouble(UNABLE, "'Download'", 'download', actions.refusal(500, 'S3_ERROR')),
	...trouble(
		'ImaginePDF does not accept this request',
		'ImaginePDF says: "As the script says."',
		'download',
		actions.refusal(400, 'INVALID_INPUT'),
	),
	wrongAddress(
		FOREIGN,
		'the base URL set right',
		/Check the base URL.*The answer began with: "Thank you"/,
		openTrap,
	),
	...trouble(
		FOREIGN,
		'a proxy or a login page',
		'status',
		actions.answer({ status: 404, body: '<html>Log in</html>' }),
	),
	...trouble(
		'The answer of ImaginePDF is not as documented',
		'Update this node',
		'status',
		rewrite('no job', () => ({ jobId: 'job_other' })),
	),
	{
		message: 'Something unexpected happened in the ImaginePDF node',
		by: 'nothing was charged, and what the description names set right',
		items: [
			{
				...invoices(1)[0],
				customer_name: new (class {
					toJSON(key?: string) {
						// n8n saves it with a key.
						if (key === undefined) throw new Error('A class of another node');
						return 'text';
					}
				})() as never,
			},
		],
		says: 'report it with this message',
		paid: 0,
		anew: {},
	},
	{
		message: 'The execution was stopped',
		by: "Download of the jobs that n8n's log names",
		options: { timing: { queueMs: 60_000, rowMs: 10 } },
		async follow({ setup, told }) {
			const stop = setup.emulator.nextRequest(({ route }) => route === 'status');
			const parameters = { options: { rowsPerBatch: 1, pollInterval: 1 } };
			const stopped = await setup.run(invoices(2), { parameters }, { stop });
			expect(stopped.status).toBe('canceled');
			told(stopped);
			const note = stopped.logs.find(({ message }) => message.startsWith('Stopped.'));
			const result = await setup.download(note?.message.match(/job_\w+/g) ?? []);
			expect(filesOf(result)).toHaveLength(setup.charged());
		},
	} satisfies AdviceCase,
]);
