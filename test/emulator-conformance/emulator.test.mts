import {
	actions,
	KEYS,
	KINDS_DESIGN,
	PICTURES,
	type EmulatorOptions,
	type Row,
} from '../emulator/index.mts';
import { pdfText } from '../support/pdf-text.mts';
import { readZip } from '../support/zip.mts';
import { openSetup, type Setup } from './support.mts';

/*
 * Where the emulator is as strict as the real service: if it were not, all other tests would pass that
 * send something wrong. What they would notice themselves is not asked here.
 */

const DESIGN = KINDS_DESIGN.designId;
const MEGABYTE = 1024 * 1024;
const ROUTES = {
	first: {
		submit: `/batch/generate?design=${DESIGN}`,
		generate: `/generate?design=${DESIGN}`,
		upload: '/assets',
		maxUpload: 10 * MEGABYTE,
	},
	second: {
		submit: `/designs/${DESIGN}/batch`,
		generate: `/designs/${DESIGN}/generate`,
		upload: '/uploads',
		maxUpload: MEGABYTE,
	},
};

type Generation = keyof typeof ROUTES;

let setup: Setup;
const start = async (options: EmulatorOptions = {}) => {
	setup = await openSetup(options);
	setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
};
afterEach(async () => await setup.close());

/** A job of these rows that has ended. */
async function ended(rows: Row[], generation: Generation = 'first') {
	const { emulator, service } = setup;
	const { data } = await service.post(ROUTES[generation].submit, { rows });
	const found = () => emulator.jobs.find(({ jobId }) => jobId === data.jobId);
	await emulator.waitFor(() => /completed|failed/.test(found()?.state.status ?? ''));
	return found()!;
}

/** The presigned URL of a job's ZIP. */
async function zipUrl(): Promise<string> {
	const { jobId } = await ended([{}]);
	return String((await setup.service.get(`/batch/${jobId}/download`)).data.url);
}

/** The text of the PDF of a row. */
async function printed(row: Row, generation: Generation = 'second'): Promise<string> {
	const { jobId } = await ended([row], generation);
	const [pdf] = await readZip(await setup.emulator.zipOf(jobId));
	return pdf ? await pdfText(pdf.bytes) : 'The row has failed';
}

async function upload(bytes: Uint8Array, generation: Generation = 'second', key?: string) {
	const body = new FormData();
	body.set('file', new Blob([bytes]), 'picture.bin');
	const headers = { 'x-api-key': key ?? KEYS.demo };
	const url = `${setup.emulator.baseUrl}${ROUTES[generation].upload}`;
	const answer = await fetch(url, { method: 'POST', headers, body });
	const { data, error } = Object(await answer.json());
	return { status: answer.status, code: error?.code, data };
}

/** A table of so many rows and columns. */
const tableOf = (rows: number, columns: number) =>
	Array.from({ length: rows }, () => Array<string>(columns).fill('cell'));

