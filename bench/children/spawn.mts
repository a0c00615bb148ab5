import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { SyntheticArchive } from '../../test/emulator/index.mts';
import type {
	EngineReport,
	EngineWork,
	ServiceQuestion,
	ServiceReport,
	ServiceTold,
	Task,
	UndiciReport,
} from './messages.mts';

const CHILD = fileURLToPath(new URL('child.mts', import.meta.url));

/** A running emulator in a process of its own. */
export interface ServiceProcess extends ServiceReport {
	told(): Promise<ServiceTold>;
	close(): Promise<void>;
}

export async function startService(archive: SyntheticArchive): Promise<ServiceProcess> {
	const child = start({ role: 'service', archive });
	const report = (await answer(child)) as ServiceReport;
	return {
		...report,
		told: async () => {
			child.send('told' satisfies ServiceQuestion);
			return (await answer(child)) as ServiceTold;
		},
		close: async () => {
			const ended = once(child, 'exit');
			child.disconnect();
			await ended;
		},
	};
}

/**
 * Runs workflows in a fresh process, so that nothing of an earlier run is left in its memory.
 * @throws Error when one of them fails
 */
export async function runEngine(work: EngineWork): Promise<EngineReport> {
	const report = await tryEngine(work);
	for (const { failure } of report.runs) {
		if (failure !== undefined) throw new Error(`A workflow of the bench failed: ${failure}`);
	}
	return report;
}

/** The same for workflows that may fail; the report tells. */
export async function tryEngine(work: EngineWork): Promise<EngineReport> {
	return (await ended({ role: 'engine', work })) as EngineReport;
}

export async function runUndici(url: string, file: string): Promise<UndiciReport> {
	return (await ended({ role: 'undici', url, file })) as UndiciReport;
}

async function ended(task: Task): Promise<unknown> {
	const child = start(task);
	const result = await answer(child);
	if (child.exitCode === null) await once(child, 'exit');
	return result;
}

function start(task: Task): ChildProcess {
	const child = fork(CHILD, { execArgv: [...process.execArgv, '--expose-gc'] });
	child.send(task);
	return child;
}

/** The child's next message. @throws Error when it ends without one */
async function answer(child: ChildProcess): Promise<unknown> {
	const controller = new AbortController();
	const { signal } = controller;
	try {
		return await Promise.race([
			once(child, 'message', { signal }).then(([message]) => message as unknown),
			once(child, 'exit', { signal }).then(([code]) => {
				throw new Error(`A process of the bench ended with code ${String(code)}`);
			}),
		]);
	} finally {
		controller.abort();
	}
}
