/** The end of the demo: a picture that one node hands on stands in the PDF that the next one makes. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { KEYS, type Emulator } from '../../test/emulator/index.mts';
import { TEST_NODES, type Engine } from '../../test/engine/harness/index.mts';
import { fromHere, say } from './terminal.mts';

const LAST = 'Badge';
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

const ROW = { name: 'Ada Lovelace', company: 'Analytical Engines', ticket_code: 'A-1001' };

/** Preview of the invoice design → ImaginePDF (Generate PDF, option Images). Whether it came through. */
export async function demonstratePicture(
	n8n: Engine,
	emulator: Emulator,
	folder: string,
): Promise<boolean> {
	const credentials = { imaginePdfApi: { apiKey: KEYS.demo, baseUrl: emulator.baseUrl } };
	const preview = {
		resource: 'design',
		operation: 'getPreview',
		designId: byId('design_invoice'),
	};
	const badge = {
		resource: 'pdf',
		operation: 'generate',
		designId: byId('design_badge'),
		rowSource: 'json',
		rowsJson: JSON.stringify(ROW),
		options: { images: { images: [{ variable: 'photo', binaryField: 'data' }] } },
	};
	const result = await n8n.run({
		items: [{}],
		nodes: [
			{ name: 'Start', type: TEST_NODES.items },
			{ name: 'Preview', parameters: preview, credentials },
			{ name: LAST, parameters: badge, credentials },
		],
	});
	const [pdf] = result.items(LAST);
	if (pdf === undefined) {
		say(`Pictures: ${result.error?.message ?? result.status}`);
		return false;
	}
	const file = path.join(folder, 'badge.pdf');
	await writeFile(file, await n8n.readBinary(pdf, 'data'));
	say();
	say('Pictures in a workflow: preview of a design → ImaginePDF (Generate PDF, option Images)');
	say(`${fromHere(file)} shows the picture that was uploaded, for one more credit.`);
	return true;
}
