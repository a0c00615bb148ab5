import { createHash } from 'node:crypto';

import { BLANK_PICTURE } from '../../nodes/ImaginePdf/core/images/picture.ts';
import {
	actions,
	designOf,
	KEYS,
	KINDS_DESIGN,
	PICTURES,
	type FaultAction,
} from '../emulator/index.mts';
import { pdfText } from '../support/pdf-text.mts';
import { photo, runWithFiles, withFiles } from './support/pictures.mts';
import {
	byId,
	CONTINUE,
	GENERATE,
	good,
	NODE,
	RETRY,
	setUp,
	type NodeUnderTest,
} from './support/setup.mts';

type Values = NonNullable<NodeUnderTest['parameters']>;
type Items = Parameters<typeof runWithFiles>[1];

const UPLOAD: NodeUnderTest = { parameters: { resource: 'image', operation: 'upload' } };
const IMAGES = { images: [{ variable: 'photo', binaryField: 'data' }] };
const submit = (options: Values = {}, more: Values = {}): NodeUnderTest => ({
	parameters: {
		designId: byId('design_badge'),
		output: 'none',
		...more,
		options: { images: IMAGES, ...options },
	},
});
const generate = submit({}, GENERATE);
const pdfs = submit({ rowsPerBatch: 1 }, { output: 'pdfs' });