describe('values of rows', () => {
	beforeEach(async () => await start());

	const REFUSED: Record<string, Row> = {
		'text for a table': { line_items: '' },
		'JSON text for a table': { line_items: '[["a"]]' },
		'an object for a table': { line_items: { a: '1' } },
		'null for a table': { line_items: null },
		'a row of a table that is no list': { line_items: [['a'], 'b'] },
		'a table of 501 rows': { line_items: tableOf(501, 1) },
		'a table of 51 columns': { line_items: tableOf(1, 51) },
		'a number in a table': { line_items: [[1]] },
		'text for an image': { logo: 'logo.png' },
		'empty text for an image': { logo: '' },
		'an unknown reference': { logo: 'uploads:nowhere' },
		'a list for a text': { customer_name: ['a'] },
		'a number for a text': { customer_name: 5 },
	};

	it.each(Object.entries(REFUSED))(
		'the emulator refuses %s: the row of a batch alone, a single PDF free of charge',
		async (_, row) => {
			const good = { line_items: tableOf(500, 50) };
			expect((await ended([good, row])).state).toMatchObject({ completed: 1, failed: 1 });
			for (const { generate } of Object.values(ROUTES)) {
				const { status, code } = await setup.service.post(generate, { data: row });
				expect([status, code]).toEqual([400, 'VALIDATION_ERROR']);
			}
			expect(setup.emulator.charges).toHaveLength(1);
		},
	);

	it.each<[string, Row, string[], string[], Generation?]>([
		['samples for what a row lacks', { x: 'Ada' }, ['Jane Sample', '$1,190.00', '4006'], ['Ada']],
		['empty text as it is', { customer_name: '' }, ['Customer:'], ['Customer: Jane']],
		['text that is no image', { customer_name: 'data:text' }, ['Customer: data:text'], []],
		['no image of a link', { logo: 'https://a.example/1.png' }, ['Logo:'], ['1.png', 'photo']],
		['no inline image', { logo: 'data:image/png;base64,AA' }, ['Logo:'], ['base64', 'photo']],
		['a token by a compound key', { 'greeting::first_name': 'Ada' }, ['Dear Ada ,'], []],
		['a token by an object', { greeting: { first_name: 'Ada' } }, ['Dear Ada ,'], []],
		['tokens in cells', { 'totals::net': '8', totals: { total: '9' } }, ['Net 8', 'Total 9'], []],
		['page numbers of its own', { page: '7', 'greeting::page': '7' }, ['page 1 of 2'], ['page 7']],
		[
			'tokens as variables',
			{ reader: 'Zoe', first_name: 'Ada' },
			['for Zoe,', 'Ada ,'],
			[],
			'first',
		],
		['no tokens as variables', { reader: 'Zoe', first_name: 'Ada' }, ['for ,'], ['Zoe', 'Ada']],
		['the sample for an object', { customer_name: { a: 'Ada' } }, ['Customer: Jane'], ['Ada']],
		['null in a cell as nothing', { line_items: [['a', null], []] }, ['a'], ['null', 'work']],
	])('the emulator prints %s', async (_, row, shown, hidden, ...[generation]) => {
		const text = await printed(row, generation);
		for (const part of shown) expect(text).toContain(part);
		for (const part of hidden) expect(text).not.toContain(part);
	});

	it.each(['plain', 'designed'] as const)(
		'text and pictures can be read back from a PDF that is %s, the same each time',
		async (pdfStyle) => {
			setup.emulator.behaviour.pdfStyle = pdfStyle;
			const names = ['Zażółć', 'Жанна', 'Ελλάδα', '日本語', '中文', '한국어', 'नमस', 'Ada'];
			const texts = [];
			for (const kind of ['png', 'transparent', 'jpeg', 'webp', 'svg'] as const) {
				setup.emulator.addPicture(KEYS.demo, 'uploads:mine', PICTURES[kind]);
				texts.push(await printed({ customer_name: names.join('\n'), logo: 'uploads:mine' }));
				expect(texts.at(-1)).toMatch(/Logo:?\s+uploads:mine sha256:[0-9a-f]{16}/);
			}
			for (const name of [...names, 'Qty', 'Sample work']) expect(texts[0]).toContain(name);
			const zips = await Promise.all([ended([{}]), ended([{}])]);
			const [one, other] = await Promise.all(
				zips.map(async ({ jobId }) => await setup.emulator.zipOf(jobId)),
			);
			expect(one?.equals(other!)).toBe(true);
		},
	);
});

