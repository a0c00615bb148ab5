import assert from 'node:assert/strict';

import { listZip } from '../support/zip.mts';
import { pdfText } from '../support/pdf-text.mts';
import { e2e, type E2eCase } from './support/cases.mts';
import { INVOICE, NODE } from './support/setup.mts';
import { invoices } from '../real-n8n/workflow.mts';

const byDesign = (operation: string, parameters: object = {}) => ({
	parameters: { resource: 'design', operation, ...parameters },
});

/** Every operation, with every kind of output. */
export const operations: E2eCase[] = [
	e2e('batch submit: one ZIP', async (setup, emulator) => {
		const execution = await setup.succeed();
		const { json, binary, pairedItem } = execution.item(NODE);
		assert.equal(json.status, 'completed');
		assert.equal(json.fileCount, 3);
		assert.deepEqual(pairedItem, [{ item: 0 }, { item: 1 }, { item: 2 }]);
		const file = binary?.data;
		assert.ok(file);
		assert.equal(file.mimeType, 'application/zip');
		assert.equal(file.fileName, `imaginepdf-${String(json.jobId)}.zip`);
		const bytes = await setup.server.readBinary(file);
		assert.equal(bytes.length, json.fileSize);
		assert.equal((await listZip(bytes)).length, 3);
		assert.equal(setup.charged(), 3);
		assert.deepEqual(emulator.leaks, []);
	}),
	e2e('batch submit: one item per PDF', async (setup) => {
		const parameters = { output: 'pdfs', binaryField: 'invoice', options: { rowsPerBatch: 1 } };
		const execution = await setup.succeed({ parameters });
		const items = execution.items(NODE);
		assert.equal(items.length, 3);
		for (const [index, { binary, pairedItem }] of items.entries()) {
			assert.deepEqual(pairedItem, [{ item: index }]);
			assert.ok(binary?.invoice);
			assert.equal(binary.invoice.mimeType, 'application/pdf');
			const text = await pdfText(await setup.server.readBinary(binary.invoice));
			assert.match(text, new RegExp(`R-${index + 1}\\b`));
		}
		assert.equal(setup.charged(), 3);
	}),
	e2e('batch submit: rows from JSON, and mapped variables', async (setup, emulator) => {
		const json = { rowSource: 'json', rowsJson: '={{ [$json, $json] }}', output: 'none' };
		const fromJson = await setup.succeed({ items: invoices(1), parameters: json });
		assert.equal(fromJson.item(NODE).json.total, 2);
		const variables = {
			mappingMode: 'defineBelow',
			value: { customer_name: '={{ $json.invoice_number }} Ltd', amount: '5.00' },
		};
		await setup.succeed({
			items: invoices(2),
			parameters: { rowSource: 'mapped', variables, output: 'none' },
		});
		const rows = emulator.jobs[1]?.rows;
		assert.deepEqual(
			rows?.map(({ customer_name }) => customer_name),
			['R-1 Ltd', 'R-2 Ltd'],
		);
	}),
	e2e('batch submit without waiting, then get status and download', async (setup) => {
		const submit = { waitForCompletion: false };
		const getStatus = { resource: 'batch', operation: 'getStatus', jobId: '={{ $json.jobId }}' };
		const status = { ...(await setup.node({ parameters: getStatus })), name: 'Status' };
		const fetched = { ...getStatus, operation: 'download' };
		const download = {
			...(await setup.node({ parameters: fetched })),
			name: 'Download',
		};
		const execution = await setup.succeed({ parameters: submit, after: [status, download] });
		assert.equal(execution.item(NODE).json.status, 'queued');
		assert.equal(execution.item(NODE).json.done, false);
		assert.equal(typeof execution.item('Status').json.progress, 'number');
		const zip = await setup.file(execution.item('Download'));
		assert.equal((await listZip(zip)).length, 3);
		assert.equal(setup.charged(), 3);
	}),
	e2e('pdf generate: one PDF per item', async (setup) => {
		const parameters = { resource: 'pdf', operation: 'generate', designId: INVOICE };
		const options = { fileName: '=invoice {{ $json.invoice_number }}.pdf' };
		const execution = await setup.succeed({ parameters: { ...parameters, options } });
		const items = execution.items(NODE);
		assert.deepEqual(
			items.map(({ binary }) => binary?.data?.fileName),
			['invoice R-1.pdf', 'invoice R-2.pdf', 'invoice R-3.pdf'],
		);
		const last = items[2]?.binary?.data;
		assert.ok(last);
		assert.match(await pdfText(await setup.server.readBinary(last)), /Customer 3/);
		assert.equal(setup.charged(), 3);
	}),
	e2e('design get many and get', async (setup) => {
		const many = await setup.succeed({
			items: [{}],
			node: byDesign('getMany', { returnAll: true }),
		});
		const ids = many.items(NODE).map(({ json }) => json.designId);
		assert.ok(ids.includes('design_invoice') && ids.length > 3);
		const one = await setup.succeed({ items: [{}], node: byDesign('get', { designId: INVOICE }) });
		const { variables } = one.item(NODE).json;
		assert.ok(Array.isArray(variables) && variables.includes('invoice_number'));
	}),
];
