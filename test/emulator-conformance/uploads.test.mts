import { createHash } from 'node:crypto';

import { KEYS, KINDS_DESIGN, PICTURES } from '../emulator/index.mts';
import { Bench, ROUTES } from './support.mts';

const MEGABYTE = 1024 * 1024;

/** A form with this file; its name tells nothing of its kind. */
function formOf(bytes: Uint8Array, fields: Record<string, string> = {}): FormData {
	const form = new FormData();
	form.set('file', new Blob([bytes]), 'picture.bin');
	for (const [name, value] of Object.entries(fields)) form.set(name, value);
	return form;
}

/** A PNG with so many bytes in all; readers ignore what follows its end. */
function pngOf(bytes: number): Buffer {
	return Buffer.concat([PICTURES.png, Buffer.alloc(bytes - PICTURES.png.length)]);
}

describe.each(['first', 'second'] as const)('uploading by the %s generation', (generation) => {
	let bench: Bench;
	const path = ROUTES[generation].upload;
	beforeEach(async () => {
		bench = await Bench.start({
			generations: { first: generation === 'first', second: generation === 'second' },
		});
		bench.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
	});
	afterEach(async () => await bench.close());

	it('answers as the API page shows, and counts what was uploaded', async () => {
		const { status, data } = await bench.postForm(formOf(PICTURES.png, { name: 'Logo' }), path);
		expect(status).toBe(201);
		const kind = generation === 'first' ? 'assets' : 'uploads';
		expect(data).toEqual({
			...(generation === 'first'
				? { id: expect.any(String), isPlaceholder: false }
				: { uploadId: expect.any(String) }),
			ref: `${kind}:${String(data.id ?? data.uploadId)}`,
			name: 'Logo',
			mimeType: 'image/png',
			fileSize: PICTURES.png.length,
			dimensions: { width: 8, height: 8 },
			thumbnailUrl: expect.stringContaining('signature='),
			createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
		});
		expect(bench.emulator.charges).toHaveLength(0);
		expect(bench.emulator.uploads).toEqual([
			expect.objectContaining({ ref: data.ref, name: 'Logo', key: KEYS.demo, generation }),
		]);
		expect(bench.emulator.uploads[0]?.bytes).toEqual(PICTURES.png);
	});

	it.each([
		['png', 'image/png', 8, 8],
		['jpeg', 'image/jpeg', 1, 1],
		['webp', 'image/webp', 1, 1],
		['svg', 'image/svg+xml', 20, 10],
	] as const)('knows %s by its content', async (kind, mimeType, width, height) => {
		const { data } = await bench.postForm(formOf(PICTURES[kind]), path);
		expect(data).toMatchObject({ mimeType, dimensions: { width, height }, name: 'picture.bin' });
	});

	it.each([
		['a text', Buffer.from('Hello')],
		['a GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
		['no byte', Buffer.alloc(0)],
		['half a signature', PICTURES.png.subarray(0, 4)],
		['a blank SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
		['one byte too much', pngOf((generation === 'first' ? 10 : 1) * MEGABYTE + 1)],
	])('refuses %s and keeps nothing', async (_what, bytes) => {
		const { status, code } = await bench.postForm(formOf(bytes), path);
		expect([status, code]).toEqual([400, 'VALIDATION_ERROR']);
		expect(bench.emulator.uploads).toHaveLength(0);
	});

	it('takes as much as the API page allows', async () => {
		const form = formOf(pngOf((generation === 'first' ? 10 : 1) * MEGABYTE));
		expect((await bench.postForm(form, path)).status).toBe(201);
	});

	it('refuses a form without a file, and JSON instead of a form', async () => {
		const form = new FormData();
		form.set('name', 'Nothing');
		expect((await bench.postForm(form, path)).code).toBe('VALIDATION_ERROR');
		expect((await bench.post(path, { file: 'text' })).code).toBe('VALIDATION_ERROR');
	});

	it('refuses a form that ends before its last boundary', async () => {
		const answer = await fetch(`${bench.emulator.baseUrl}${path}`, {
			method: 'POST',
			headers: { 'x-api-key': KEYS.demo, 'content-type': 'multipart/form-data; boundary=x' },
			body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
		});
		expect(answer.status).toBe(400);
	});

	it('asks for the key', async () => {
		const { code } = await bench.postForm(formOf(PICTURES.png), path, 'pc_live_wrong');
		expect(code).toBe('INVALID_API_KEY');
	});

	it('answers 404 by the route of the other generation, and where the route is switched off', async () => {
		const other = ROUTES[generation === 'first' ? 'second' : 'first'].upload;
		const absent = await bench.postForm(formOf(PICTURES.png), other);
		expect([absent.status, absent.code]).toEqual([404, 'NOT_FOUND']);
		bench.emulator.behaviour.choices.uploadRoutes = [];
		expect((await bench.postForm(formOf(PICTURES.png), path)).code).toBe('NOT_FOUND');
	});

	it('gives a reference that PDFs draw, each variable its own, in its own workspace only', async () => {
		const first = (await bench.postForm(formOf(PICTURES.png), path)).data;
		const ref = String(first.ref);
		const [text = ''] = await bench.pdfTexts([{ logo: ref }], KINDS_DESIGN.designId, generation);
		const digest = createHash('sha256').update(PICTURES.png).digest('hex').slice(0, 16);
		expect(text).toContain(`Logo: ${ref} sha256:${digest}`);
		const stranger = 'pc_live_stranger';
		bench.emulator.addWorkspace({ key: stranger, designs: [KINDS_DESIGN] });
		const generate = ROUTES[generation].generate(KINDS_DESIGN.designId);
		const answer = await bench.post(generate, { data: { logo: ref } }, bench.client(stranger));
		expect(answer.code).toBe('VALIDATION_ERROR');
	});
});

describe('pictures in laid-out PDFs', () => {
	it.each(['png', 'jpeg', 'webp', 'svg'] as const)('show %s with its caption', async (kind) => {
		await Bench.during({ pdfStyle: 'designed' }, async (bench) => {
			bench.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
			bench.emulator.addPicture(KEYS.demo, 'uploads:mine', PICTURES[kind]);
			const [text = ''] = await bench.pdfTexts([{ logo: 'uploads:mine' }], KINDS_DESIGN.designId);
			expect(text).toMatch(/Logo\s+uploads:mine sha256:[0-9a-f]{16}/);
		});
	});

	it('embed the very pixels of a JPEG', async () => {
		await Bench.during({ pdfStyle: 'designed' }, async (bench) => {
			bench.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
			bench.emulator.addPicture(KEYS.demo, 'uploads:mine', PICTURES.jpeg);
			const path = ROUTES.first.generate(KINDS_DESIGN.designId);
			const { data } = await bench.post(path, { data: { logo: 'uploads:mine' } });
			const { bytes } = await bench.fetch(String(data.downloadUrl));
			expect(bytes.includes(PICTURES.jpeg)).toBe(true);
		});
	});
});

describe('a thumbnail', () => {
	it('lies on the storage under a presigned URL', async () => {
		await Bench.during({}, async (bench) => {
			const { data } = await bench.postForm(formOf(PICTURES.png));
			const url = String(data.thumbnailUrl);
			expect(bench.emulator.presignedUrls).toContain(url);
			const { headers, bytes } = await bench.fetch(url);
			expect(headers['content-type']).toBe('image/png');
			expect(bytes.equals(PICTURES.png)).toBe(true);
			expect((await bench.fetch(url.split('?')[0] ?? '')).status).toBe(403);
		});
	});
});
