import { openBench, type Bench } from './bench.mts';

/** What a run has sent, besides its result. */
export interface Sent {
	result: Awaited<ReturnType<Bench['run']>>;
	/** The rows of its last job. */
	rows: Array<Record<string, unknown>>;
	/** Submits it made. */
	submitted: number;
}

export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

export const warnings = (result: Sent['result'], node: string) =>
	result.hints(node).filter(({ type }) => type === 'warning');

/** A bench for tests of rows: nothing is waited for, and what was sent is looked at. */
export async function openRowBench() {
	const bench = await openBench();
	const submits = () => bench.emulator.requests.filter(({ route }) => route === 'submit').length;
	return {
		bench,
		async sent(
			items: Parameters<Bench['run']>[0],
			parameters: Record<string, unknown> = {},
		): Promise<Sent> {
			const before = submits();
			const result = await bench.run(items, {
				parameters: { waitForCompletion: false, ...parameters },
			});
			const submitted = submits() - before;
			const rows = submitted > 0 ? (bench.emulator.jobs.at(-1)?.rows ?? []) : [];
			return { result, rows, submitted };
		},
	};
}
