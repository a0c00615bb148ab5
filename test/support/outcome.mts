import { inspect } from 'node:util';

/** How a case on a real n8n ended. */
export interface Outcome {
	name: string;
	/** Of n8n. */
	version: string;
	verdict: 'passed' | 'failed' | 'skipped';
	seconds: number;
	error?: unknown;
}

/** Runs one case. */
export async function runCase(
	name: string,
	version: string,
	work: () => Promise<void>,
): Promise<Outcome> {
	const started = performance.now();
	const seconds = () => (performance.now() - started) / 1000;
	try {
		await work();
		return { name, version, verdict: 'passed', seconds: seconds() };
	} catch (error) {
		return { name, version, verdict: 'failed', seconds: seconds(), error };
	}
}

/** Prints one line, and the reason where the case did not pass. */
export function printOutcome({ name, version, verdict, seconds, error }: Outcome): void {
	const time = `${seconds.toFixed(1)} s`;
	process.stdout.write(`  ${verdict.padEnd(7)} ${version.padEnd(9)} ${name} (${time})\n`);
	if (error === undefined) return;
	const reason = verdict === 'skipped' ? String(error) : inspect(error, { depth: 3 });
	process.stdout.write(`${reason.replace(/^/gm, '    ')}\n`);
}
