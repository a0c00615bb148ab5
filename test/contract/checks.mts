import assert from 'node:assert/strict';

import { ApiError } from '../../nodes/ImaginePdf/core/api/errors.ts';
import { ROUTES } from '../../nodes/ImaginePdf/core/api/routes.ts';
import { readDesign } from '../../nodes/ImaginePdf/core/designs/readDesign.ts';
import { waitForEnd } from '../../nodes/ImaginePdf/core/jobs/wait.ts';
import { dataBody, rowsBody } from '../../nodes/ImaginePdf/core/jobs/submit.ts';
import { readZip } from '../support/zip.mts';
import { record, type Parsed, type Service } from './service.mts';

/*
 * What the documentation promises and this node relies on, asked of the emulator in `npm test` and of the
 * real service by `npm run test:live`. In this order, since later checks go on with what earlier ones
 * found. Their paid requests come to three credits: a batch of two rows and a single PDF.
 */

export interface Check {
	name: string;
	/** Credits that it may spend. */
	credits: number;
	/** @throws NotAsked where this workspace cannot be asked, anything else where the promise is broken */
	run(service: Service): Promise<void>;
}

/** This workspace lacks what the check needs, and the service has said so as documented. */
export class NotAsked extends Error {
	override readonly name = 'NotAsked';
}

export const BATCH_ROWS = 2;
const NOWHERE = 'contract-test-does-not-exist';
const LONGEST_JOB_MS = 600_000;

const free = (name: string, run: Check['run']): Check => ({ name, credits: 0, run });

export const CHECKS: readonly Check[] = [
	free('A key is asked for', async (service) => {
		expectRefusal(await service.getAs(undefined, '/designs?limit=1'), 401, ['UNAUTHORIZED']);
		const wrong = await service.getAs('pc_live_contract_test_wrong', '/designs?limit=1');
		expectRefusal(wrong, 401, ['INVALID_API_KEY']);
	}),
	free('Designs come in an envelope, page by page', async (service) => {
		const page = await service.client.listDesigns({ limit: 1 });
		const raw = service.last('GET', /^\/designs\?/);
		expectSuccess(raw, 200);
		assert.ok(page.items.length <= 1, 'a page of one design holds more');
		if (page.nextCursor === undefined) return;
		const next = await service.client.listDesigns({ limit: 1, cursor: page.nextCursor });
		assert.notEqual(next.items[0]?.designId, page.items[0]?.designId, 'the page repeats');
	}),
	free('A design comes with its ID and name', async (service) => {
		const { found, client } = service;
		const [first] = (await client.listDesigns({ limit: 1 })).items;
		const designId = service.designId ?? first?.designId;
		if (designId === undefined) throw new Error('The workspace has no design. Make one first.');
		Object.assign(found, await readDesign(client, designId));
		assert.equal(found.design?.designId, designId);
	}),
	free('An unknown design is told as such', async (service) => {
		expectRefusal(await service.get(`/designs/${NOWHERE}`), 404, ['DESIGN_NOT_FOUND']);
	}),
	free('The nodes of a design come in its tree, or in its config', async (service) => {
		const designId = needDesign(service);
		const tree = await service.get(`/designs/${designId}/tree`);
		if (tree.status === 404 || tree.status === 405) {
			const { data } = await service.get(`/designs/${designId}`);
			assert.ok('nodes' in record(data['config']), 'neither a tree nor a config tells the nodes');
			return;
		}
		assert.equal(tree.status, 200);
		assert.ok(!('data' in tree.body), 'the tree comes in the envelope');
		for (const key of ['metadata', 'pages', 'nodes']) assert.ok(key in tree.body, `no ${key}`);
	}),
	free(
		'The first page of a design has a preview, a PNG that is fetched without the key',
		async (service) => {
			const designId = needDesign(service);
			const answers = [
				await service.get(`/designs/${designId}/preview?page=0`),
				await service.get(`/preview?design=${designId}&page=0`),
			];
			const spoken = answers.find(({ status }) => status !== 404 && status !== 405);
			assert.ok(spoken, 'neither generation of routes has previews');
			expectSuccess(spoken, 200);
			assert.equal(spoken.data['page'], 0);
			const { status, bytes } = await service.fetch(String(spoken.data['previewUrl']));
			assert.equal(status, 200);
			assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG');
		},
	),
	free('An unknown job is told as such, or that the plan has no batches', async (service) => {
		const error = await service.client.jobState(NOWHERE).catch((thrown: unknown) => thrown);
		assert.ok(error instanceof ApiError, 'an unknown job has a state');
		if (error.code === 'INSUFFICIENT_PERMISSIONS') {
			assert.equal(error.status, 403);
			service.found.noBatches = 'the plan does not include batches';
		} else assert.deepEqual([error.status, error.code], [404, 'NOT_FOUND']);
	}),
	free('A batch without rows is refused', async (service) => {
		const designId = needDesign(service);
		needBatches(service);
		const answers = [];
		for (const { path } of ROUTES.submit(designId)) {
			answers.push(await service.post(path, { rows: [] }));
		}
		const codes = ['VALIDATION_ERROR', 'INVALID_INPUT', 'MISSING_REQUIRED_FIELD'];
		const spoken = answers.find(({ status }) => status !== 404 && status !== 405);
		assert.ok(spoken, 'neither generation of routes takes a batch');
		expectRefusal(spoken, 400, codes);
	}),
	{
		name: 'A batch is accepted as queued, for one credit per row',
		credits: BATCH_ROWS,
		run: async (service) => {
			const designId = needDesign(service);
			needBatches(service);
			const rows = Array.from({ length: BATCH_ROWS }, () => ({ values: valuesFor(service) }));
			const body = (profile: string | undefined) => rowsBody(rows, profile);
			const submit = service.client.submitBatch({ designId, body, profile: 'standard' });
			const job = await orNoCredits(service, submit);
			const raw = service.last('POST', /batch/);
			service.found.jobId = job.jobId;
			expectSuccess(raw, 202);
			assert.deepEqual(
				{ status: job.status, total: job.total, designId: job.designId },
				{ status: 'queued', total: BATCH_ROWS, designId },
			);
		},
	},
	free('A job goes on to its end and counts its rows', async (service) => {
		const jobId = needJob(service);
		const early = await service.get(downloadPath(service, jobId));
		if (early.status >= 400) assert.equal(early.body['status'], 'error');
		const logger = { info: () => undefined, warn: () => undefined };
		const deps = { client: service.client, clock: service.clock, logger, random: Math.random };
		const options = {
			timeoutMs: LONGEST_JOB_MS,
			pollIntervalMs: 0,
			acceptedAt: service.clock.now(),
		};
		const { state } = await waitForEnd(deps, jobId, options);
		service.found.state = state;
		expectSuccess(service.last('GET', /batch/), 200);
		const { status, total, completed, failed } = state;
		assert.deepEqual(
			{ status, total, completed, failed },
			{ status: 'completed', total: BATCH_ROWS, completed: BATCH_ROWS, failed: 0 },
		);
	}),
	free('The ZIP is fetched without the key and holds one PDF per row', async (service) => {
		const jobId = needJob(service);
		const { url, expiresIn } = await service.client.downloadLink(jobId);
		service.found.zipUrl = url;
		expectSuccess(service.last('GET', /download$/), 200);
		assert.ok(expiresIn !== undefined && expiresIn > 0, 'expiresIn is not a number above 0');
		const { status, bytes } = await service.fetch(url);
		assert.equal(status, 200);
		const entries = await readZip(bytes);
		assert.equal(entries.filter((entry) => isPdf(entry.bytes)).length, BATCH_ROWS);
	}),
	{
		name: 'A single PDF is made at once, for one credit',
		credits: 1,
		run: async (service) => {
			const designId = needDesign(service);
			if (service.found.noCredits) throw new NotAsked(service.found.noCredits);
			const body = (profile: string | undefined) =>
				dataBody({ values: valuesFor(service) }, profile);
			const generate = service.client.generatePdf({ designId, body, profile: 'standard' });
			const pdf = await orNoCredits(service, generate);
			service.found.pdfUrl = pdf.downloadUrl;
			const raw = service.last('POST', /generate/);
			expectSuccess(raw, 201);
			assert.deepEqual(
				{ designId: pdf.designId, status: pdf.status },
				{ designId, status: 'completed' },
			);
			assert.equal(typeof pdf.expiresIn, 'number');
		},
	},
	free('The single PDF is fetched without the key', async (service) => {
		const { pdfUrl, noCredits } = service.found;
		if (pdfUrl === undefined) throw new NotAsked(noCredits ?? 'there is no PDF');
		const { status, bytes } = await service.fetch(pdfUrl);
		assert.equal(status, 200);
		assert.ok(isPdf(bytes), 'the file is no PDF');
	}),
];

