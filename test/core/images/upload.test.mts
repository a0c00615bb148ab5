import { pictureForm, type Form } from '../../../nodes/ImaginePdf/core/api/form.ts';
import { ApiError } from '../../../nodes/ImaginePdf/core/api/errors.ts';
import { actions, KINDS_DESIGN, KEYS, PICTURES } from '../../emulator/index.mts';
import { openCoreSetup, type CoreSetup } from '../support/setup.mts';

/** A picture in its form, as the n8n layer puts it together. */
function file(bytes: Uint8Array, name = 'photo.png', mimeType = 'image/png'): Form {
	const form = pictureForm(name, mimeType, bytes.length);
	form.file.set(bytes);
	return form;
}

const large = (bytes: number) => Buffer.concat([PICTURES.png, Buffer.alloc(bytes)]);

describe('The client', () => {
	let setup: CoreSetup;
	beforeEach(async () => {
		setup = await openCoreSetup();
	});
	afterEach(async () => await setup.close());
	const uploadsSent = () =>
		setup.emulator.requests.filter(({ route }) => route === 'upload').length;

	it.each(['png', 'jpeg', 'webp', 'svg'] as const)(
		'the client uploads a %s so that every byte arrives',
		async (kind) => {
			const image = await setup.client.uploadImage(file(PICTURES[kind]));
			const [upload] = setup.emulator.uploads;
			expect(Buffer.from(upload?.bytes ?? []).equals(PICTURES[kind])).toBe(true);
			expect(image).toMatchObject({ ref: upload?.ref, fileSize: PICTURES[kind].length });
		},
	);

	it('the client uploads bytes that look like the end of the form', async () => {
		const bytes = Buffer.concat([PICTURES.png, Buffer.from('\r\n------formdata-undici--\r\n--')]);
		await setup.client.uploadImage(file(bytes));
		expect(Buffer.from(setup.emulator.uploads[0]?.bytes ?? []).equals(bytes)).toBe(true);
	});

	it.each(['photo.png', 'Bild "Ümläut" %22.png', '写真.png', 'a;b=c.png'])(
		'the client uploads under the name %j',
		async (name) => {
			const image = await setup.client.uploadImage(file(PICTURES.png, name));
			expect(image.name).toBe(name);
			expect(setup.emulator.uploads[0]?.name).toBe(name);
		},
	);

	it.each([
		['first', { first: true, second: false }, /^assets:/],
		['second', { first: false, second: true }, /^uploads:/],
	] as const)(
		'the client uploads by the %s generation where only it answers',
		async (_, on, ref) => {
			Object.assign(setup.emulator.generations, on);
			const image = await setup.client.uploadImage(file(PICTURES.png));
			expect(image).toMatchObject({ ref: expect.stringMatching(ref), width: 8, height: 8 });
			expect(image.imageId).toBe(image.ref.split(':')[1]);
			expect(JSON.stringify(image)).not.toContain('thumbnail');
		},
	);

	it('the client remembers which generation takes uploads, though the other answers everything else', async () => {
		setup.emulator.behaviour.choices.uploadRoutes = ['second'];
		await setup.client.uploadImage(file(PICTURES.png));
		await setup.client.uploadImage(file(PICTURES.jpeg));
		expect(setup.emulator.requests.map(({ path }) => path.split('/').at(-1))).toEqual([
			'assets',
			'uploads',
			'uploads',
		]);
	});

	it.each([
		['a gateway page', actions.gatewayPage(502)],
		['a lost answer', actions.resetAfter()],
		['a connection that breaks', actions.resetBefore()],
		['too many requests', actions.busy(429)],
	])('the client uploads again after %s, since uploading is free', async (_, action) => {
		setup.emulator.faults.add({ route: 'upload', times: 2, action });
		const { ref } = await setup.client.uploadImage(file(PICTURES.png));
		expect(setup.emulator.uploads.map((upload) => upload.ref)).toContain(ref);
		expect(uploadsSent()).toBe(3);
		expect(setup.emulator.charges).toHaveLength(0);
	});

	it('the client sends a picture of 2 MB to routes that take it, and hands on the refusal of those that do not', async () => {
		const bytes = large(2_000_000);
		expect((await setup.client.uploadImage(file(bytes))).fileSize).toBe(bytes.length);
		setup.emulator.generations.first = false;
		const refused = setup.client.uploadImage(file(bytes));
		await expect(refused).rejects.toBeInstanceOf(ApiError);
		await expect(refused).rejects.toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
	});

	it.each([
		['first', { first: true, second: false }],
		['second', { first: false, second: true }],
	])('the client links a preview by the %s generation', async (_, on) => {
		Object.assign(setup.emulator.generations, on);
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
		const { previewUrl, page } = await setup.client.previewLink(KINDS_DESIGN.designId, 1);
		expect(page).toBe(1);
		expect(setup.emulator.presignedUrls).toContain(previewUrl);
	});
});