describe.each(['first', 'second'] as const)('uploads by the %s generation', (generation) => {
	beforeEach(async () => await start());
	const { maxUpload } = ROUTES[generation];
	const pngOf = (bytes: number) =>
		Buffer.concat([PICTURES.png, Buffer.alloc(bytes - PICTURES.png.length)]);

	it('takes the four kinds of picture, free of charge and as large as documented', async () => {
		const { data } = await upload(PICTURES.png, generation);
		const own = generation === 'first' ? { id: data.id, isPlaceholder: false } : {};
		const kind = generation === 'first' ? 'assets' : 'uploads';
		expect(data).toEqual({
			...(generation === 'first' ? own : { uploadId: data.uploadId }),
			ref: `${kind}:${data.id ?? data.uploadId}`,
			name: 'picture.bin',
			mimeType: 'image/png',
			fileSize: PICTURES.png.length,
			dimensions: { width: 8, height: 8 },
			thumbnailUrl: expect.stringContaining('signature='),
			createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
		});
		const types = [];
		for (const bytes of [PICTURES.jpeg, PICTURES.webp, PICTURES.svg, pngOf(maxUpload)]) {
			types.push((await upload(bytes, generation)).data.mimeType);
		}
		expect(types).toEqual(['image/jpeg', 'image/webp', 'image/svg+xml', 'image/png']);
		expect(setup.emulator.uploads[0]?.bytes).toEqual(PICTURES.png);
		expect(setup.emulator.charges).toHaveLength(0);
	});

	it.each([
		['a text', Buffer.from('Hello')],
		['a GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
		['no byte', Buffer.alloc(0)],
		['half a signature', PICTURES.png.subarray(0, 4)],
		['a blank SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
		['one byte too much', pngOf(maxUpload + 1)],
	])('refuses %s as a picture', async (_, bytes) => {
		expect(await upload(bytes, generation)).toMatchObject({
			status: 400,
			code: 'VALIDATION_ERROR',
		});
		expect(setup.emulator.uploads).toHaveLength(0);
	});

	it('shows a picture in PDFs of its own workspace only', async () => {
		setup.emulator.addWorkspace({ key: 'pc_live_stranger', designs: [KINDS_DESIGN] });
		const { ref } = (await upload(PICTURES.png, generation, 'pc_live_stranger')).data;
		const { code } = await setup.service.post(ROUTES[generation].generate, { data: { logo: ref } });
		expect(code).toBe('VALIDATION_ERROR');
	});
});

describe('the storage', () => {
	beforeEach(async () => await start());

	it.each([
		['another signature', (url: string) => url.replace(/signature=./, 'signature=x')],
		['a later expiry', (url: string) => url.replace(/expires=\d+/, 'expires=9999999999')],
		['no signature', (url: string) => url.replace(/signature=[0-9a-f]+&/, '')],
		['another job', (url: string) => url.replace(/jobs\/job_/, 'jobs/job_x')],
	])('refuses a presigned URL with %s', async (_, tamper) => {
		const { status, bytes } = await setup.service.fetch(tamper(await zipUrl()));
		expect([status, bytes.toString()]).toEqual([403, expect.stringContaining('SignatureDoes')]);
	});

	it('refuses what has expired, and whoever brings the API key', async () => {
		const { emulator, service } = setup;
		const url = await zipUrl();
		expect(new URL(url).origin).not.toBe(new URL(emulator.baseUrl).origin);
		expect((await service.fetch(url, { 'x-api-key': KEYS.demo })).status).toBe(400);
		expect(emulator.leaks).toMatchObject([{ origin: 'storage', route: 'zip', hasApiKey: true }]);
		emulator.behaviour.urlExpirySeconds = 0;
		const { status, bytes } = await service.fetch(await zipUrl());
		expect([status, bytes.toString()]).toEqual([403, expect.stringContaining('has expired')]);
		expect(emulator.requests.map(({ path }) => path).join()).not.toContain('signature');
	});
});

describe('faults', () => {
	beforeEach(async () => await start());

	it('those that were planned and did not strike are told', async () => {
		const { faults } = setup.emulator;
		const late = { route: 'designs', call: 9, action: actions.busy(503) } as const;
		faults.add({ ...late, call: 1 });
		faults.add(late);
		await setup.service.get('/designs');
		expect(faults.unspent).toEqual([late]);
	});
});
