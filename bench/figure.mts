/** One measured ratio, with its aim. */
export interface Figure {
	/** What was measured, e.g. "1 GB ZIP to disk, time". */
	name: string;
	/** Ours over theirs, or the bare figure where `unit` says so. */
	value: number;
	unit: '×' | '%' | 's' | 'ms' | 'MB' | 'kB' | 'bytes';
	/** The bound for the value; none for figures that are only printed. */
	aim?: { atMost: number } | { atLeast: number };
	/** One sentence: what is compared with what, and the raw figures behind it. */
	note: string;
}

export interface CaseOptions {
	/** Smaller inputs, so that the whole suite stays under a minute. */
	quick: boolean;
}

/** A part of the suite. Everything that is compared is measured side by side in one run. */
export interface BenchCase {
	name: string;
	title: string;
	/** @throws Unavailable when what it measures, or measures against, is not there */
	run(options: CaseOptions): Promise<Figure[]>;
}

/** A case that cannot be measured here, and why. */
export class Unavailable extends Error {
	override readonly name = 'Unavailable';
}

export type Verdict = 'met' | 'missed' | 'told';

export function verdictOf({ value, aim }: Figure): Verdict {
	if (!aim) return 'told';
	const met = 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;
	return met ? 'met' : 'missed';
}

/** The middle of an odd or even number of values. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}
