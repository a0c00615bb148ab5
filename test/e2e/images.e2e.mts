import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { PICTURES } from '../emulator/index.mts';
import { itemNodes, workflowOf, type NodeSpec } from '../real-n8n/workflow.mts';
import { pdfText } from '../support/pdf-text.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import type { Execution } from './support/execution.mts';
import { INVOICE, NODE, type NodeUnderTest, type CaseSetup } from './support/setup.mts';

const BADGE = { __rl: true, mode: 'id', value: 'design_badge' };
const IMAGES = { images: { images: [{ variable: 'photo', binaryField: 'photo' }] } };

/** n8n's own node that makes a file of base64 text. */
const TO_FILE: NodeSpec = {
	name: 'Files',
	type: 'n8n-nodes-base.convertToFile',
	typeVersion: 1.1,
	parameters: {
		operation: 'toBinary',
		sourceProperty: 'photo',
		binaryPropertyName: 'photo',
		options: { fileName: 'photo.png', mimeType: 'image/png' },
	},
};

const ITEMS = [PICTURES.png, PICTURES.jpeg].map((bytes) => ({ photo: bytes.toString('base64') }));

/** How a PDF of the emulator names the picture that it shows. */
const shown = (bytes: Uint8Array) =>
	`sha256:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;

/** Items → files → the node under test. */
async function runWithFiles(setup: CaseSetup, node: NodeUnderTest): Promise<Execution> {
	const nodes = [...itemNodes(ITEMS), TO_FILE, await setup.node(node)];
	const workflow = await setup.server.saveWorkflow(workflowOf('Pictures', nodes, {}));
	const execution = await setup.server.ended(await setup.beginWorkflow(workflow));
	if (execution.status !== 'success') throw new Error(execution.summary());
	return execution;
}

/** Pictures in, pictures out. */
export const images: E2eCase[] = [
	e2e('image upload: the pictures of items arrive as they are', async (setup, emulator) => {
		const parameters = { resource: 'image', operation: 'upload', inputBinaryField: 'photo' };
		const execution = await runWithFiles(setup, { parameters });
		const uploaded = execution.items(NODE).map(({ json }) => json);
		assert.deepEqual(
			uploaded.map(({ mimeType }) => mimeType),
			['image/png', 'image/jpeg'],
		);
		const refs = emulator.uploads.map(({ ref }) => ref);
		assert.deepEqual(uploaded.map(({ ref }) => ref).sort(), refs.sort());
		const sent = new Set(emulator.uploads.map(({ bytes }) => shown(bytes)));
		assert.deepEqual(sent, new Set([PICTURES.png, PICTURES.jpeg].map(shown)));
		assert.equal(setup.charged(), 0);
	}),
	e2e("pdf generate: each item's own picture is in its PDF", async (setup, emulator) => {
		const execution = await runWithFiles(setup, {
			parameters: {
				resource: 'pdf',
				operation: 'generate',
				designId: BADGE,
				options: IMAGES,
			},
		});
		const bytes = [PICTURES.png, PICTURES.jpeg];
		for (const [index, { binary, pairedItem }] of execution.items(NODE).entries()) {
			assert.deepEqual(pairedItem, [{ item: index }]);
			assert.ok(binary?.data);
			const text = await pdfText(await setup.server.readBinary(binary.data));
			assert.ok(text.includes(shown(bytes[index] ?? Buffer.alloc(0))), text);
		}
		assert.equal(setup.charged(), 2);
		assert.deepEqual(emulator.leaks, []);
	}),
	e2e('design get preview: a PNG that n8n can show', async (setup) => {
		const execution = await setup.succeed({
			items: [{}],
			parameters: { resource: 'design', operation: 'getPreview', designId: INVOICE },
		});
		const { json, binary } = execution.item(NODE);
		const file = binary?.data;
		assert.ok(file);
		assert.equal(file.mimeType, 'image/png');
		assert.equal(file.fileName, 'Invoice-page-1.png');
		const bytes = await setup.server.readBinary(file);
		assert.equal(bytes.length, json.fileSize);
		assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
		assert.equal(setup.charged(), 0);
	}),
];
