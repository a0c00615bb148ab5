import { rm } from 'node:fs/promises';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { actions, KEYS, KINDS_DESIGN } from '../emulator/index.mts';
import { userFolder } from '../engine/harness/modules.mts';
import { photo, runWithFiles, withFiles } from '../engine/support/pictures.mts';
import { byId, NODE, ONE_BY_ONE, type NodeUnderTest } from '../engine/support/setup.mts';
import {
	countsOf,
	followAdvice,
	type AdviceCase,
	type Given,
	type OneStep,
} from './support/advice.mts';

const IMAGES = { images: { images: [{ variable: 'photo', binaryField: 'data' }] } };
const badges = (options: object): NodeUnderTest => ({
	parameters: { designId: byId('design_badge'), options: { ...IMAGES, ...options } },
});
const BADGES = badges({ missingVariables: 'error' });
const guest = (number: number, file: Uint8Array = photo(number), field = 'data') =>
	withFiles({ company: 'Looms', ticket_code: 'T-1', name: `Guest ${number}` }, { [field]: file });
const GIF = Buffer.from('GIF89a....');

/** Each guest's own picture is in the row that is paid for. */
function expectBadges({ setup }: Given, items: number): void {
	const rows = setup.emulator.charges.flatMap(({ values }) => values);
	const known = setup.emulator.uploads.map(({ ref }) => ref);
	expect(rows).toHaveLength(items);
	for (const row of rows) expect(known).toContain(row['photo']);
}

/** A file that cannot be uploaded: the node before is mended, and the workflow executed anew. */
const replaced = (
	message: string,
	by: string,
	wrong: IDataObject[],
	says: RegExp,
	right = [guest(1), guest(2)],
	options: AdviceCase['options'] = {},
): AdviceCase => ({
	message,
	by: `${by}, and a new execution`,
	credits: right.length,
	options,
	async follow(given) {
		const { setup, told } = given;
		expect(told(await runWithFiles(setup, wrong, BADGES))).toMatch(says);
		expect(setup.charged()).toBe(0);
		expect(countsOf(await runWithFiles(setup, right, BADGES))).toEqual([right.length]);
		expectBadges(given, right.length);
	},
});

/** Uploads that were refused; what refused them is mended, and the execution retried. */
const uploaded = (by: string, refusal: ReturnType<typeof actions.busy>, says: RegExp): OneStep => ({
	message: "The picture in '…' of … could not be uploaded: …",
	by: `${by}, and a retry`,
	trouble: ({ setup }) => setup.fault('upload', refusal, { key: KEYS.demo }),
	run: async ({ setup }) => await runWithFiles(setup, [guest(1), guest(2)], BADGES),
	says,
	paid: 0,
});

/** A preview, which is free. */
const preview = (message: string, by: string, page: number, more: Partial<OneStep>): OneStep => ({
	message,
	by,
	credits: 0,
	items: [{}],
	node: {
		parameters: {
			...{ resource: 'design', operation: 'getPreview', page },
			designId: byId(KINDS_DESIGN.designId),
		},
	},
	says: '',
	...more,
	trouble(given) {
		given.setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
		more.trouble?.(given);
	},
});

followAdvice('Images and previews', [
	{
		message: "The file in '…' of … is missing",
		by: 'a field of the description in the node, and a retry',
		credits: 0,
		async follow({ setup, told }) {
			const parameters = { resource: 'image', operation: 'upload' };
			const failed = await runWithFiles(setup, [guest(1, photo(1), 'portrait')], { parameters });
			const [, field] = /Files of this item: '(.+)'/.exec(told(failed)) ?? [];
			const result = await setup.retry(failed, { inputBinaryField: field });
			expect(result.json(NODE)).toMatchObject([{ name: 'portrait.png' }]);
		},
	},
	replaced(
		"The file in '…' of … is empty",
		'a node before that hands on the file',
		[guest(1, Buffer.alloc(0))],
		/Look at what the node before hands on/,
	),
	replaced(
		"The file in '…' of … is larger than 10 MB",
		'a smaller picture',
		[guest(1, photo(2, 10_500_000))],
		/'Edit Image'/,
	),
	replaced(
		"The file in '…' of … is …",
		'the picture converted',
		[guest(1, GIF)],
		/PNG, JPEG, WebP and SVG.*'Edit Image'/,
	),
	{
		message: "The file in '…' of … cannot be read",
		by: 'the paid job downloaded, and the node that brings the files run again for the rest',
		async follow(given) {
			const { setup, told } = given;
			setup.fault('submit', actions.refusal(402, 'INSUFFICIENT_CREDITS'), { call: 2 });
			const bytes = photo(2, 100);
			const items = [guest(1), guest(2, bytes)];
			const refused = await runWithFiles(setup, items, badges(ONE_BY_ONE));
			expect(setup.charged()).toBe(1);
			// It has gone from n8n's store before the execution is retried.
			const files = await setup.engine.binaryFiles();
			const lost = files.find(({ size }) => size === bytes.length);
			await rm(path.join(userFolder, 'binary', lost?.path ?? ''));
			const description = told(await setup.retry(refused));
			expect(description).toContain('Run the node that brings it again');
			expect(description).toContain(setup.jobIds()[0]);
			expect(countsOf(await setup.download())).toEqual([1]);
			expect(countsOf(await runWithFiles(setup, items.slice(1), BADGES))).toEqual([1]);
			expectBadges(given, 2);
		},
	},
	replaced(
		"The picture in '…' of … is too large for ImaginePDF: it has …",
		'a smaller picture',
		[guest(1, photo(1, 2_400_000))],
		/no more than 1 MB.*'Resize'.*Nothing was submitted/,
		[guest(1, photo(1, 900_000))],
		{ generations: { first: false } },
	),
	replaced(
		"The picture in '…' of … was not accepted by ImaginePDF",
		'a picture that opens elsewhere',
		[guest(1, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))],
		/Look whether it opens elsewhere.*ImaginePDF says/,
	),
	replaced(
		'… pictures cannot be uploaded: …',
		'each of those that the description goes through replaced',
		[guest(1, GIF), guest(2, Buffer.alloc(0))],
		/of item 0 is a GIF picture.*of item 1 is empty.*'Edit Image'.*Look at what/,
	),
	uploaded(
		'the right key in the credential',
		actions.refusal(401, 'INVALID_API_KEY'),
		/Copy the API key .*Nothing was submitted/,
	),
	uploaded(
		'patience where ImaginePDF had trouble',
		actions.gatewayPage(502),
		/Try again later.*Nothing was submitted/,
	),
	{
		message: 'The blank picture for missing images could not be uploaded: …',
		by: 'what stands behind the colon mended, and a retry',
		items: [{ name: 'Ada' }, { name: 'Grace' }],
		node: { parameters: { designId: byId('design_badge') } },
		trouble: ({ setup }) => setup.fault('upload', actions.refusal(500, 'S3_ERROR')),
		says: 'Nothing was submitted.',
		paid: 0,
	},
	preview('The preview could not be fetched: …', 'a retry, later', 1, {
		trouble: ({ setup }) => setup.fault('image', actions.gatewayPage(503)),
		says: 'a preview is free',
	}),
	preview('The design has no page …', 'a page that there is, and a retry', 3, {
		says: 'The first page is 1.',
		retry: { page: 2 },
	}),
]);
