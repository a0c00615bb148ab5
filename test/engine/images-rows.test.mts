import { createHash } from 'node:crypto';

import { BLANK_PICTURE } from '../../nodes/ImaginePdf/core/images/blankPicture.ts';
import { actions, KEYS, KINDS_DESIGN } from '../emulator/index.mts';
import { pdfText } from '../support/pdf-text.mts';
import { NODE, openEngineSetup, type EngineSetup, type NodeUnderTest } from './support/setup.mts';
import { photo, runWithFiles, withFiles } from './support/pictures.mts';
import { byId } from './support/sent.mts';

const IMAGES = { images: [{ variable: 'photo', binaryField: 'portrait' }] };
const submit = (more: Record<string, unknown> = {}, options: Record<string, unknown> = {}) => ({
	parameters: {
		designId: byId('design_badge'),
		...more,
		options: { images: IMAGES, ...options },
	},
});
const generate = (options: Record<string, unknown> = {}) =>
	submit({ resource: 'pdf', operation: 'generate' }, options);
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } satisfies NodeUnderTest;

/** How a PDF of the emulator names the picture that it shows. */
const shown = (bytes: Uint8Array) =>
	`sha256:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
const SAMPLE = 'assets:sample-photo';

const badge = (number: number, bytes: Uint8Array = photo(number)) =>
	withFiles({ name: `Guest ${number}` }, { portrait: bytes });
const badges = (count: number) => Array.from({ length: count }, (_, index) => badge(index));

describe('The option Images', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => await setup.close());
	let before = { uploads: 0, charged: 0, jobs: 0 };
	beforeEach(() => {
		setup.emulator.faults.clear();
		const { uploads, jobs } = setup.emulator;
		before = { uploads: uploads.length, charged: setup.charged(), jobs: jobs.length };
	});
	const uploads = () => setup.emulator.uploads.slice(before.uploads);
	const charged = () => setup.charged() - before.charged;
	const rows = () => setup.emulator.jobs.slice(before.jobs).flatMap((job) => job.rows);
	const texts = async (result: Awaited<ReturnType<EngineSetup['run']>>) =>
		await Promise.all(
			result
				.items(NODE)
				.map(async (item) => await pdfText(await setup.engine.readBinary(item, 'data'))),
		);

	it.each([0, 1, 2, 101])(
		'the option Images gives each of %i rows the picture of its own item',
		async (count) => {
			const result = await runWithFiles(setup, badges(count), submit({ output: 'none' }));
			expect(result.error).toBeUndefined();
			expect(rows()).toHaveLength(count);
			for (const [index, row] of rows().entries()) {
				const upload = uploads().find(({ ref }) => ref === row['photo']);
				expect(Buffer.from(upload?.bytes ?? []).equals(photo(index))).toBe(true);
			}
			expect(uploads()).toHaveLength(count);
		},
	);

	it('a picture that was uploaded shows in the PDFs of a batch', async () => {
		const result = await runWithFiles(
			setup,
			badges(3),
			submit({ output: 'pdfs' }, { rowsPerBatch: 1 }),
		);
		for (const [index, text] of (await texts(result)).entries()) {
			expect(text).toContain(shown(photo(index)));
			expect(text).not.toContain(SAMPLE);
		}
	});

	it('a picture that was uploaded shows in single PDFs', async () => {
		const result = await runWithFiles(setup, badges(3), generate());
		expect(result.error).toBeUndefined();
		for (const [index, text] of (await texts(result)).entries()) {
			expect(text).toContain(shown(photo(index)));
		}
	});

	it.each(['first', 'second'] as const)(
		'the option Images works with the %s generation of the API alone',
		async (generation) => {
			const other = generation === 'first' ? 'second' : 'first';
			setup.emulator.generations[other] = false;
			const result = await runWithFiles(setup, badges(1), generate());
			setup.emulator.generations[other] = true;
			expect((await texts(result))[0]).toContain(shown(photo(0)));
		},
	);

	it('the option Images uploads equal pictures once', async () => {
		const items = [1, 2, 1, 1].map((number) => badge(number));
		await runWithFiles(setup, items, submit({ output: 'none' }));
		expect(uploads()).toHaveLength(2);
		expect(new Set(rows().map((row) => row['photo'])).size).toBe(2);
	});

	it('Retry On Fail uploads pictures again, and finds the job that is paid for by where they come from', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const result = await runWithFiles(setup, badges(2), { ...submit(), ...RETRY });
		expect(result.error).toBeUndefined();
		expect(result.tries(NODE)).toBe(2);
		expect(uploads()).toHaveLength(4);
		expect(charged()).toBe(2);
	});

	it('a saved execution that is retried finds the job that is paid for, whose pictures had other references', async () => {
		setup.emulator.faults.add({
			route: 'download',
			times: 1,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const failed = await runWithFiles(setup, badges(2), submit());
		expect(failed.error).toBeDefined();
		const result = await setup.engine.retry(failed);
		expect(result.error).toBeUndefined();
		expect(new Set(uploads().map(({ ref }) => ref)).size).toBe(4);
		expect(charged()).toBe(2);
	});

	it('a transparent picture is uploaded once for all rows that lack one, so that no sample shows', async () => {
		const items = [badge(1), { name: 'Guest 2' }, { name: 'Guest 3' }];
		const result = await runWithFiles(
			setup,
			items,
			submit({ output: 'pdfs' }, { rowsPerBatch: 1 }),
		);
		expect(result.error).toBeUndefined();
		const all = await texts(result);
		expect(all[0]).toContain(shown(photo(1)));
		for (const text of all.slice(1)) expect(text).toContain(shown(BLANK_PICTURE.bytes));
		expect(all.join()).not.toContain(SAMPLE);
		expect(uploads()).toHaveLength(2);
	});

	it('a transparent picture is uploaded also where the option Images is not used', async () => {
		const parameters = { designId: byId('design_badge'), output: 'pdfs' };
		const result = await runWithFiles(setup, [{ name: 'Guest' }], { parameters });
		const [text] = await texts(result);
		expect(text).toContain(shown(BLANK_PICTURE.bytes));
	});

	it('the option Images prefers the picture to a value, and the value to nothing', async () => {
		setup.emulator.addPicture(KEYS.demo, 'uploads:mine');
		const items = [
			withFiles({ name: 'A', photo: 'uploads:mine' }, { portrait: photo(7) }),
			{ name: 'B', photo: 'uploads:mine' },
		];
		await runWithFiles(setup, items, submit({ output: 'none' }));
		expect(rows().map((row) => row['photo'])).toEqual([uploads()[0]?.ref, 'uploads:mine']);
	});

	it('the node stops before it uploads anything when an item lacks its picture and must not', async () => {
		const whole = { name: 'Guest', company: 'Inc.', ticket_code: '1' };
		const items = [withFiles(whole, { portrait: photo(1) }), whole];
		const result = await runWithFiles(setup, items, submit({}, { missingVariables: 'error' }));
		expect(result.error).toMatchObject({ context: { code: 'INVALID_ROWS' } });
		expect(result.error?.message).toMatch(/^\[item 1\]: .*photo/);
		expect(uploads()).toEqual([]);
		expect(charged()).toBe(0);
	});

	it('a row of several items gets the picture of the first item that has one', async () => {
		setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
		const line = (customer: string) => ({
			customer_name: customer,
			Description: 'Work',
			Qty: '1',
			Rate: '2',
			Amount: '3',
		});
		const items = [
			line('A'),
			withFiles(line('A'), { portrait: photo(5) }),
			withFiles(line('B'), { portrait: photo(6) }),
		];
		const result = await runWithFiles(setup, items, {
			parameters: {
				designId: byId('design_kinds'),
				output: 'none',
				options: {
					groupBy: 'customer_name',
					images: { images: [{ variable: 'logo', binaryField: 'portrait' }] },
					tableColumns: {
						tables: [{ variable: 'line_items', columns: 'Description, Qty, Rate, Amount' }],
					},
				},
			},
		});
		expect(result.error).toBeUndefined();
		const logos = rows().map(
			(row) => uploads().find(({ ref }) => ref === row['logo'])?.bytes ?? Buffer.alloc(0),
		);
		expect(logos.map(shown)).toEqual([photo(5), photo(6)].map(shown));
	});

	it('Check Only uploads no picture, and says what would be uploaded', async () => {
		const items = [badge(1), { name: 'Guest 2' }];
		const result = await runWithFiles(setup, items, submit({}, { checkOnly: true }));
		expect(uploads()).toEqual([]);
		expect(charged()).toBe(0);
		expect(result.json(NODE)).toMatchObject([
			{
				values: { photo: "(picture in 'portrait' of item 0, to be uploaded)" },
				blanked: expect.not.arrayContaining(['photo']),
			},
			{
				values: { photo: '(transparent picture, to be uploaded)' },
				blanked: expect.arrayContaining(['photo']),
			},
		]);
	});

	it('Check Only says which pictures cannot be uploaded', async () => {
		const items = [badge(1, Buffer.from('GIF89a'))];
		const result = await runWithFiles(setup, items, submit({}, { checkOnly: true }));
		expect(result.error?.message).toBe("The file in 'portrait' of item 0 is a GIF picture");
	});

	it('the option Images names all bad pictures at once, before one is uploaded', async () => {
		const items = [
			badge(0),
			badge(1, Buffer.alloc(0)),
			badge(2),
			badge(3, Buffer.from('%PDF-1.7')),
		];
		const result = await runWithFiles(setup, items, submit());
		expect(result.error).toMatchObject({
			message: '2 pictures cannot be uploaded: items 1 and 3',
			description: expect.stringMatching(
				/'portrait' of item 1 is empty and .* of item 3 is a PDF\. .*Nothing was submitted\.$/,
			),
		});
		expect(uploads()).toEqual([]);
		expect(charged()).toBe(0);
	});

	it.each([
		['Submit', submit()],
		['Generate', generate()],
	])('%s stops before paying when the upload of a picture is refused', async (_, node) => {
		setup.emulator.faults.add({
			route: 'upload',
			call: 2,
			action: actions.refusal(403, 'FORBIDDEN'),
		});
		const result = await runWithFiles(setup, badges(3), node);
		expect(result.error).toMatchObject({
			message: expect.stringMatching(
				/^The picture in 'portrait' of item \d could not be uploaded: /,
			),
			description: expect.stringMatching(/Nothing was submitted\.$/),
		});
		expect(charged()).toBe(0);
	});

	it('an item with a bad picture lets the others go on with On Error: Continue', async () => {
		const items = [badge(0), badge(1, Buffer.from('text')), badge(2)];
		const onError = 'continueRegularOutput';
		const result = await runWithFiles(setup, items, { ...generate(), onError });
		expect(result.items(NODE).map(({ json, pairedItem }) => [json['error'], pairedItem])).toEqual([
			[undefined, [{ item: 0 }]],
			["The file in 'portrait' of item 1 is no picture", [{ item: 1 }]],
			[undefined, [{ item: 2 }]],
		]);
		expect(charged()).toBe(2);
	});

	it('a refused upload of one picture lets the other items go on with On Error: Continue', async () => {
		setup.emulator.faults.add({
			route: 'upload',
			call: 1,
			times: 1,
			action: actions.refusal(400, 'VALIDATION_ERROR'),
		});
		const onError = 'continueRegularOutput';
		const result = await runWithFiles(setup, badges(3), { ...submit(), onError });
		const errors = result.json(NODE).filter(({ error }) => error);
		expect(errors).toHaveLength(1);
		expect(errors[0]?.['error']).toMatch(/was not accepted by ImaginePDF$/);
		expect(charged()).toBe(2);
	});

	it('the option Images names the size where the service takes no more than 1 MB', async () => {
		setup.emulator.generations.first = false;
		const result = await runWithFiles(setup, [badge(1, photo(1, 3_000_000))], submit());
		setup.emulator.generations.first = true;
		expect(result.error?.message).toBe(
			"The picture in 'portrait' of item 0 is too large for ImaginePDF: it has 3.0 MB",
		);
		expect(charged()).toBe(0);
	});

	it('the option Images names the fields that there are where no item has the one that is named', async () => {
		const items = [withFiles({ name: 'A' }, { picture: photo(1) })];
		const result = await runWithFiles(setup, items, submit());
		expect(JSON.stringify(result.error)).toContain("'picture'");
		expect(charged()).toBe(0);
	});

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'a bad value and a bad picture are told in one round, with On Error: %s',
		async (onError) => {
			const items = [
				withFiles({ name: { first: 'Ada', born: 1815 } }, { portrait: new Uint8Array() }),
				badge(1),
			];
			const result = await runWithFiles(setup, items, { ...submit(), onError });
			const { message, description } = result.error ?? {};
			const told = onError === 'stopWorkflow' ? { message, description } : result.json(NODE)[0];
			expect(JSON.stringify(told)).toMatch(/holds an object.*is empty/);
			expect(charged()).toBe(onError === 'stopWorkflow' ? 0 : 1);
		},
	);
});
