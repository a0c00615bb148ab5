import { createHash } from 'node:crypto';

import { KEYS, KINDS_DESIGN, PICTURES } from '../emulator/index.mts';
import { EmulatorSetup, ROUTES } from './support.mts';

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
	let setup: EmulatorSetup;
	const path = ROUTES[generation].upload;
	beforeEach(async () => {
		setup = await EmulatorSetup.start({
			generations: { first: generation === 'first', second: generation === 'second' },
		});
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
	});
	afterEach(async () => await setup.close());

	it('answers an upload as documented, and records it', async () => {
		const { status, data } = await setup.postForm(formOf(PICTURES.png, { name: 'Logo' }), path);
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
		expect(setup.emulator.charges).toHaveLength(0);
		expect(setup.emulator.uploads).toEqual([
			expect.objectContaining({ ref: data.ref, name: 'Logo', key: KEYS.demo, generation }),
		]);
		expect(setup.emulator.uploads[0]?.bytes).toEqual(PICTURES.png);
	});

	it.each([
		['png', 'image/png', 8, 8],
		['jpeg', 'image/jpeg', 1, 1],
		['webp', 'image/webp', 1, 1],
		['svg', 'image/svg+xml', 20, 10],
	] as const)(
		'tells the kind and the size of an uploaded %s by its content',
		async (kind, mimeType, width, height) => {
			const { data } = await setup.postForm(formOf(PICTURES[kind]), path);
			expect(data).toMatchObject({ mimeType, dimensions: { width, height }, name: 'picture.bin' });
		},
	);

	it.each([
		['a text', Buffer.from('Hello')],
		['a GIF', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
		['no byte', Buffer.alloc(0)],
		['half a signature', PICTURES.png.subarray(0, 4)],
		['a blank SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
		['one byte too much', pngOf((generation === 'first' ? 10 : 1) * MEGABYTE + 1)],
	])('refuses %s as a picture and records nothing', async (_what, bytes) => {
		const { status, code } = await setup.postForm(formOf(bytes), path);
		expect([status, code]).toEqual([400, 'VALIDATION_ERROR']);
		expect(setup.emulator.uploads).toHaveLength(0);
	});

	it('takes a picture as large as documented', async () => {
		const form = formOf(pngOf((generation === 'first' ? 10 : 1) * MEGABYTE));
		expect((await setup.postForm(form, path)).status).toBe(201);
	});

	it('refuses an upload without a file, and JSON instead of a form', async () => {
		const form = new FormData();
		form.set('name', 'Nothing');
		expect((await setup.postForm(form, path)).code).toBe('VALIDATION_ERROR');
		expect((await setup.post(path, { file: 'text' })).code).toBe('VALIDATION_ERROR');
	});

	it('refuses an upload whose form ends before its last boundary', async () => {
		const answer = await fetch(`${setup.emulator.baseUrl}${path}`, {
			method: 'POST',
			headers: { 'x-api-key': KEYS.demo, 'content-type': 'multipart/form-data; boundary=x' },
			body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
		});
		expect(answer.status).toBe(400);
	});

	it('refuses an upload with a wrong key', async () => {
		const { code } = await setup.postForm(formOf(PICTURES.png), path, 'pc_live_wrong');
		expect(code).toBe('INVALID_API_KEY');
	});

	it('answers 404 to an upload by a generation, or by a route alone, that is switched off', async () => {
		const other = ROUTES[generation === 'first' ? 'second' : 'first'].upload;
		const absent = await setup.postForm(formOf(PICTURES.png), other);
		expect([absent.status, absent.code]).toEqual([404, 'NOT_FOUND']);
		setup.emulator.behaviour.choices.uploadRoutes = [];
		expect((await setup.postForm(formOf(PICTURES.png), path)).code).toBe('NOT_FOUND');
	});

	it('draws an uploaded picture into PDFs of its own workspace, and refuses it in others', async () => {
		const first = (await setup.postForm(formOf(PICTURES.png), path)).data;
		const ref = String(first.ref);
		const text = await setup.pdfText({ logo: ref }, KINDS_DESIGN.designId, generation);
		const digest = createHash('sha256').update(PICTURES.png).digest('hex').slice(0, 16);
		expect(text).toContain(`Logo: ${ref} sha256:${digest}`);
		const stranger = 'pc_live_stranger';
		setup.emulator.addWorkspace({ key: stranger, designs: [KINDS_DESIGN] });
		const generate = ROUTES[generation].generate(KINDS_DESIGN.designId);
		const answer = await setup.post(generate, { data: { logo: ref } }, setup.client(stranger));
		expect(answer.code).toBe('VALIDATION_ERROR');
	});
});

