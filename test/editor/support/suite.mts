import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { Tally } from '../../../scripts/lib/tally.mts';
import type { DevServer } from '../../real-n8n/dev-server.mts';
import { printOutcome, runCase } from '../../support/outcome.mts';
import type { Browser } from './chromium.mts';
import { Editor } from './editor.mts';

/** What a case works with; the page is a fresh one. */
export interface Opened {
	editor: Editor;
	server: DevServer;
}

export interface Case {
	/** Says what holds when the case passes. */
	name: string;
	run: (opened: Opened) => Promise<void>;
}

export interface CaseOptions {
	server: DevServer;
	browser: Browser;
	/** Folder for a picture of every case. */
	pictures: string;
	/** Of n8n. */
	version: string;
	tally: Tally;
}

/** Runs the cases one after the other; each leaves a picture. */
export async function runCases(
	cases: readonly Case[],
	{ server, browser, pictures, version, tally }: CaseOptions,
): Promise<void> {
	await mkdir(pictures, { recursive: true });
	for (const { name, run } of cases) {
		const page = await browser.context.newPage();
		const outcome = await runCase(name, version, async () => {
			await run({ server, editor: new Editor(page, server.url) });
		});
		printOutcome(outcome);
		tally.check(outcome.verdict === 'passed');
		const picture = `${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)}.png`;
		await page.screenshot({ path: path.join(pictures, picture) }).catch(() => undefined);
		await page.close();
	}
}
