import type { ChangedCell } from './changes.mts';

/** How a fault at a step ends. */
export interface Cell {
	title: string;
	fault: string;
	outcome: string;
	/** Credits charged / files handed on, with On Error: Stop, then with Continue. */
	counts?: string;
	withRetry: string;
	countsWithRetry?: string;
}

const INTRODUCTION = `# What happens when something goes wrong

Made by \`npm run test:faults\` (\`UPDATE_DOCS=1\` writes this page anew): each fault strikes once, at each
step, on n8n’s real engine, with and without Retry On Fail. In every case no row is charged twice, every paid
job’s ID is reported, and no damaged file is handed on; with On Error: Continue, on either output, the
execution goes on. How each case ends, in its own words, is in \`out/fault-matrix.md\`, which a run leaves behind.
`;

const HEADING =
	'| faults | the node goes on by itself | n8n’s next try goes on | the message says what to do |';
const RULER = '|---|---|---|---|---|';

/** The page that is committed: counts. */
export function countsPage(cells: readonly Cell[], changed: readonly ChangedCell[]): string {
	const groups = [...grouped(changed, ({ left }) => left)].map(([left, retries]) => {
		const ends = retries.flatMap(({ batch, pdf }) => [batch, pdf]).filter((end) => end !== '–');
		const goesOn = ends.filter((end) => end.startsWith('goes on')).length;
		const most = Math.max(...ends.flatMap(creditsOf));
		return `| ${left} | ${ends.length} | ${goesOn} | ${ends.length - goesOn} | ${most} |`;
	});
	return [
		INTRODUCTION,
		`| Step ${HEADING}\n${RULER}`,
		...countedBy(cells, ({ title }) => title),
		`\n| Fault ${HEADING}\n${RULER}`,
		...countedBy(cells, ({ fault }) =>
			fault.replace(/^odd: .*/, 'an odd answer, right in content'),
		),
		'\n## When something is changed between two tries\n',
		'Three items in two batches or as single PDFs. The first try leaves its rows as the first column says; then',
		'somebody retries by hand after a change, n8n tries again and an expression gives something else, or n8n is',
		'killed and runs it again from its start.\n',
		`| Rows of the first try | retries | go on | stop and say why | most credits for a row |\n${RULER}`,
		...groups,
		'',
	].join('\n');
}

function countedBy(cells: readonly Cell[], by: (cell: Cell) => string): string[] {
	return [...grouped(cells, by)].map(([name, group]) => {
		const count = (is: (cell: Cell) => boolean) => group.filter(is).length;
		const itself = count(isMended);
		const next = count((cell) => !isMended(cell) && cell.withRetry.startsWith('goes on'));
		return `| ${name} | ${group.length} | ${itself} | ${next} | ${group.length - itself - next} |`;
	});
}

const isMended = ({ outcome }: Cell) => /^(?:goes on by itself|shows the list)$/.test(outcome);

/** Of `… (1, 1, 0)`: the credits that each row has cost in all. */
function creditsOf(end: string): number[] {
	return (/\(([\d, ]+)\)$/.exec(end)?.[1] ?? '0').split(', ').map(Number);
}

/** The page that a run leaves behind: each case. */
export function wholePage(cells: readonly Cell[], changed: readonly ChangedCell[]): string {
	return [
		'| Step | Fault | Without Retry On Fail | Credits / files | With Retry On Fail | Credits / files |',
		'|---|---|---|---|---|---|',
		...cells.map(({ title, fault, outcome, counts = '', withRetry, countsWithRetry = '' }) =>
			row(title, fault, outcome, counts, withRetry, countsWithRetry),
		),
		'\n| Rows of the first try | Changed | Batches | Single PDFs |\n|---|---|---|---|',
		...changed.map((cell) => row(cell.left, cell.changed, cell.batch, cell.pdf)),
		'',
	].join('\n');
}

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

function grouped<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
	return groups;
}
