import type { Command } from './process.mts';
import type { Rest } from './rest.mts';
import { until } from './until.mts';

/** First start: n8n brings its database up to date, which takes its time on a small machine. */
const START_TIMEOUT_MS = 180_000;

/**
 * Waits until a server that was just started answers its editor, and signs in.
 * @throws Error with the end of its log when it does not come up; it is ended then
 */
export async function signInWhenReady(command: Command, rest: Rest): Promise<void> {
	try {
		await until('n8n to start', async () => await ready(command, rest), START_TIMEOUT_MS);
		await rest.signIn();
	} catch (error) {
		await command.stop();
		throw new Error(
			`n8n did not start (all of its log: ${command.logFile}):\n${await command.tail()}`,
			{ cause: error },
		);
	}
}

async function ready(command: Command, rest: Rest): Promise<true | undefined> {
	if (command.result) throw new Error('The process has ended');
	try {
		const health = await rest.send('GET', '/healthz/readiness');
		// The editor's own routes come up a moment after the health check.
		const settings = health.ok ? await rest.send('GET', '/rest/settings') : health;
		const isJson = settings.headers.get('content-type')?.includes('json') === true;
		return settings.ok && isJson ? true : undefined;
	} catch {
		return undefined;
	}
}
