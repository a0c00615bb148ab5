import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { Studio } from '../../../scripts/lib/dev/studio.mts';
import type { Browser } from './chromium.mts';
import { Editor } from './editor.mts';

/** What a case works with; the page is a fresh one. */
export interface Bench {
	editor: Editor;
	studio: Studio;
}

export interface Case {
	/** Says what holds when the case passes. */
	name: string;
	run: (bench: Bench) => Promise<void>;
}

/** Runs the cases one after the other and returns how many did not pass; each leaves a picture. */
export async function runCases(
	cases: readonly Case[],
	{ studio, browser, pictures }: { studio: Studio; browser: Browser; pictures: string },
	say: (line: string) => void,
): Promise<{ passed: number; failed: number }> {
	await mkdir(pictures, { recursive: true });
	let failed = 0;
	for (const { name, run } of cases) {
		const page = await browser.context.newPage();
		const picture = path.join(pictures, `${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)}.png`);
		const started = performance.now();
		try {
			await run({ studio, editor: new Editor(page, studio.url) });
			say(`ok    ${name} (${Math.round((performance.now() - started) / 1000)} s)`);
		} catch (error) {
			failed++;
			say(`FAIL  ${name}`);
			say(error instanceof Error ? (error.stack ?? error.message) : String(error));
			say(`      how the page looked: ${picture}`);
		}
		await page.screenshot({ path: picture }).catch(() => undefined);
		await page.close();
	}
	return { passed: cases.length - failed, failed };
}
