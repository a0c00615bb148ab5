import { rm } from 'node:fs/promises';
import path from 'node:path';

import type { IDataObject } from 'n8n-workflow';

import { actions, KEYS, KINDS_DESIGN } from '../emulator/index.mts';
import { userFolder } from '../engine/harness/modules.mts';
import { photo, runWithFiles, withFiles } from '../engine/support/pictures.mts';
import { byId } from '../engine/support/sent.mts';
import { NODE, type NodeUnderTest } from '../engine/support/setup.mts';
import { followAdvice, type AdviceCase, type Given } from './support/advice.mts';

const IMAGES = { images: { images: [{ variable: 'photo', binaryField: 'data' }] } };
const BADGES: NodeUnderTest = {
	parameters: {
		designId: byId('design_badge'),
		options: { ...IMAGES, missingVariables: 'error' },
	},
};
const BADGE = { company: 'Looms', ticket_code: 'T-1' };
const guest = (number: number, file: Uint8Array = photo(number), field = 'data') =>
	withFiles({ ...BADGE, name: `Guest ${number}` }, { [field]: file });

/** Each guest's own picture is in the row that is paid for. */
async function expectBadges({ setup }: Given, items: number) {
	const rows = setup.emulator.charges.flatMap(({ values }) => values);
	const known = setup.emulator.uploads.map(({ ref }) => ref);
	expect(rows).toHaveLength(items);
	for (const row of rows) expect(known).toContain(row['photo']);
}

/** A file that cannot be uploaded: the node before is mended, and the workflow executed anew. */
function replaced(
	message: string,
	by: string,
	wrong: IDataObject | IDataObject[],
	advice: string | RegExp,
): AdviceCase {
	return {
		message,
		by: `${by}, and a new execution`,
		credits: 2,
		async follow(given) {
			const { setup, told } = given;
			const failed = await runWithFiles(setup, [wrong].flat(), BADGES);
			expect(told(failed)).toMatch(advice);
			expect(setup.charged()).toBe(0);
			const result = await runWithFiles(setup, [guest(1), guest(2)], BADGES);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
			await expectBadges(given, 2);
		},
	};
}

/** Uploads that were refused; what refused them is mended, and the execution retried. */
function uploaded(
	message: string,
	by: string,
	refuse: (given: Given) => void,
	mend: (given: Given) => void,
	advice: string | RegExp,
	files: [Uint8Array, Uint8Array] = [photo(1), photo(2)],
): AdviceCase {
	return {
		message,
		by: `${by}, and a retry`,
		credits: 2,
		async follow(given) {
			const { setup, told, retry } = given;
			refuse(given);
			const items = files.map((file, index) => guest(index + 1, file));
			const failed = await runWithFiles(setup, items, BADGES);
			expect(told(failed)).toMatch(advice);
			expect(setup.charged()).toBe(0);
			mend(given);
			const result = await retry(failed);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 2 }]);
			await expectBadges(given, 2);
		},
	};
}

const preview = (page: number) => ({
	parameters: {
		resource: 'design',
		operation: 'getPreview',
		designId: byId(KINDS_DESIGN.designId),
		page,
	},
});

