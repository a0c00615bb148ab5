import { readFileSync } from 'node:fs';

/** A page of documentation, as far as tests look at it. */
export class Page {
	/** Without code blocks, in which nothing is a link, a heading or a table. */
	private readonly prose: string;

	constructor(readonly text: string) {
		this.prose = text.replace(/^( *)```.*?^\1```$/gms, '');
	}

	static read(file: string): Page {
		return new Page(readFileSync(file, 'utf8'));
	}

	/** Targets of links and pictures, in Markdown or HTML. */
	get links(): string[] {
		const markdown = this.prose.matchAll(/\]\(([^)\s]+)\)/g);
		const html = this.prose.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g);
		return [...markdown, ...html].map(([, target = '']) => target);
	}

	/** The anchors that GitHub gives to the headings. */
	get anchors(): string[] {
		return [...this.prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
			heading
				.toLowerCase()
				.replace(/[^\p{L}\p{N}\s_-]/gu, '')
				.replace(/\s/g, '-'),
		);
	}

	/** What stands below a heading, up to the next one of its level. */
	section(heading: string): Page {
		const [, marks = '', level = ''] =
			new RegExp(`^((#+) ${heading.replace(/[.*+?^$()|[\]{}\\]/g, '\\$&')})$`, 'm').exec(
				this.text,
			) ?? [];
		if (marks === '') throw new Error(`There is no heading '${heading}'`);
		const rest = this.text.slice(this.text.indexOf(`${marks}\n`) + marks.length);
		const end = rest.search(new RegExp(`^#{1,${level.length}} `, 'm'));
		return new Page(end === -1 ? rest : rest.slice(0, end));
	}

	/** The cells of all tables' rows, headings of tables left out. */
	get rows(): string[][] {
		const lines = this.prose.split('\n');
		return lines
			.filter((line, index) => isRow(line) && !isRuler(line) && !isRuler(lines[index + 1] ?? ''))
			.map(cellsOf);
	}

	/** The cells of the tables' headings, a table each. */
	get headers(): string[][] {
		const lines = this.prose.split('\n');
		return lines.filter((_, index) => isRuler(lines[index + 1] ?? '')).map(cellsOf);
	}

	/** What stands in backticks in the prose. */
	get code(): string[] {
		return codeIn(this.prose);
	}

	/** What is printed bold. */
	get bold(): string[] {
		return [...this.prose.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) => name);
	}

	/** `npm run …` and the like: the names of the scripts, in prose and in code. */
	get scripts(): string[] {
		const runs = [...this.text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
		return /npm test\b/.test(this.text) ? [...runs, 'test'] : runs;
	}
}

const cellsOf = (line: string) =>
	line
		.split('|')
		.slice(1, -1)
		.map((cell) => cell.trim());
const isRow = (line: string) => line.startsWith('|');
const isRuler = (line: string) => /^\|[-\s|:]+\|$/.test(line);

/** What is in backticks. */
export function codeIn(text: string): string[] {
	return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
