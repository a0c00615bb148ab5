import { openEngineSetup, type EngineSetup } from './setup.mts';

/** What a run has sent, besides its result. */
export interface Sent {
	result: Awaited<ReturnType<EngineSetup['run']>>;
	/** The rows of its last job. */
	rows: Array<Record<string, unknown>>;
	/** Submits it made. */
	submitted: number;
}

export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

export const warnings = (result: Sent['result'], node: string) =>
	result.hints(node).filter(({ type }) => type === 'warning');

/** A setup for tests of rows: nothing is waited for, and what was sent is looked at. */
export async function openRowSetup() {
	const setup = await openEngineSetup();
	const submits = () => setup.emulator.requests.filter(({ route }) => route === 'submit').length;
	return {
		setup,
		async sent(
			items: Parameters<EngineSetup['run']>[0],
			parameters: Record<string, unknown> = {},
		): Promise<Sent> {
			const before = submits();
			const result = await setup.run(items, {
				parameters: { waitForCompletion: false, ...parameters },
			});
			const submitted = submits() - before;
			const rows = submitted > 0 ? (setup.emulator.jobs.at(-1)?.rows ?? []) : [];
			return { result, rows, submitted };
		},
	};
}
