import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { actions, KEYS, rewrite } from '../emulator/index.mts';
import { openTrap } from '../engine/support/trap.mts';
import { TEST_NODES, type RunResult } from '../engine/harness/index.mts';
import { invoices, NODE, nodeSpec } from '../engine/support/setup.mts';
import { filesOf, followAdvice, type AdviceCase, type Given } from './support/advice.mts';

type Fault = Parameters<Given['setup']['emulator']['faults']['add']>[0];

/** A job that is paid for when the connection makes trouble: the two ways to it. */
function trouble(message: string, advice: string | RegExp, fault: Fault): AdviceCase[] {
	const start = async ({ setup, told }: Given): Promise<RunResult> => {
		setup.emulator.faults.add(fault);
		// Whatever the state says, the file is asked for.
		if (fault.route === 'status') setup.emulator.faults.add({ ...fault, route: 'download' });
		const failed = await setup.run(invoices(2));
		const description = told(failed);
		expect(description).toMatch(advice);
		if (setup.charged() > 0)
			expect(description + failed.error?.message).toContain(setup.jobIds()[0]);
		setup.emulator.faults.clear();
		return failed;
	};
	const at = String(fault.route);
	const retried: AdviceCase = {
		message,
		by: `at the route ${at}, a retry when it has passed`,
		credits: 2,
		async follow(given) {
			const result = await given.retry(await start(given));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	};
	if (!['status', 'download'].includes(at)) return [retried];
	const downloaded: AdviceCase = {
		message,
		by: `at the route ${at}, Download when it has passed`,
		credits: 2,
		async follow(given) {
			await start(given);
			const result = await given.download(given.setup.jobIds());
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	};
	return [retried, downloaded];
}

/** Runs the node with another base URL, which is corrected in the credential before a retry. */
function wrongAddress(
	message: string,
	by: string,
	advice: string | RegExp,
	open: () => Promise<{ port: number; close(): Promise<unknown> }>,
	options: Record<string, unknown> = {},
): AdviceCase {
	return {
		message,
		by: `${by}, and a retry`,
		credits: 2,
		async follow({ setup, told, retry, renew }) {
			const other = await open();
			const imaginePdfApi = {
				apiKey: KEYS.demo,
				baseUrl: `http://127.0.0.1:${other.port}/api/v1`,
			};
			const failed = await setup.engine.run({
				items: invoices(2),
				nodes: [
					{ name: 'Items', type: TEST_NODES.items },
					{
						...nodeSpec(setup.emulator, { parameters: { options } }),
						credentials: { imaginePdfApi },
					},
				],
			});
			await other.close();
			expect(told(failed)).toMatch(advice);
			renew(failed, { apiKey: KEYS.demo });
			expect((await retry(failed)).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	};
}

/** The number of a port at which nobody answers. */
async function closedPort() {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return { port, close: async () => await Promise.resolve() };
}

const nameless = rewrite('no job', () => ({ jobId: 'job_other' }));

followAdvice('Connection', [
	wrongAddress(
		'ImaginePDF could not be reached',
		'the base URL set right',
		/Check the network .* and the base URL/,
		closedPort,
	),
	wrongAddress(
		'ImaginePDF could not be reached',
		'nothing was sent at the submit either, so the base URL set right',
		/Nothing was sent, so nothing was charged/,
		closedPort,
		{ missingVariables: 'sample' },
	),
	...trouble('ImaginePDF could not be reached', /Check the network/, {
		route: 'download',
		action: actions.resetBefore(),
	}),
	...trouble('ImaginePDF did not answer in time', /Check the network/, {
		route: 'design',
		action: actions.silence(),
	}),
	...trouble('ImaginePDF did not answer in time', /Check the network/, {
		route: 'download',
		action: actions.silence(),
	}),
	{
		message: 'ImaginePDF is receiving too many requests right now',
		by: "a lower 'Max Concurrent Jobs' and a retry, which pays only for what was refused",
		credits: 3,
		async follow({ setup, told, retry }) {
			setup.emulator.faults.add({ route: 'submit', call: 2, times: 99, action: actions.busy(429) });
			const options = { rowsPerBatch: 1, maxConcurrentJobs: 3 };
			const failed = await setup.run(invoices(3), { parameters: { options } });
			expect(told(failed)).toMatch(/Wait a little\..*'Max Concurrent Jobs'.*After that, retry/);
			expect(setup.charged()).toBe(1);
			setup.emulator.faults.clear();
			const result = await retry(failed, { options: { ...options, maxConcurrentJobs: 1 } });
			expect(filesOf(result)).toHaveLength(3);
		},
	},
	...trouble('ImaginePDF could not answer the request', /Try again later/, {
		route: 'design',
		action: actions.gatewayPage(502),
	}),
	...trouble('ImaginePDF could not answer the request', /'Download'/, {
		route: 'download',
		action: actions.refusal(500, 'S3_ERROR'),
	}),
	...trouble('ImaginePDF does not accept this request', /ImaginePDF says: "As the script says."/, {
		route: 'download',
		action: actions.refusal(400, 'INVALID_INPUT'),
	}),
	wrongAddress(
		'The answer did not come from ImaginePDF',
		'the base URL set right',
		/Check the base URL.*The answer began with: "Thank you"/,
		openTrap,
	),
	...trouble('The answer did not come from ImaginePDF', /a proxy or a login page/, {
		route: 'status',
		action: actions.answer({ status: 404, body: '<html>Log in</html>' }),
	}),
	...trouble('The answer of ImaginePDF is not as documented', /Update this node/, {
		route: 'status',
		action: nameless,
	}),
	{
		message: 'Something unexpected happened in the ImaginePDF node',
		by: 'nothing was charged, and what the description names set right',
		credits: 2,
		async follow({ setup, told }) {
			class Broken {
				toJSON(key?: string) {
					// n8n saves it with a key.
					if (key === undefined) throw new Error('A class of another node');
					return 'text';
				}
			}
			const broken = new Broken() as unknown as string;
			const failed = await setup.run([{ ...invoices(1)[0], customer_name: broken }]);
			expect(told(failed)).toContain('report it with this message');
			expect(setup.charged()).toBe(0);
			const result = await setup.run(invoices(2));
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'The execution was stopped',
		by: "Download of the jobs that n8n's log names",
		credits: 2,
		options: { timing: { queueMs: 60_000, rowMs: 10 } },
		async follow({ setup, told, download }) {
			const stop = setup.emulator.nextRequest(({ route }) => route === 'status');
			const options = { rowsPerBatch: 1, pollInterval: 1 };
			const stopped = await setup.run(invoices(2), { parameters: { options } }, { stop });
			expect(stopped.status).toBe('canceled');
			told(stopped);
			const note = stopped.logs.find(({ message }) => message.startsWith('Stopped.'));
			const jobIds = note?.message.match(/job_\w+/g) ?? [];
			const result = await download(jobIds);
			expect(filesOf(result)).toHaveLength(setup.charged());
		},
	},
]);
