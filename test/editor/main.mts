import path from 'node:path';

import { installN8n } from '../../scripts/lib/real-n8n.mjs';
import { Tally } from '../../scripts/lib/tally.mts';
import { readArguments, say } from '../../scripts/lib/terminal.mts';
import { openDevServer } from '../real-n8n/dev-server.mts';
import { inTemporaryFolder } from '../support/folder.mts';
import { credentialCases } from './cases/credential.editor.mts';
import { designCases } from './cases/design.editor.mts';
import { dragCases } from './cases/drag.editor.mts';
import { panelCases } from './cases/panel.editor.mts';
import { runCases as stepCases } from './cases/run.editor.mts';
import { haveChromium, openBrowser } from './support/chromium.mts';
import { runCases, type Case } from './support/suite.mts';

const USAGE = `Drives n8n's editor, with this node in it, in headless Chromium.

  npm run test:editor -- [text]

  text  only cases whose name contains it
`;

/** n8n's editor looks up the installed community node there; nothing of ours asks for it. */
const ASKED_BY_N8N = 'https://registry.npmjs.org/n8n-nodes-imaginepdf';

const tally = new Tally();

async function runAll(cases: readonly Case[], userFolder: string): Promise<void> {
	const installation = await installN8n(2, say);
	const { version } = installation;
	say(`Building the node and starting n8n ${version} …`);
	const server = await openDevServer({ installation, userFolder, emulator: { timeScale: 100 } });
	const browser = await openBrowser({ width: 1440, height: 900 });
	try {
		const pictures = path.resolve('out/editor');
		await runCases(cases, { server, browser, pictures, version, tally });
		const urls = [...new Set(browser.foreignUrls)].filter((url) => url !== ASKED_BY_N8N);
		if (urls.length > 0) {
			say(`  failed  Pages asked for other hosts: ${urls.join(', ')}`);
			tally.check(false);
		}
		say(`Pictures of every case: ${pictures}`);
	} finally {
		await browser.close();
		await server.close();
	}
}

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const wanted = positionals[0]?.toLowerCase() ?? '';
const cases = [
	...credentialCases,
	...panelCases,
	...designCases,
	...dragCases,
	...stepCases,
].filter(({ name }) => name.toLowerCase().includes(wanted));

if (await haveChromium()) {
	await inTemporaryFolder('editor', async (folder) => await runAll(cases, folder));
} else {
	say(
		"The editor tests need Chromium. Install it (Debian: 'apt-get install chromium'), or name it with CHROMIUM_PATH.",
	);
	if (process.env.CI === 'true') tally.check(false);
	else say('The editor tests are skipped.');
}
tally.close();
