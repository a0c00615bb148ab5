import assert from 'node:assert/strict';

import { listZip } from '../support/zip.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import { NODE } from './support/setup.mts';
import { invoices, type NodeSpec } from '../real-n8n/workflow.mts';

/** Where n8n keeps files, and how the ID of a file begins there. */
const PLACES = { filesystem: /^filesystem/, database: /^database/, memory: undefined };

type BinaryPlace = keyof typeof PLACES;

const readText: NodeSpec = {
	name: 'Read Text',
	type: 'n8n-nodes-base.extractFromFile',
	parameters: { operation: 'pdf', binaryPropertyName: 'data', options: {} },
};

/** The same files in each of the places where n8n can keep them. */
export function binary(place: BinaryPlace): E2eCase[] {
	const kept = (id: string | undefined) => {
		const expected = PLACES[place];
		if (expected) assert.match(id ?? '', expected);
		else assert.equal(id, undefined);
	};
	return [
		e2e(`files in ${place}: ZIP`, async (setup) => {
			const execution = await setup.succeed({ items: invoices(20) });
			const file = execution.item(NODE).binary?.data;
			assert.ok(file);
			kept(file.id);
			assert.equal((await listZip(await setup.server.readBinary(file))).length, 20);
		}),
		e2e(
			`files in ${place}: each PDF, read by n8n's Extract From File`,
			{ service: { pdfStyle: 'designed' } },
			async (setup) => {
				const execution = await setup.succeed({
					parameters: { output: 'pdfs', options: { rowsPerBatch: 1 } },
					after: [readText],
				});
				for (const { binary: fields } of execution.items(NODE)) kept(fields?.data?.id);
				const texts = execution.items('Read Text').map(({ json }) => String(json.text));
				assert.deepEqual(
					texts.map((text) => /R-\d/.exec(text)?.[0]),
					['R-1', 'R-2', 'R-3'],
				);
			},
		),
	];
}
