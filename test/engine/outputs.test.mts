import { Page } from '../package/support/markdown.mts';
import { PICTURES } from '../emulator/index.mts';
import {
	byId,
	CONTINUE,
	GENERATE,
	INVOICE,
	invoices,
	NODE,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';

/* What comes out has the names that the page of parameters gives: saved workflows refer to them. */

const NAMED = Page.read('docs/parameters.md').section('What comes out').code;

const picture = {
	json: {},
	binary: { data: { mimeType: 'image/png', data: Buffer.from(PICTURES.png).toString('base64') } },
};
const design = (operation: string) => ({ resource: 'design', operation, designId: INVOICE });

describe('What comes out', () => {
	const setup = setUp();

	it.each<[string, NodeUnderTest['parameters'] & object, string]>([
		['Submit with a ZIP', { output: 'zip' }, 'fileCount'],
		['Submit with PDFs', { output: 'pdfs' }, 'pdfCount'],
		['Submit without waiting', { waitForCompletion: false }, 'batchCount'],
		['Check Only', { options: { checkOnly: true } }, 'credits'],
		['Generate', GENERATE, 'status'],
		['Get', design('get'), 'variableKinds'],
		['Get Many', design('getMany'), 'modifiedAt'],
		['Get Preview', design('getPreview'), 'page'],
		['Upload', { resource: 'image', operation: 'upload' }, 'imageId'],
		['a failure', { ...design('get'), designId: byId('design_none') }, 'code'],
	])('the page of parameters names every field of %s', async (_, parameters, one) => {
		const items = parameters['resource'] === 'image' ? [picture] : invoices(2);
		const result = await setup.run(items, { parameters, ...CONTINUE });
		const [json = {}] = result.json(NODE);
		expect(Object.keys(json)).toContain(one);
		expect(NAMED).toEqual(expect.arrayContaining(Object.keys(json)));
	});
});