/** How a PDF of the emulator names the picture that it shows. */
const shown = (bytes: Uint8Array) =>
	`sha256:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
const SAMPLE = 'sample-photo';

const badge = (number: number, data: Uint8Array = photo(number)) =>
	withFiles({ name: `Guest ${number}` }, { data });
const badges = (count: number) => Array.from({ length: count }, (_, index) => badge(index));
const GIF = Buffer.from('GIF89a....');
const LARGE = photo(1, 10_500_000);

/** How a file is refused. */
const REFUSED: Array<[reason: string, bytes: Uint8Array, code: string]> = [
	['is empty', Buffer.alloc(0), 'PICTURE_EMPTY'],
	['is a GIF picture', GIF, 'PICTURE_KIND'],
	['is larger than 10 MB', LARGE, 'PICTURE_TOO_LARGE'],
];

/*
 * An upload comes before anything is paid for, and may be repeated: what passes is outlasted, and what does
 * not ends the run with nothing charged.
 */
const PASSING: Array<[string, FaultAction]> = [
	['a connection that breaks before the answer', actions.resetBefore()],
	['an answer that is lost', actions.resetAfter()],
	['no answer', actions.silence()],
	['no answer, although the picture was taken', actions.silenceAfter()],
	['HTTP 500', actions.refusal(500, 'INTERNAL_ERROR')],
	['HTTP 500 from the storage behind it', actions.refusal(500, 'S3_ERROR')],
	['a gateway page, HTTP 502', actions.gatewayPage(502)],
	['a gateway page, HTTP 504, although the picture was taken', actions.gatewayPageAfter(504)],
	['HTTP 429', actions.busy(429)],
	['HTTP 503 with Retry-After', actions.busy(503, { seconds: 1 })],
	['a page with HTTP 200', actions.answer({ status: 200, body: '<html>Please wait</html>' })],
	['half of an answer', actions.truncate(20, 'reset')],
];
const nameless = '{"status":"success","data":{"name":"x"},"error":null}';
const LASTING: Array<[string, FaultAction]> = [
	['HTTP 400', actions.refusal(400, 'VALIDATION_ERROR')],
	['HTTP 401', actions.refusal(401, 'INVALID_API_KEY')],
	['HTTP 402', actions.refusal(402, 'PAYMENT_REQUIRED')],
	['HTTP 403', actions.refusal(403, 'INSUFFICIENT_PERMISSIONS')],
	['HTTP 404 of both generations', actions.refusal(404, 'NOT_FOUND')],
	['HTTP 413 from a proxy', actions.answer({ status: 413, body: '<html>Too large</html>' })],
	['a redirect', actions.redirect()],
	['an answer without a reference', actions.answer({ status: 201, body: nameless })],
];

describe('Pictures', () => {
	const setup = setUp();
	const uploads = () => setup.emulator.uploads;
	const bytesOf = (ref: unknown) =>
		Buffer.from(uploads().find((upload) => upload.ref === ref)?.bytes ?? []);
	const rows = () => setup.emulator.jobs.flatMap((job) => job.rows);
	const run = async (items: Items, node: NodeUnderTest) => await runWithFiles(setup, items, node);
	const texts = async (result: Awaited<ReturnType<typeof run>>) =>
		await Promise.all(
			result
				.items(NODE)
				.map(async (item) => await pdfText(await setup.engine.readBinary(item, 'data'))),
		);

	it.each([0, 1, 2, 101])(
		'the option Images gives each of %i rows the picture of its own item',
		async (count) => {
			good(await run(badges(count), submit()));
			expect(rows()).toHaveLength(count);
			for (const [index, row] of rows().entries())
				expect(bytesOf(row['photo']).equals(photo(index))).toBe(true);
			expect(uploads()).toHaveLength(count);
		},
	);

	it.each<[string, NodeUnderTest, object?]>([
		['a batch', pdfs],
		['single PDFs', generate],
		['single PDFs, with the first generation of the API alone', generate, { second: false }],
		['single PDFs, with the second generation of the API alone', generate, { first: false }],
	])('a picture that was uploaded shows in the PDFs of %s', async (_, node, generations = {}) => {
		Object.assign(setup.emulator.generations, generations);
		const all = await texts(good(await run(badges(2), node)));
		expect(all).toHaveLength(2);
		for (const [index, text] of all.entries()) {
			expect(text).toContain(shown(photo(index)));
			expect(text).not.toContain(SAMPLE);
		}
	});

	it('a picture of the item is printed where the design does not tell its variables', async () => {
		setup.emulator.generations.first = false;
		const picture = { name: 'photo', kind: 'image' as const, sample: `assets:${SAMPLE}` };
		const variables = ['name', picture];
		const designId = 'design_odd';
		const design = designOf({ designId, name: 'Title', treeShape: 'odd', variables });
		setup.emulator.addDesign(KEYS.demo, design);
		const node = submit({}, { ...GENERATE, designId: byId(designId) });
		const [text] = await texts(good(await run([badge(1)], node)));
		expect(text).not.toContain(SAMPLE);
	});

	it('a picture is enough for a row', async () => {
		good(await run([withFiles({}, { data: photo(1) })], submit()));
		expect(rows()).toMatchObject([{ photo: uploads()[0]?.ref, name: '' }]);
	});

	it('the option Images uploads equal pictures once', async () => {
		good(
			await run(
				[1, 2, 1, 1].map((number) => badge(number)),
				submit(),
			),
		);
		expect(uploads()).toHaveLength(2);
		expect(new Set(rows().map((row) => row['photo'])).size).toBe(2);
	});

	it.each([true, false])(
		'pictures are uploaded again, and the paid job is found by where they come from, by Retry On Fail: %s',
		async (isAutomatic) => {
			setup.notFetched();
			const first = await run(badges(2), { ...submit(), ...(isAutomatic && RETRY) });
			good(isAutomatic ? first : await setup.retry(first));
			expect(new Set(uploads().map(({ ref }) => ref)).size).toBe(4);
			expect(setup.charged()).toBe(2);
		},
	);

	it('a transparent picture is uploaded once for all rows that lack one, so that no sample shows', async () => {
		const items = [badge(1), { name: 'Guest 2' }, { name: 'Guest 3' }];
		const all = await texts(good(await run(items, pdfs)));
		expect(all[0]).toContain(shown(photo(1)));
		for (const text of all.slice(1)) expect(text).toContain(shown(BLANK_PICTURE.bytes));
		expect(all.join()).not.toContain(SAMPLE);
		expect(uploads()).toHaveLength(2);
		const [text] = await texts(
			good(await run(items.slice(1, 2), submit({ images: {} }, GENERATE))),
		);
		expect(text).toContain(shown(BLANK_PICTURE.bytes));
	});

	it('the option Images prefers the picture to a value, and the value to nothing', async () => {
		setup.emulator.addPicture(KEYS.demo, 'uploads:mine');
		const mine = { name: 'A', photo: 'uploads:mine' };
		good(await run([withFiles(mine, { data: photo(7) }), mine], submit()));
		expect(rows().map((row) => row['photo'])).toEqual([uploads()[0]?.ref, 'uploads:mine']);
	});

	it('a row of several items gets the picture of the first item that has one', async () => {
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
		const fields = { Description: 'Work', Qty: '1', Rate: '2', Amount: '3' };
		const line = (customer_name: string) => ({ customer_name, ...fields });
		const items = [
			line('A'),
			withFiles(line('A'), { data: photo(5) }),
			withFiles(line('B'), { data: photo(6) }),
		];
		const columns = Object.keys(fields).join();
		const options = {
			groupBy: 'customer_name',
			images: { images: [{ variable: 'logo', binaryField: 'data' }] },
			tableColumns: { tables: [{ variable: 'line_items', columns }] },
		};
		good(await run(items, submit(options, { designId: byId('design_kinds') })));
		const logos = rows().map((row) => shown(bytesOf(row['logo'])));
		expect(logos).toEqual([photo(5), photo(6)].map(shown));
	});

	it('Check Only uploads no picture, and says what would be uploaded', async () => {
		const checkOnly = submit({ checkOnly: true });
		const result = await run([badge(1), { name: 'Guest 2' }], checkOnly);
		expect(uploads()).toEqual([]);
		expect(result.json(NODE)).toMatchObject([
			{
				values: { photo: "(picture in 'data' of item 0, to be uploaded)" },
				blanked: expect.not.arrayContaining(['photo']),
			},
			{
				values: { photo: '(transparent picture, to be uploaded)' },
				blanked: expect.arrayContaining(['photo']),
			},
		]);
		const { error } = await run([badge(1, GIF)], checkOnly);
		expect(error?.message).toBe("The file in 'data' of item 0 is a GIF picture");
		expect(setup.charged()).toBe(0);
	});

	describe('that are refused', () => {
		afterEach(() => {
			expect(setup.jobIds()).toEqual([]);
		});

		it('the node stops before it uploads anything when an item lacks its picture and must not', async () => {
			const whole = { name: 'Guest', company: 'Inc.', ticket_code: '1' };
			const items = [withFiles(whole, { data: photo(1) }), whole];
			const { error } = await run(items, submit({ missingVariables: 'error' }));
			expect(error).toMatchObject({ context: { code: 'INVALID_ROWS' } });
			expect(error?.message).toMatch(/^\[item 1\]: .*photo/);
			expect(uploads()).toEqual([]);
		});

		it('the option Images names all bad pictures at once, before one is uploaded', async () => {
			const items = [badge(0), badge(1, Buffer.alloc(0)), badge(3, Buffer.from('%PDF-1.7'))];
			const { error } = await run(items, submit());
			expect(error?.message).toBe('2 pictures cannot be uploaded: items 1 to 2');
			expect(error?.description).toMatch(
				/'data' of item 1 is empty and .* of item 2 is a PDF\. .*Nothing was submitted\.$/,
			);
			expect(uploads()).toEqual([]);
		});

		it('the option Images names the fields that there are where no item has the one that is named', async () => {
			const { error } = await run([withFiles({ name: 'A' }, { picture: photo(1) })], submit());
			expect(JSON.stringify(error)).toContain("'picture'");
		});

		it.each([...PASSING, ...LASTING])(
			'the run ends with nothing charged where every upload of a picture meets %s',
			async (_, action) => {
				setup.fault('upload', action);
				const { error } = await run(badges(2), submit());
				expect(error?.message).toMatch(/^The picture in 'data' of item \d /);
				expect(error?.description).toMatch(/Nothing was submitted\.$/);
			},
		);

		it.each(LASTING)(
			'each item becomes one of its own when its upload meets %s, with On Error: Continue',
			async (_, action) => {
				setup.fault('upload', action);
				const result = await run(badges(2), { ...submit(), ...CONTINUE });
				expect(result.pairs(NODE)).toEqual([[0], [1]]);
				for (const [index, { error }] of result.json(NODE).entries())
					expect(error).toMatch(new RegExp(`^The picture in 'data' of item ${index} `));
			},
		);
	});

	it.each(PASSING)(
		'an upload of a picture is repeated after %s, and the run succeeds',
		async (_, action) => {
			setup.fault('upload', action, { call: 1, times: 2 });
			good(await run(badges(2), submit()));
			expect(rows().map((row) => shown(bytesOf(row['photo'])))).toEqual(
				[photo(0), photo(1)].map(shown),
			);
			expect(setup.charged()).toBe(2);
		},
	);

	it('an item with a bad picture lets the others go on with On Error: Continue', async () => {
		const items = [badge(0), badge(1, Buffer.from('text')), badge(2)];
		const result = await run(items, { ...generate, ...CONTINUE });
		expect(result.pairs(NODE)).toEqual([[0], [1], [2]]);
		const bad = "The file in 'data' of item 1 is no picture";
		expect(result.json(NODE).map(({ error }) => error)).toEqual([undefined, bad, undefined]);
		expect(setup.charged()).toBe(2);
	});

	it.each([
		['stopWorkflow', 0],
		['continueRegularOutput', 1],
	] as const)(
		'a bad value and a bad picture are told in one round, with On Error: %s',
		async (onError, charged) => {
			const bad = { name: { first: 'Ada', born: 1815 } };
			const items = [withFiles(bad, { data: new Uint8Array() }), badge(1)];
			const result = await run(items, { ...submit(), onError });
			const { message, description } = result.error ?? {};
			const told = result.error ? { message, description } : result.json(NODE)[0];
			expect(JSON.stringify(told)).toMatch(/holds an object.*is empty/);
			expect(setup.charged()).toBe(charged);
		},
	);

	it.each([
		['Submit', submit()],
		['Image: Upload', UPLOAD],
	])('Stop ends %s at once while a picture is uploaded', async (_, node) => {
		setup.fault('upload', actions.silence());
		let stoppedAt = NaN;
		const stop = setup.emulator
			.nextRequest(({ route }) => route === 'upload')
			.then(() => (stoppedAt = setup.emulator.now()));
		const result = await runWithFiles(setup, badges(2), node, { stop });
		expect(result.status).toBe('canceled');
		expect(setup.emulator.now()).toBe(stoppedAt);
		expect(setup.charged()).toBe(0);
	});

	describe('of Image: Upload', () => {
		it.each([
			[0, 'filesystem'],
			[1, 'filesystem'],
			[2, 'default'],
			[101, 'filesystem'],
		] as const)(
			'Image: Upload uploads the pictures of %i items, each paired with its item (files kept: %s)',
			async (count, binaryMode) => {
				await setup.reopen({ binaryMode });
				const result = good(await run(badges(count), UPLOAD));
				expect(result.pairs(NODE)).toEqual(badges(count).map((_, item) => [item]));
				for (const [index, { ref }] of result.json(NODE).entries())
					expect(bytesOf(ref).equals(photo(index))).toBe(true);
			},
		);

		it.each(['Bild "Ümläut" %22.png', '写真.png', 'a;b=c.png'])(
			'Image: Upload sends every byte, under any name: %s',
			async (name) => {
				const end = Buffer.from('\r\n------formdata-undici--\r\n--');
				const bytes = Buffer.concat([PICTURES.png, end]);
				const parameters = { ...UPLOAD.parameters, options: { name: '={{ $json.name }}' } };
				good(await run([withFiles({ name }, { data: bytes })], { parameters }));
				expect(uploads()[0]).toMatchObject({ name });
				expect(bytesOf(uploads()[0]?.ref).equals(bytes)).toBe(true);
			},
		);

		it('Image: Upload emits the documented fields, and no link to a thumbnail', async () => {
			const result = good(await run([withFiles({}, { data: PICTURES.png })], UPLOAD));
			const [upload] = uploads();
			expect(result.json(NODE)).toEqual([
				{
					...{ ref: upload?.ref, imageId: upload?.id, createdAt: upload?.createdAt },
					...{ name: 'data.png', mimeType: 'image/png', width: 8, height: 8 },
					fileSize: PICTURES.png.length,
				},
			]);
			expect(result.saved).not.toContain('thumbnail');
		});

		it('Image: Upload takes the picture from the field, under the name, that the item says', async () => {
			const names = ['a', 'b'];
			const items = names.map((name, at) => withFiles({ name }, { [name]: photo(at) }));
			const options = { name: '={{ $json.name + ".png" }}' };
			const parameters = { ...UPLOAD.parameters, inputBinaryField: '={{ $json.name }}', options };
			const result = good(await run(items, { parameters }));
			expect(result.json(NODE).map(({ name }) => name)).toEqual(['a.png', 'b.png']);
		});

		it.each(REFUSED)('Image: Upload sends nothing where a file %s', async (reason, bytes, code) => {
			const { error } = await run([badge(1, bytes)], UPLOAD);
			const message = `The file in 'data' of item 0 ${reason}`;
			expect(error).toMatchObject({ message, itemIndex: 0, context: { code } });
			expect(uploads()).toEqual([]);
		});

		it('Image: Upload says how large a picture is that the service does not take, and what to do', async () => {
			setup.emulator.generations.first = false;
			const { error } = await run([badge(1, photo(1, 2_400_000))], UPLOAD);
			expect(error).toMatchObject({
				message: "The picture in 'data' of item 0 is too large for ImaginePDF: it has 2.4 MB",
				description: expect.stringContaining("'Edit Image'"),
				httpCode: '400',
			});
		});

		it('Image: Upload makes an item of its own of what failed, with On Error: Continue', async () => {
			const items = [badge(0), badge(1, Buffer.from('text')), withFiles({}, {}), badge(2)];
			const result = await run(items, { ...UPLOAD, ...CONTINUE });
			expect(result.json(NODE).map(({ ref, error }) => error ?? typeof ref)).toEqual([
				'string',
				"The file in 'data' of item 1 is no picture",
				"The file in 'data' of item 2 is missing",
				'string',
			]);
		});
	});
});
