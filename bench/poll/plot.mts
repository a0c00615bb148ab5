import type { Comparison, Means } from './compare.mts';

/*
 * The simulation's plot, written by hand as SVG: two panels over the length of the job, on a
 * logarithmic scale. Readable on light and dark pages, hence the background of its own.
 */

const WIDTH = 760;
const HEIGHT = 330;
const LEFT = 64;
const RIGHT = 24;
const TOP = 40;
const BOTTOM = 48;
const PANEL_GAP = 36;

type Series = 'ours' | 'fixed' | 'exponential' | 'informed';

const SERIES: ReadonlyArray<{ key: Series; name: string; colour: string; dash: string }> = [
	{ key: 'fixed', name: 'fixed, every 5 s', colour: '#8a8f98', dash: '' },
	{ key: 'exponential', name: 'exponential, 1 s × 1.5 to 10 s', colour: '#3b74c4', dash: '' },
	{
		key: 'informed',
		name: 'knows the usual length, same requests',
		colour: '#3f9a5f',
		dash: '4 3',
	},
	{ key: 'ours', name: 'this node', colour: '#e8433a', dash: '' },
];

interface Panel {
	title: string;
	top: number;
	max: number;
	step: number;
	value: (comparison: Comparison, series: Series) => number | undefined;
	label: (value: number) => string;
}

export function plot(comparisons: readonly Comparison[]): string {
	const panels: Panel[] = [
		{
			title: 'Mean time from the end of a job to its detection, in seconds',
			top: TOP,
			max: 6,
			step: 1,
			value: (comparison, series) => comparison[series].delayMs / 1000,
			label: (value) => `${value}`,
		},
		{
			title: 'Status requests per job, against the fixed loop',
			top: TOP + HEIGHT + PANEL_GAP,
			max: 2,
			step: 0.5,
			value: (comparison, series) =>
				series === 'informed' ? undefined : share(comparison[series], comparison.fixed),
			label: (value) => `${value * 100} %`,
		},
	];
	const height = TOP + panels.length * (HEIGHT + PANEL_GAP) + BOTTOM;
	const body = panels.flatMap((panel) => panelOf(panel, comparisons));
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
		`<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
		...body,
		...legend(height - BOTTOM + 10),
		'</svg>',
		'',
	].join('\n');
}

function share(one: Means, other: Means): number {
	return one.requests / other.requests;
}

function panelOf(panel: Panel, comparisons: readonly Comparison[]): string[] {
	const { title, top, max, step, label } = panel;
	const bottom = top + HEIGHT - 40;
	const y = (value: number) => bottom - (Math.min(value, max) / max) * (bottom - top);
	const x = scaleOf(comparisons);
	const lines = [text(LEFT, top - 12, title, 'font-weight="600"')];
	for (let value = 0; value <= max + 1e-9; value += step) {
		lines.push(rule(LEFT, y(value), WIDTH - RIGHT, y(value)));
		lines.push(text(LEFT - 8, y(value) + 4, label(value), 'text-anchor="end" fill="#555"'));
	}
	for (const { lengthMs } of comparisons) {
		lines.push(
			text(x(lengthMs), bottom + 18, lengthOf(lengthMs), 'text-anchor="middle" fill="#555"'),
		);
	}
	for (const { key, colour, dash } of SERIES) {
		const points = comparisons.flatMap((comparison) => {
			const value = panel.value(comparison, key);
			return value === undefined ? [] : [`${round(x(comparison.lengthMs))},${round(y(value))}`];
		});
		if (points.length === 0) continue;
		lines.push(
			`<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}/>`,
		);
	}
	return lines;
}

function scaleOf(comparisons: readonly Comparison[]): (lengthMs: number) => number {
	const logs = comparisons.map(({ lengthMs }) => Math.log(lengthMs));
	const [low, high] = [Math.min(...logs), Math.max(...logs)];
	const inner = WIDTH - LEFT - RIGHT - 40;
	return (lengthMs) => LEFT + 20 + ((Math.log(lengthMs) - low) / (high - low || 1)) * inner;
}

function legend(top: number): string[] {
	const columns = 2;
	return SERIES.flatMap(({ name, colour, dash }, index) => {
		const x = LEFT + (index % columns) * 320;
		const y = top + Math.floor(index / columns) * 18;
		const stroke = `stroke="${colour}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}`;
		return [
			`<line x1="${x}" y1="${y - 4}" x2="${x + 24}" y2="${y - 4}" ${stroke}/>`,
			text(x + 32, y, name, ''),
		];
	});
}

function lengthOf(ms: number): string {
	return ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`;
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
	return `<line x1="${x1}" y1="${round(y1)}" x2="${x2}" y2="${round(y2)}" stroke="#e3e5e8"/>`;
}

function text(x: number, y: number, content: string, more: string): string {
	return `<text x="${round(x)}" y="${round(y)}" ${more}>${content}</text>`;
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}