describe('pictures in laid-out PDFs', () => {
	it.each(['png', 'jpeg', 'webp', 'svg'] as const)(
		'shows a picture as %s with its caption in a laid-out PDF',
		async (kind) => {
			await EmulatorSetup.during({ pdfStyle: 'designed' }, async (setup) => {
				setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
				setup.emulator.addPicture(KEYS.demo, 'uploads:mine', PICTURES[kind]);
				const text = await setup.pdfText({ logo: 'uploads:mine' }, KINDS_DESIGN.designId);
				expect(text).toMatch(/Logo\s+uploads:mine sha256:[0-9a-f]{16}/);
			});
		},
	);

	it.each(['standard', 'accessible', 'pdf-a'])(
		'draws pictures with and without transparency into a PDF of the profile %s',
		async (pdfProfile) => {
			await EmulatorSetup.during({ pdfStyle: 'designed' }, async (setup) => {
				setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
				const path = ROUTES.second.generate(KINDS_DESIGN.designId);
				for (const kind of ['png', 'transparent', 'jpeg'] as const) {
					setup.emulator.addPicture(KEYS.demo, `uploads:${kind}`, PICTURES[kind]);
					const data = { logo: `uploads:${kind}` };
					const answer = await setup.post(path, { data, pdfProfile });
					const { bytes } = await setup.fetch(String(answer.data.downloadUrl));
					expect(bytes.toString('latin1')).toContain('/Subtype /Image');
				}
			});
		},
	);

	it('shows a box for a PNG without pixels', async () => {
		await EmulatorSetup.during({ pdfStyle: 'designed' }, async (setup) => {
			setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
			const broken = PICTURES.png.subarray(0, 40);
			setup.emulator.addPicture(KEYS.demo, 'uploads:broken', broken);
			const text = await setup.pdfText({ logo: 'uploads:broken' }, KINDS_DESIGN.designId);
			expect(text).toContain('uploads:broken sha256:');
		});
	});

	it('embeds a JPEG as it is into a laid-out PDF', async () => {
		await EmulatorSetup.during({ pdfStyle: 'designed' }, async (setup) => {
			setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
			setup.emulator.addPicture(KEYS.demo, 'uploads:mine', PICTURES.jpeg);
			const path = ROUTES.first.generate(KINDS_DESIGN.designId);
			const { data } = await setup.post(path, { data: { logo: 'uploads:mine' } });
			const { bytes } = await setup.fetch(String(data.downloadUrl));
			expect(bytes.includes(PICTURES.jpeg)).toBe(true);
		});
	});
});

describe('a thumbnail', () => {
	it('serves the thumbnail of an upload under a presigned URL only', async () => {
		await EmulatorSetup.during({}, async (setup) => {
			const { data } = await setup.postForm(formOf(PICTURES.png));
			const url = String(data.thumbnailUrl);
			expect(setup.emulator.presignedUrls).toContain(url);
			const { headers, bytes } = await setup.fetch(url);
			expect(headers['content-type']).toBe('image/png');
			expect(bytes.equals(PICTURES.png)).toBe(true);
			expect((await setup.fetch(url.split('?')[0] ?? '')).status).toBe(403);
		});
	});
});
