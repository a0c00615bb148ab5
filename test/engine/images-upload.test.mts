import { actions, PICTURES } from '../emulator/index.mts';
import { NODE, openEngineSetup, type EngineSetup, type NodeUnderTest } from './support/setup.mts';
import { photo, runWithFiles, withFiles } from './support/pictures.mts';

const UPLOAD: NodeUnderTest = { parameters: { resource: 'image', operation: 'upload' } };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 } satisfies NodeUnderTest;

describe.each(['filesystem', 'default'] as const)('Image: Upload, files kept: %s', (binaryMode) => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup({ binaryMode });
	});
	afterAll(async () => await setup.close());
	beforeEach(() => {
		setup.emulator.faults.clear();
		before = setup.emulator.uploads.length;
	});
	let before = 0;
	const uploads = () => setup.emulator.uploads.slice(before);

	it.each([0, 1, 2, 101])(
		'Image: Upload uploads the pictures of %i items, each paired with its item',
		async (count) => {
			const items = Array.from({ length: count }, (_, index) =>
				withFiles({ index }, { data: photo(index) }),
			);
			const result = await runWithFiles(setup, items, UPLOAD);
			expect(result.error).toBeUndefined();
			const out = result.items(NODE);
			expect(out).toHaveLength(count);
			for (const [index, { json, pairedItem }] of out.entries()) {
				expect(pairedItem).toEqual([{ item: index }]);
				const upload = uploads().find(({ ref }) => ref === json['ref']);
				expect(Buffer.from(upload?.bytes ?? []).equals(photo(index))).toBe(true);
			}
		},
	);

	it('Image: Upload emits the documented fields, and no link to a thumbnail', async () => {
		const result = await runWithFiles(setup, [withFiles({}, { data: PICTURES.png })], UPLOAD);
		const [upload] = uploads();
		expect(result.json(NODE)).toEqual([
			{
				ref: upload?.ref,
				imageId: upload?.id,
				name: 'data.png',
				mimeType: 'image/png',
				fileSize: PICTURES.png.length,
				width: 8,
				height: 8,
				createdAt: upload?.createdAt,
			},
		]);
		expect(result.saved).not.toContain('thumbnail');
		expect(setup.emulator.charges).toEqual([]);
	});

	it('Image: Upload takes the picture from the field, under the name, that the item says', async () => {
		const items = ['a', 'b'].map((name) =>
			withFiles({ name }, { [name]: photo(name.charCodeAt(0)) }),
		);
		const result = await runWithFiles(setup, items, {
			parameters: {
				...UPLOAD.parameters,
				inputBinaryField: '={{ $json.name }}',
				options: { name: '={{ $json.name + ".png" }}' },
			},
		});
		expect(result.json(NODE).map(({ name }) => name)).toEqual(['a.png', 'b.png']);
	});

	it('Image: Upload uploads equal pictures once', async () => {
		const items = [1, 2, 1, 1, 2].map((number) => withFiles({}, { data: photo(number) }));
		const result = await runWithFiles(setup, items, UPLOAD);
		const [one, two] = uploads().map(({ ref }) => ref);
		expect(uploads()).toHaveLength(2);
		const refs = result.json(NODE).map(({ ref }) => ref);
		expect(new Set(refs)).toEqual(new Set([one, two]));
		expect(refs[0]).toBe(refs[2]);
		expect(refs[1]).toBe(refs[4]);
	});

	it('Image: Upload uploads all pictures again when n8n tries the node again, which is free', async () => {
		setup.emulator.faults.add({
			route: 'upload',
			call: 3,
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const items = [1, 2, 3].map((number) => withFiles({}, { data: photo(number) }));
		const result = await runWithFiles(setup, items, { ...UPLOAD, ...RETRY });
		expect(result.error).toBeUndefined();
		expect(result.tries(NODE)).toBe(2);
		const known = uploads().slice(-3);
		for (const { ref } of result.json(NODE)) expect(known.map((one) => one.ref)).toContain(ref);
		expect(setup.emulator.charges).toEqual([]);
	});

	it('Image: Upload repeats a request that met a transient fault, within one try of n8n', async () => {
		setup.emulator.faults.add({ route: 'upload', times: 2, action: actions.gatewayPage(503) });
		const result = await runWithFiles(setup, [withFiles({}, { data: photo(1) })], UPLOAD);
		expect(result.error).toBeUndefined();
		expect(result.tries(NODE)).toBe(1);
	});

	it.each([
		['is empty', Buffer.alloc(0), 'PICTURE_EMPTY'],
		['is a GIF picture', Buffer.from('GIF89a....'), 'PICTURE_KIND'],
		['is larger than 10 MB', photo(1, 11_000_000), 'PICTURE_TOO_LARGE'],
	])('Image: Upload sends nothing where a file %s', async (reason, bytes, code) => {
		const result = await runWithFiles(setup, [withFiles({}, { data: bytes })], UPLOAD);
		expect(result.error).toMatchObject({
			message: `The file in 'data' of item 0 ${reason}`,
			itemIndex: 0,
			context: { code },
		});
		expect(uploads()).toEqual([]);
	});

	it('Image: Upload names the files that there are where an item lacks the field', async () => {
		const items = [withFiles({}, { photo: photo(1), signature: photo(2) })];
		const result = await runWithFiles(setup, items, UPLOAD);
		expect(result.error).toMatchObject({
			message: "The file in 'data' of item 0 is missing",
			description: "Files of this item: 'photo', 'signature'.",
		});
	});

	it('Image: Upload makes an item of its own of what failed, with On Error: Continue', async () => {
		const items = [{ data: photo(1) }, { data: Buffer.from('text') }, {}, { data: photo(2) }].map(
			(files) => withFiles({}, files as Record<string, Buffer>),
		);
		const result = await runWithFiles(setup, items, {
			...UPLOAD,
			onError: 'continueRegularOutput',
		});
		expect(result.json(NODE).map(({ ref, error }) => error ?? typeof ref)).toEqual([
			'string',
			"The file in 'data' of item 1 is no picture",
			"The file in 'data' of item 2 is missing",
			'string',
		]);
	});

	it('Image: Upload says how large a picture is that the service does not take, and what to do', async () => {
		setup.emulator.generations.first = false;
		const result = await runWithFiles(
			setup,
			[withFiles({}, { data: photo(1, 2_400_000) })],
			UPLOAD,
		);
		setup.emulator.generations.first = true;
		expect(result.error).toMatchObject({
			message: "The picture in 'data' of item 0 is too large for ImaginePDF: it has 2.4 MB",
			description: expect.stringContaining("'Edit Image'"),
			httpCode: '400',
		});
	});

	it('Image: Upload ends at once when it is stopped', async () => {
		setup.emulator.faults.add({ route: 'upload', action: actions.silence() });
		let stoppedAt = NaN;
		const stop = setup.emulator
			.nextRequest(({ route }) => route === 'upload')
			.then(() => (stoppedAt = setup.emulator.now()));
		const items = [withFiles({}, { data: photo(1) })];
		const result = await runWithFiles(setup, items, UPLOAD, { stop });
		expect(result.status).toBe('canceled');
		expect(setup.emulator.now()).toBe(stoppedAt);
	});
});
