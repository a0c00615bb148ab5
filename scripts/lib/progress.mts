import type { Emulator } from '../../test/emulator/index.mts';

const BAR_WIDTH = 30;
/** Without a terminal a line is printed whenever this much more is done. */
const STEPS = 4;

/** Where the lines go; `process.stdout` is one. */
export interface Output {
	isTTY?: boolean;
	write(text: string): unknown;
}

/**
 * Shows each job of the emulator on a line of its own while it runs: redrawn in a terminal, a few
 * plain lines elsewhere. Returns a function that ends it.
 */
export function showJobs(emulator: Emulator, output: Output): () => void {
	const numbers = new Map<string, number>();
	const shown = new Map<string, string>();
	let drawn = 0;

	const redraw = () => {
		if (drawn > 0) output.write(`\u001b[${drawn}A`);
		for (const line of shown.values()) output.write(`\u001b[2K${line}\n`);
		drawn = shown.size;
	};

	return emulator.on('job', ({ state }) => {
		const { jobId, status, total, completed, failed } = state;
		const number = numbers.get(jobId) ?? numbers.size + 1;
		numbers.set(jobId, number);
		const done = completed + failed;
		const counts = `${done}/${total}${failed > 0 ? ` (${failed} not rendered)` : ''}`;
		const title = `  Job ${number} (${jobId})`;
		if (output.isTTY === true) {
			shown.set(jobId, `${title}  ${bar(done / total)}  ${counts}  ${status}`);
			redraw();
			return;
		}
		const step = `${status} ${Math.floor((done / total) * STEPS)}`;
		if (shown.get(jobId) === step) return;
		shown.set(jobId, step);
		output.write(`${title}: ${status}, ${counts} rows\n`);
	});
}

function bar(share: number): string {
	const filled = Math.round(share * BAR_WIDTH);
	return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

/** How many lines tell of the files of a run where there is no terminal. */
const FILE_LINES = 12;

/** Shows at which of its files jest is: redrawn in a terminal, a few plain lines elsewhere. */
export class FileProgress {
	private done = 0;
	private unread = '';

	constructor(
		private readonly total: number,
		private readonly output: Output,
	) {}

	/** Takes what jest prints: a line begins with the verdict and the name of each file that is through. */
	read(text: string): void {
		const lines = (this.unread + text).split('\n');
		this.unread = lines.pop() ?? '';
		for (const line of lines) {
			const [, verdict, file] = /^(PASS|FAIL) (\S+)/.exec(line) ?? [];
			if (verdict !== undefined)
				this.show(`${verdict === 'FAIL' ? 'FAILED ' : ''}${file}`, verdict);
		}
	}

	/** Leaves nothing on the line that was redrawn. */
	end(): void {
		if (this.output.isTTY === true) this.output.write('\r\u001b[2K');
	}

	private show(file: string, verdict: string): void {
		this.done++;
		const line = `  Tests: ${this.done} of ${this.total} files, ${file}`;
		if (this.output.isTTY === true) {
			this.output.write(`\r\u001b[2K${line}${verdict === 'FAIL' ? '\n' : ''}`);
			return;
		}
		const step = (done: number) => Math.floor((done / this.total) * FILE_LINES);
		if (verdict === 'FAIL' || step(this.done) > step(this.done - 1)) this.output.write(`${line}\n`);
	}
}
