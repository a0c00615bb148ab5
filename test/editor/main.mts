import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openStudio } from '../../scripts/lib/dev/studio.mts';
import { installN8n } from '../../scripts/lib/real-n8n.mjs';
import { credentialCases } from './cases/credential.editor.mts';
import { designCases } from './cases/design.editor.mts';
import { panelCases } from './cases/panel.editor.mts';
import { runCases as stepCases } from './cases/run.editor.mts';
import { haveChromium, openBrowser } from './support/chromium.mts';
import { runCases } from './support/suite.mts';

/** n8n's editor looks up the installed community node there; nothing of ours asks for it. */
const ASKED_BY_N8N = 'https://registry.npmjs.org/n8n-nodes-imaginepdf';

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
	if (!haveChromium(say)) {
		say(
			"The editor tests need Chromium. Install it (Debian: 'apt-get install chromium'), or name it with CHROMIUM_PATH.",
		);
		const required = process.env.CI === 'true';
		say(required ? '0 passed, 1 failed' : 'The editor tests are skipped.\n0 passed, 0 failed');
		return required ? 1 : 0;
	}
	const wanted = process.argv[2]?.toLowerCase() ?? '';
	const cases = [...credentialCases, ...panelCases, ...designCases, ...stepCases].filter(
		({ name }) => name.toLowerCase().includes(wanted),
	);
	const installation = await installN8n(2, say);
	const userFolder = await mkdtemp(path.join(tmpdir(), 'imaginepdf-editor-'));
	say(`Building the node and starting n8n ${installation.version} …`);
	const studio = await openStudio({ installation, userFolder, emulator: { timeScale: 100 } });
	const browser = await openBrowser({ width: 1440, height: 900 });
	try {
		const pictures = path.resolve('out/editor');
		const { passed, failed } = await runCases(cases, { studio, browser, pictures }, say);
		const strangers = [...new Set(browser.strangers)].filter((url) => url !== ASKED_BY_N8N);
		if (strangers.length > 0) say(`FAIL  Pages asked for other hosts: ${strangers.join(', ')}`);
		const sum = failed + (strangers.length > 0 ? 1 : 0);
		say(`Pictures of every case: ${pictures}`);
		say(`${passed} passed, ${sum} failed`);
		return sum === 0 ? 0 : 1;
	} finally {
		await browser.close();
		await studio.close();
		await rm(userFolder, { recursive: true, force: true });
	}
}

process.exitCode = await main();
