import { planJobs } from '../../nodes/ImaginePdf/core/jobs/plan.ts';
import { rowsBody } from '../../nodes/ImaginePdf/core/jobs/submit.ts';
import { buildRows } from '../../nodes/ImaginePdf/core/rows/build.ts';
import type { RowInput } from '../../nodes/ImaginePdf/core/rows/types.ts';
import { readVariables } from '../../nodes/ImaginePdf/core/designs/readVariables.ts';
import { median, type BenchCase, type Figure } from '../figure.mts';

const DESIGN_ID = 'design_wide';
const ROWS_PER_BATCH = 100;
/** Wide rows: a CRM's export joined with its order lines. */
const TEXT_COLUMNS = 40;
const NUMBER_COLUMNS = 15;
const TABLE_ROWS = 8;
const TABLE_COLUMNS = 5;

/** How much more time an item may take among 100,000 than among 1,000, noise included. */
const LINEAR_WITHIN = 1.5;
/** Items per size: a size is repeated until so many were processed, and at least twice. */
const ITEMS_PER_SIZE = 60_000;

export const rows: BenchCase = {
	name: 'rows',
	title: "Items to jobs' bodies, against JSON.stringify of the same rows",
	async run({ quick }) {
		const sizes = quick ? [1000, 10_000] : [1000, 10_000, 100_000];
		const work = quick ? ITEMS_PER_SIZE / 2 : ITEMS_PER_SIZE;
		const measured = sizes.map((size) => measureSize(size, Math.max(2, Math.ceil(work / size))));
		const figures = measured
			.filter(({ size }) => size === 10_000)
			.map(({ size, rounds, oursMs, theirsMs }): Figure => ({
				name: `${size} wide items`,
				value: oursMs / theirsMs,
				unit: '×',
				aim: { atMost: 6 },
				note: `buildRows, planJobs and rowsBody ${oursMs.toFixed(0)} ms, JSON.stringify ${theirsMs.toFixed(0)} ms (medians of ${rounds})`,
			}));
		return [...figures, linearity(measured)];
	},
};

interface Measured {
	size: number;
	rounds: number;
	oursMs: number;
	theirsMs: number;
}

function measureSize(size: number, rounds: number): Measured {
	const items = Array.from({ length: size }, (_, index) => wideItem(index));
	const inputs = items.map((values, itemIndex): RowInput => ({
		itemIndex,
		source: 'items',
		values,
		designId: DESIGN_ID,
	}));
	const names = Object.keys(items[0] ?? {});
	const variables = readVariables({
		store: Object.fromEntries(names.map((name) => [name, {}])),
		nodes: names.map((name) => ({ type: name === 'lines' ? 'table' : 'text', name, data: {} })),
	});
	const batches = chunked(items, ROWS_PER_BATCH);
	const ours: number[] = [];
	const theirs: number[] = [];
	// One after the other in each round, so that a busy machine slows both.
	for (let round = 0; round < rounds; round++) {
		theirs.push(timed(() => batches.map((batch) => JSON.stringify({ rows: batch }))));
		ours.push(
			timed(() => {
				const built = buildRows(inputs, {
					missingVariables: 'blank',
					variablesOf: () => variables,
				});
				return planJobs(built.rows, ROWS_PER_BATCH).map((job) => rowsBody(job.rows));
			}),
		);
	}
	return { size, rounds, oursMs: median(ours), theirsMs: median(theirs) };
}

/**
 * How much more time an item takes at the largest size than at the smallest. Both are relative to
 * `JSON.stringify` of the same rows, which the garbage collector and a busy machine slow down as well.
 */
function linearity(measured: readonly Measured[]): Figure {
	const [small, large] = [measured[0], measured.at(-1)];
	if (!small || !large) throw new Error('At least two sizes are needed');
	const relative = ({ oursMs, theirsMs }: Measured) => oursMs / theirsMs;
	const shown = measured.map((one) => `${one.size}: ${relative(one).toFixed(2)} ×`).join(', ');
	return {
		name: `an item among ${large.size}, against one among ${small.size}`,
		value: relative(large) / relative(small),
		unit: '×',
		aim: { atMost: LINEAR_WITHIN },
		note: `relative to JSON.stringify at the same size (${shown}); 1 would be exactly linear`,
	};
}

function timed(work: () => string[]): number {
	const started = performance.now();
	const bodies = work();
	const elapsed = performance.now() - started;
	if (bodies.length === 0) throw new Error('Nothing was built');
	return elapsed;
}

function wideItem(index: number): Record<string, unknown> {
	const item: Record<string, unknown> = {};
	for (let column = 0; column < TEXT_COLUMNS; column++) {
		item[`text_${column}`] = `Value ${index}/${column} – Çağrı & Söhne, 東京`;
	}
	for (let column = 0; column < NUMBER_COLUMNS; column++) {
		item[`number_${column}`] = index * 1.25 + column / 3;
	}
	item.paid = index % 2 === 0;
	item.lines = Array.from({ length: TABLE_ROWS }, (_row, line) =>
		Array.from({ length: TABLE_COLUMNS }, (_cell, cell) => `${index}.${line}.${cell}`),
	);
	return item;
}

function chunked<T>(all: readonly T[], size: number): T[][] {
	const parts: T[][] = [];
	for (let start = 0; start < all.length; start += size) parts.push(all.slice(start, start + size));
	return parts;
}
