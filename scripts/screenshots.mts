import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { KEYS } from '../test/emulator/index.mts';
import { haveChromium, openBrowser } from '../test/editor/support/chromium.mts';
import { Editor } from '../test/editor/support/editor.mts';
import { createWorkflow, NODE_NAME } from '../test/editor/support/workflow.mts';
import { CREDENTIAL_TYPE, openDevServer, type DevServer } from '../test/real-n8n/dev-server.mts';
import { inTemporaryFolder } from '../test/support/folder.mts';
import { installN8n } from './lib/real-n8n.mjs';
import { say } from './lib/terminal.mts';

/** Regenerates docs/images: the pictures of the README, each in light and dark. */

const FOLDER = path.resolve('docs/images');
const VIEW = { width: 1440, height: 820 };
const EXAMPLE = 'ImaginePDF: rows to one ZIP to e-mail';

/** Messages that come and go, and empty boxes that n8n's expression fields leave at the page's edge. */
const NOT_IN_PICTURES = `
	.el-notification, .app-grid > div > div[style="position: relative;"]:empty {
		display: none !important;
	}
`;

interface Scene {
	server: DevServer;
	editor: Editor;
	/** Takes the picture of the given name in the current theme. */
	take: (name: string) => Promise<void>;
}

const invoice = { __rl: true, mode: 'list', value: 'design_invoice', cachedResultName: 'Invoice' };

const VALUES: Record<string, string> = {
	customer_name: '={{ $json.customer_name }}',
	customer_address: '',
	invoice_number: '={{ $json.invoice_number }}',
	invoice_date: "={{ $now.toFormat('yyyy-MM-dd') }}",
	due_date: "={{ $now.plus({ days: 30 }).toFormat('yyyy-MM-dd') }}",
	amount: '={{ $json.amount }}',
	notes: 'Thank you for your order.',
};

const mapped = {
	designId: invoice,
	rowSource: 'mapped',
	variables: {
		mappingMode: 'defineBelow',
		value: VALUES,
		matchingColumns: [],
		schema: Object.keys(VALUES).map((id) => ({
			id,
			displayName: id,
			required: false,
			defaultMatch: false,
			display: true,
			canBeUsedToMatch: false,
			removed: false,
		})),
		attemptToConvertTypes: false,
		convertFieldsToString: false,
	},
};

/** The example workflow after a run. */
async function workflow({ server, editor, take }: Scene): Promise<void> {
	const example = server.workflows.find(({ name }) => name === EXAMPLE);
	if (!example) throw new Error(`There is no example '${EXAMPLE}'`);
	await editor.openWorkflow(example.id);
	await editor.part('execute-workflow-button').first().click();
	await editor.page.getByText('Workflow executed successfully').waitFor();
	await editor.page.getByText('Workflow executed successfully').waitFor({ state: 'hidden' });
	await editor.part('zoom-to-fit').click();
	// The canvas moves there over some frames.
	await editor.page.waitForFunction(settled, undefined, { polling: 300 });
	await take('workflow');
}

/** Whether the canvas has stopped moving: its position is the one of a moment ago. Runs in the page. */
const settled = `(() => {
	const canvas = document.querySelector('.vue-flow__transformationpane');
	if (!canvas) return false;
	const before = canvas.dataset.before;
	canvas.dataset.before = canvas.style.transform;
	return before === canvas.style.transform;
})()`;

/** Whether nothing fades in or out any more, e.g. the words of a button. Runs in the page. */
const atRest = `document.getAnimations().every(
	(animation) =>
		animation.playState !== 'running' ||
		animation.effect?.getComputedTiming().endTime === Infinity,
)`;

/** The mapper with its values, and the ZIP that came of it. */
async function mapping({ server, editor, take }: Scene): Promise<void> {
	const { id } = await createWorkflow(server.rest, 'Mapping', server.credential, mapped);
	await editor.openWorkflow(id);
	await editor.openNode(NODE_NAME);
	await editor.executeStep();
	await editor.showOutput('binary');
	await editor.part('ndv-binary-data_0').waitFor();
	await take('output');
	await editor.showOutput('json');
	await editor.part('output-panel').getByText('fileCount').waitFor();
	// From the row source on, so that n8n's own words for the mapping are in the picture.
	await editor.part('resource-locator-designId').evaluate((field) => {
		if ('scrollIntoView' in field && typeof field.scrollIntoView === 'function')
			field.scrollIntoView({ block: 'start' });
	});
	await take('mapping');
}

async function credential({ server, editor, take }: Scene): Promise<void> {
	// n8n tests a credential that is opened.
	await editor.goTo(`/home/credentials/${server.credential.id}`);
	await editor.page.getByText('Connection tested successfully').waitFor();
	// Readers of the pictures have no emulator.
	await editor
		.part('parameter-input-baseUrl')
		.locator('input')
		.evaluate((input) => {
			if ('value' in input) input.value = 'https://api.imaginepdf.com/api/v1';
		});
	await take('credential');
}

async function noCredits({ server, editor, take }: Scene): Promise<void> {
	const credential = await server.rest.saveCredential({
		name: 'ImaginePDF without credits',
		type: CREDENTIAL_TYPE,
		data: { apiKey: KEYS.noCredits, baseUrl: server.emulator.baseUrl },
	});
	const { id } = await createWorkflow(server.rest, 'No credits', credential, { designId: invoice });
	await editor.openWorkflow(id);
	await editor.openNode(NODE_NAME);
	await editor.executeStep();
	await take('no-credits');
}

/** The preview of a design, opened in the output. */
async function preview({ server, editor, take }: Scene): Promise<void> {
	const { id } = await createWorkflow(server.rest, 'Preview', server.credential, {
		resource: 'design',
		operation: 'getPreview',
		designId: invoice,
	});
	await editor.openWorkflow(id);
	await editor.openNode(NODE_NAME);
	await editor.executeStep();
	await editor.showOutput('binary');
	await editor.part('ndv-view-binary-data').first().click();
	await editor.part('output-panel').locator('img').first().waitFor();
	await take('preview');
}

const SCENES = { credential, workflow, mapping, preview, noCredits };

async function takeAll(server: DevServer, colorScheme: 'light' | 'dark', wanted: string) {
	const browser = await openBrowser({ ...VIEW, colorScheme });
	try {
		for (const [scene, play] of Object.entries(SCENES)) {
			if (!scene.toLowerCase().includes(wanted)) continue;
			const page = await browser.context.newPage();
			const take = async (name: string) => {
				const file = path.join(FOLDER, `${name}-${colorScheme}.png`);
				await page.addStyleTag({ content: NOT_IN_PICTURES });
				// On the title, where nothing reacts to it.
				await page.mouse.move(VIEW.width * 0.7, 45);
				await page.waitForFunction(atRest, undefined, { polling: 300 });
				await page.screenshot({ path: file, animations: 'disabled' });
				say(path.relative('.', file));
			};
			await play({ server, editor: new Editor(page, server.url), take });
			await page.close();
		}
	} finally {
		await browser.close();
	}
}

if (!(await haveChromium())) throw new Error('The pictures need Chromium; see test/editor.');
await mkdir(FOLDER, { recursive: true });
const installation = await installN8n(2, say);
await inTemporaryFolder('pictures', async (userFolder) => {
	const server = await openDevServer({ installation, userFolder, emulator: { timeScale: 100 } });
	try {
		const wanted = process.argv[2]?.toLowerCase() ?? '';
		for (const scheme of ['light', 'dark'] as const) await takeAll(server, scheme, wanted);
	} finally {
		await server.close();
	}
});
