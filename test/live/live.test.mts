import { spawn } from 'node:child_process';
import path from 'node:path';

import { CHECKS } from '../contract/checks.mts';
import {
	actions,
	KEYS,
	startEmulator,
	type Emulator,
	type FaultAction,
} from '../emulator/index.mts';
import { findSecrets } from '../support/find-secrets.mts';

/* `npm run test:live` as it is, with the emulator in the place of the real service. */

interface Ran {
	code: number | null;
	printed: string;
	lines: string[];
}

async function runLive(env: Record<string, string>): Promise<Ran> {
	const { IMAGINEPDF_API_KEY: _key, IMAGINEPDF_BASE_URL: _url, ...rest } = process.env;
	const script = path.resolve('scripts/run.mjs');
	const child = spawn(process.execPath, [script, 'live'], { env: { ...rest, ...env } });
	let printed = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
	const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
	return { code, printed, lines: printed.trimEnd().split('\n') };
}

describe('npm run test:live', () => {
	let emulator: Emulator;
	beforeEach(async () => {
		emulator = await startEmulator({ pdfStyle: 'plain', timing: { queueMs: 3_600_000 } });
		// A batch ends when its link was asked for too early, however busy the machine is.
		const endJob: FaultAction = {
			name: 'the job ends when the answer is there',
			after: (answer, { job, clock }) => {
				if (job)
					Object.assign(job, { endsAt: clock.now(), rowEnds: job.rowEnds.map(() => clock.now()) });
				return answer;
			},
		};
		emulator.faults.add({ route: 'download', call: 1, action: endJob });
	});
	afterEach(async () => {
		await emulator.close();
	});
	const run = async (apiKey: string) =>
		await runLive({ IMAGINEPDF_API_KEY: apiKey, IMAGINEPDF_BASE_URL: `${emulator.baseUrl}/` });
	const charged = () => emulator.charges.reduce((sum, { rows }) => sum + rows, 0);
	const passed = ({ printed }: Ran) => printed.match(/^ {2}ok /gm)?.length;

	function expectNoSecrets({ printed }: Ran, apiKey: string): void {
		const signatures = emulator.presignedUrls.map((url) => new URL(url).search);
		const secrets = [apiKey, ...signatures].map((value) => ({ name: 'a secret', value }));
		expect(findSecrets(printed, secrets)).toEqual([]);
		expect(printed).not.toContain('signature');
	}

	it('test:live is skipped without an API key', async () => {
		const { code, lines } = await runLive({});
		expect(code).toBe(0);
		expect(lines[0]).toContain('Skipped: this asks the real ImaginePDF service');
		expect(lines.at(-1)).toBe('0 passed, 0 failed');
	});

	it('test:live says first what it may spend, runs every check, and tells what is not documented', async () => {
		const ran = await run(KEYS.demo);
		expect(ran.lines.slice(0, 3).join(' ')).toMatch(/2 rows \(2 credits\).*at most 3 credits/);
		expect(passed(ran)).toBe(CHECKS.length);
		expect(ran.lines.at(-1)).toBe(`${CHECKS.length} passed, 0 failed`);
		expect(ran.code).toBe(0);
		expect(charged()).toBe(3);
		expect(ran.printed).toContain('Spent: 3 of at most 3 credits');
		for (const observed of [
			'Single PDF: the first generation answered',
			"Status by the second generation's route: HTTP 200",
			'Download right after the submit: HTTP 409',
			'Variables of a design: object of 7, each with',
			'Storage, ZIP: a strong ETag',
			'Entries of the ZIP, in order: "1.pdf", "2.pdf"',
		]) {
			expect(ran.printed).toContain(observed);
		}
		expectNoSecrets(ran, KEYS.demo);
		expect(emulator.leaks).toEqual([]);
	});

	it('test:live ends at once with a wrong key', async () => {
		const ran = await run('pc_live_wrong-one');
		expect(ran.printed).toContain('does not accept the API key');
		expect(ran.lines.at(-1)).toBe('0 passed, 1 failed');
		expect(ran.code).toBe(1);
		expectNoSecrets(ran, 'pc_live_wrong-one');
	});

	it.each([
		['no batches in the plan', KEYS.noBatch, 4, 'the plan does not include batches', 1],
		['no credits', KEYS.noCredits, 5, 'the workspace has too few credits', 0],
	])('test:live runs what can be run with %s', async (_, key, lacking, reason, credits) => {
		const ran = await run(key);
		expect(ran.lines.at(-1)).toBe(`${CHECKS.length - lacking} passed, 0 failed`);
		expect(ran.printed.split(`not asked, as ${reason}`)).toHaveLength(lacking + 1);
		expect(charged()).toBe(credits);
	});

	it('test:live fails where the service answers otherwise than documented, and spends no more for it', async () => {
		const action = actions.answerAfter({ status: 500, body: 'x-api-key: pc_live_demo' });
		emulator.faults.add({ route: 'submit', action });
		const ran = await run(KEYS.demo);
		expect(ran.code).toBe(1);
		expect(ran.printed).toContain('FAILED  A batch without rows is refused');
		expect(ran.printed).toContain('FAILED  A batch is accepted as queued');
		expect(charged()).toBe(3);
		expectNoSecrets(ran, KEYS.demo);
	});

	it('test:live sends nothing to an address without encryption', async () => {
		const env = { IMAGINEPDF_API_KEY: KEYS.demo, IMAGINEPDF_BASE_URL: 'http://imaginepdf.test' };
		const ran = await runLive(env);
		expect(ran.lines[0]).toContain('IMAGINEPDF_BASE_URL is not encrypted');
		expect(ran.lines.at(-1)).toBe('0 passed, 1 failed');
	});
});