function expectSuccess({ status, body }: Parsed, wanted: number): void {
	assert.equal(status, wanted);
	assert.equal(body['status'], 'success');
	assert.equal(body['error'], null);
	assert.equal(typeof body['data'], 'object');
}

function expectRefusal({ status, body, code }: Parsed, wanted: number, codes: string[]): void {
	assert.equal(status, wanted);
	assert.equal(body['status'], 'error');
	assert.ok(codes.includes(String(code)), `the code is ${String(code)}, not ${codes.join(' or ')}`);
}

/** Credits that are lacking are no breach of contract, if they are told as documented. */
async function orNoCredits<T>(service: Service, paid: Promise<T>): Promise<T> {
	try {
		return await paid;
	} catch (error) {
		if (!(error instanceof ApiError) || error.status !== 402) throw error;
		assert.ok(['INSUFFICIENT_CREDITS', 'PAYMENT_REQUIRED'].includes(error.code), error.code);
		service.found.noCredits = 'the workspace has too few credits';
		throw new NotAsked(service.found.noCredits);
	}
}

function needDesign({ found }: Service): string {
	if (!found.design) throw new NotAsked('there is no design');
	return found.design.designId;
}

function needBatches({ found }: Service): void {
	if (found.noBatches) throw new NotAsked(found.noBatches);
}

function needJob({ found }: Service): string {
	if (found.jobId !== undefined) return found.jobId;
	throw new NotAsked(found.noBatches ?? found.noCredits ?? 'there is no job');
}

function downloadPath({ routes, http }: Service, jobId: string): string {
	const answered = routes.get(http.baseUrl) ?? 'first';
	const route = ROUTES.download(jobId).find(({ generation }) => generation === answered);
	assert.ok(route);
	return route.path;
}

/** Text for every variable that takes text; the others print the design's sample. */
function valuesFor({ found: { variables } }: Service): Record<string, string> {
	if (!variables?.known) return {};
	const takesText = variables.list.filter(({ kind }) => kind === 'text' || kind === 'unknown');
	return Object.fromEntries(takesText.map(({ name }) => [name, 'Contract test']));
}

function isPdf(bytes: Buffer): boolean {
	return bytes.subarray(0, 5).toString('latin1') === '%PDF-';
}
