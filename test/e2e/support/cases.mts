import { within } from '../../real-n8n/until.mts';
import { runCase, type Outcome } from '../../support/outcome.mts';
import type { N8nServer } from './server.mts';
import { CaseSetup } from './setup.mts';

export type Major = 1 | 2;

/** One thing that is proven on a real n8n. */
export interface E2eCase {
	name: string;
	/** Both majors unless given. */
	majors?: readonly Major[];
	run(setup: CaseSetup): Promise<void>;
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
			const setup = new CaseSetup(server, one.name);
			const outcome = await runCase(one.name, version, async () => {
				await within(`the case "${one.name}"`, one.run(setup), CASE_TIMEOUT_MS);
			});
			await setup.close();
			report(outcome);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