followAdvice('Images and previews', [
	{
		message: "The file in '…' of … is missing",
		by: 'a field of the description in the node, and a retry',
		credits: 0,
		async follow({ setup, told, retry }) {
			const parameters = { resource: 'image', operation: 'upload' };
			const failed = await runWithFiles(setup, [guest(1, photo(1), 'portrait')], { parameters });
			const [, field] = /Files of this item: '(.+)'/.exec(told(failed)) ?? [];
			const result = await retry(failed, { inputBinaryField: field });
			expect(result.json(NODE)).toMatchObject([{ name: 'portrait.png' }]);
		},
	},
	replaced(
		"The file in '…' of … is empty",
		'a node before that hands on the file',
		guest(1, Buffer.alloc(0)),
		/Look at what the node before hands on/,
	),
	replaced(
		"The file in '…' of … is larger than 10 MB",
		'a smaller picture',
		guest(1, photo(2, 11_000_000)),
		/'Edit Image'/,
	),
	replaced(
		"The file in '…' of … is …",
		'the picture converted',
		guest(1, Buffer.from('GIF89a....')),
		/PNG, JPEG, WebP and SVG.*'Edit Image'/,
	),
	{
		message: "The file in '…' of … cannot be read",
		by: 'the paid job downloaded, and the node that brings the files run again for the rest',
		credits: 2,
		async follow(given) {
			const { setup, told, retry, download } = given;
			const action = actions.refusal(402, 'INSUFFICIENT_CREDITS');
			setup.emulator.faults.add({ route: 'submit', call: 2, action });
			const options = { ...IMAGES, rowsPerBatch: 1, maxConcurrentJobs: 1 };
			const parameters = { ...BADGES.parameters, options };
			const bytes = photo(2, 100);
			const items = [guest(1), guest(2, bytes)];
			const refused = await runWithFiles(setup, items, { parameters });
			expect(setup.charged()).toBe(1);
			// It has gone from n8n's store before the execution is retried.
			const lost = refused.binaryFiles.find(({ size }) => size === bytes.length);
			await rm(path.join(userFolder, 'binary', lost?.path ?? ''));
			const failed = await retry(refused);
			const description = told(failed);
			expect(description).toContain('Run the node that brings it again');
			const [jobId = ''] = setup.jobIds();
			expect(description).toContain(jobId);
			expect((await download([jobId])).json(NODE)).toMatchObject([{ fileCount: 1 }]);
			const result = await runWithFiles(setup, items.slice(1), BADGES);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 1 }]);
			await expectBadges(given, 2);
		},
	},
	{
		message: "The picture in '…' of … is too large for ImaginePDF: it has …",
		by: 'a smaller picture, and a new execution',
		credits: 1,
		options: { generations: { first: false } },
		async follow(given) {
			const { setup, told } = given;
			const failed = await runWithFiles(setup, [guest(1, photo(1, 2_400_000))], BADGES);
			expect(told(failed)).toMatch(/no more than 1 MB.*'Resize'.*Nothing was submitted/);
			const result = await runWithFiles(setup, [guest(1, photo(1, 900_000))], BADGES);
			expect(result.json(NODE)).toMatchObject([{ fileCount: 1 }]);
			await expectBadges(given, 1);
		},
	},
	replaced(
		"The picture in '…' of … was not accepted by ImaginePDF",
		'a picture that opens elsewhere',
		guest(1, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
		/Look whether it opens elsewhere.*ImaginePDF says/,
	),
	replaced(
		'… pictures cannot be uploaded: …',
		'each of those that the description goes through replaced',
		[guest(1, Buffer.from('GIF89a....')), guest(2, Buffer.alloc(0))],
		/of item 0 is a GIF picture.*of item 1 is empty.*'Edit Image'.*Look at what/,
	),
	uploaded(
		"The picture in '…' of … could not be uploaded: …",
		'the right key in the credential',
		({ setup }) => {
			const action = actions.refusal(401, 'INVALID_API_KEY');
			setup.emulator.faults.add({ route: 'upload', key: KEYS.demo, action });
		},
		({ setup }) => setup.emulator.faults.clear(),
		/Copy the API key .*Nothing was submitted/,
	),
	uploaded(
		"The picture in '…' of … could not be uploaded: …",
		'patience where ImaginePDF had trouble',
		({ setup }) => setup.emulator.faults.add({ route: 'upload', action: actions.gatewayPage(502) }),
		({ setup }) => setup.emulator.faults.clear(),
		/Try again later.*Nothing was submitted/,
	),
	{
		message: 'The blank picture for missing images could not be uploaded: …',
		by: 'what stands behind the colon mended, and a retry',
		credits: 2,
		async follow({ setup, told, retry }) {
			const action = actions.refusal(500, 'S3_ERROR');
			setup.emulator.faults.add({ route: 'upload', action });
			const parameters = { designId: byId('design_badge') };
			const failed = await setup.run([{ name: 'Ada' }, { name: 'Grace' }], { parameters });
			expect(told(failed)).toContain('Nothing was submitted.');
			expect(setup.charged()).toBe(0);
			setup.emulator.faults.clear();
			expect((await retry(failed)).json(NODE)).toMatchObject([{ fileCount: 2 }]);
		},
	},
	{
		message: 'The preview could not be fetched: …',
		by: 'a retry, later',
		credits: 0,
		async follow({ setup, told, retry }) {
			setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
			setup.emulator.faults.add({ route: 'image', action: actions.gatewayPage(503) });
			const failed = await setup.run([{}], preview(1));
			expect(told(failed)).toContain('a preview is free');
			setup.emulator.faults.clear();
			expect((await retry(failed)).json(NODE)).toMatchObject([{ page: 1 }]);
		},
	},
	{
		message: 'The design has no page …',
		by: 'a page that there is, and a retry',
		credits: 0,
		async follow({ setup, told, retry }) {
			setup.emulator.addDesign(KEYS.demo, KINDS_DESIGN);
			const failed = await setup.run([{}], preview(3));
			expect(told(failed)).toContain('The first page is 1.');
			const result = await retry(failed, { page: 2 });
			expect(result.json(NODE)).toMatchObject([{ page: 2 }]);
		},
	},
]);
