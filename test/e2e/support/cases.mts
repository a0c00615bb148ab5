import type { Emulator, EmulatorOptions } from '../../emulator/index.mts';
import { within } from '../../real-n8n/until.mts';
import { runCase, type Outcome } from '../../support/outcome.mts';
import type { N8nServer } from './server.mts';
import { CaseSetup } from './setup.mts';

export type Major = 1 | 2;

interface CaseOptions {
	/** Both majors unless given. */
	majors?: readonly Major[];
	/** Of the case's own service. */
	service?: EmulatorOptions;
}

/** One thing that is proven on a real n8n, against a service of its own. */
export interface E2eCase extends CaseOptions {
	name: string;
	run: (setup: CaseSetup, emulator: Emulator) => Promise<void>;
}

export function e2e(
	name: string,
	...given: [run: E2eCase['run']] | [options: CaseOptions, run: E2eCase['run']]
): E2eCase {
	const [options, run] = given.length === 1 ? [{}, given[0]] : given;
	return { name, ...options, run };
}

/** So many cases share a server at the same time: most of a case is waiting. */
const AT_ONCE = 4;
const CASE_TIMEOUT_MS = 300_000;

/** Runs the cases against a server, several at once, and reports each as it ends. */
export async function runCases(
	server: N8nServer,
	cases: readonly E2eCase[],
	report: (outcome: Outcome) => void,
): Promise<void> {
	const { major, version } = server.instance.n8n;
	const due = cases.filter(({ majors }) => majors?.includes(major) ?? true);
	const queue = due[Symbol.iterator]();
	const lane = async () => {
		for (const one of queue) {
			const setup = await CaseSetup.open(server, one.name, one.service);
			const outcome = await runCase(one.name, version, async () => {
				const run = one.run(setup, setup.emulator);
				await within(`the case "${one.name}"`, run, CASE_TIMEOUT_MS);
			});
			await setup.close();
			report(outcome);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
