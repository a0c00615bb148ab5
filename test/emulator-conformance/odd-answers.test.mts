import {
	AFTER_CHARGING,
	ODD_ANSWERS,
	PICTURES,
	SERVER_ANSWERS,
	type FaultAction,
} from '../emulator/index.mts';
import { EmulatorSetup, ROUTES, type Answered } from './support.mts';
import { readZip } from '../support/zip.mts';

const ROWS = [{ customer_name: 'Ada' }, { customer_name: 'Grace' }];

let setup: EmulatorSetup;
beforeEach(async () => {
	setup = await EmulatorSetup.start();
});
afterEach(async () => await setup.close());

async function submitRows(): Promise<Answered> {
	return await setup.post(ROUTES.first.submit('design_invoice'), { rows: ROWS });
}

async function statusOf(jobId: unknown): Promise<Answered> {
	return await setup.get(ROUTES.first.status(String(jobId)));
}

describe('answers of a server in trouble', () => {
	it.each(Object.entries(AFTER_CHARGING))(
		'charges the rows before it answers %s',
		async (_, action) => {
			setup.emulator.faults.add({ route: 'submit', call: 1, action });
			const { status } = await submitRows();
			expect(status).toBeGreaterThanOrEqual(500);
			expect(setup.emulator.creditsFor({ customer_name: 'Ada' })).toBe(1);
			expect(setup.emulator.jobs).toHaveLength(1);
		},
	);

	it.each(Object.entries(SERVER_ANSWERS))(
		'charges nothing for %s before the work',
		async (_, action) => {
			setup.emulator.faults.add({ route: 'submit', call: 1, action });
			expect((await submitRows()).status).toBeGreaterThanOrEqual(500);
			expect(setup.emulator.charges).toHaveLength(0);
		},
	);

	it('has an envelope, a Retry-After, both or neither, as its name says', async () => {
		for (const [name, action] of Object.entries(AFTER_CHARGING)) {
			setup.emulator.faults.add({ route: 'designs', call: 1, action });
			const { status, headers, code } = await setup.get('/designs');
			expect([name, status]).toEqual([name, Number(name.slice(0, 3))]);
			expect([name, code !== undefined]).toEqual([name, name.includes('enveloped')]);
			expect([name, headers['retry-after']]).toEqual([
				name,
				name.includes('Retry-After') ? '3' : undefined,
			]);
			setup.emulator.faults.clear();
		}
	});
});

describe('odd answers to what went well', () => {
	const under = async (route: keyof typeof ODD_ANSWERS, action: FaultAction) =>
		setup.emulator.faults.add({ route, action });

	it.each(Object.entries(ODD_ANSWERS.submit))(
		'keeps the job and its charge behind a submit answered with %s',
		async (_, action) => {
			const usual = (await submitRows()).data;
			await under('submit', action);
			const { status, data } = await submitRows();
			expect(status).toBe(202);
			expect({ ...data, jobId: '' }).not.toEqual({ ...usual, jobId: '' });
			const [, jobId] = /"(job_[a-z0-9]{8,})"/.exec(JSON.stringify(data)) ?? [];
			expect((await statusOf(jobId)).status).toBe(200);
			expect(setup.emulator.creditsFor({ customer_name: 'Ada' })).toBe(2);
		},
	);

	it.each(Object.entries(ODD_ANSWERS.generate))(
		'hands the PDF out behind a generate answered with %s',
		async (_, action) => {
			await under('generate', action);
			const path = ROUTES.second.generate('design_invoice');
			const { status, data } = await setup.post(path, { data: { customer_name: 'Ada' } });
			expect(status).toBe(201);
			expect(data).not.toEqual({
				designId: 'design_invoice',
				filename: 'Invoice.pdf',
				downloadUrl: expect.any(String),
				expiresIn: 3600,
				status: 'completed',
				generationId: expect.any(String),
			});
			const [link = ''] = /http[^"]+/.exec(JSON.stringify(data)) ?? [];
			expect((await setup.fetch(link)).status).toBe(200);
		},
	);

	it.each(Object.entries(ODD_ANSWERS.status))(
		'finds the job whose state is told as %s',
		async (word, action) => {
			const isRunning = word === 'rendering';
			setup.emulator.behaviour.timing = { queueMs: isRunning ? 3_600_000 : 0, rowMs: 0 };
			const jobId = await setup.submit(ROWS);
			if (!isRunning) await setup.ended(jobId);
			const usual = (await statusOf(jobId)).data;
			await under('status', action);
			const { data } = await statusOf(jobId);
			expect(data).not.toEqual(usual);
			expect(JSON.stringify(data)).toContain(`"jobId":"${jobId}"`);
		},
	);

	it('tells the very words and counts that a table of odd states names', async () => {
		const jobId = await setup.submit(ROWS);
		await setup.ended(jobId);
		const told = async (name: keyof typeof ODD_ANSWERS.status) => {
			setup.emulator.faults.clear();
			await under('status', ODD_ANSWERS.status[name]);
			return (await statusOf(jobId)).data;
		};
		for (const word of ['Completed', 'partial', 'completed_with_errors', 'cancelled'] as const) {
			expect(await told(word)).toMatchObject({ status: word, total: 2, completed: 2 });
		}
		expect(await told('counts as text')).toMatchObject({ total: '2', completed: '2', failed: '0' });
		expect(await told('counts null')).toMatchObject({ total: null, completed: null, failed: null });
		expect(await told('no counts')).not.toHaveProperty('total');
		expect(await told('nothing counted at the end')).toMatchObject({ completed: 0, failed: 0 });
		expect(await told('a total too small')).toMatchObject({ total: 1, completed: 1 });
		expect(await told('rendering')).toMatchObject({ status: 'completed' });
	});

	it.each(Object.entries(ODD_ANSWERS.download))(
		'hands a good link out behind a download answered with %s',
		async (_, action) => {
			await under('download', action);
			const jobId = await setup.submit(ROWS);
			await setup.ended(jobId);
			const { data } = await setup.get(ROUTES.first.download(jobId));
			expect(data.expiresIn).not.toBe(3600);
			expect((await setup.fetch(String(data.url))).status).toBe(200);
		},
	);
});

describe('odd answers to an upload', () => {
	it.each(Object.entries(ODD_ANSWERS.upload))(
		'keeps the picture and tells its reference in an upload answered with %s',
		async (name, action) => {
			setup.emulator.faults.add({ route: 'upload', call: 1, action });
			const form = new FormData();
			form.set('file', new Blob([PICTURES.png]), 'picture.png');
			const { data } = await setup.postForm(form, ROUTES.first.upload);
			expect(setup.emulator.uploads.map(({ ref }) => ref)).toEqual([data.ref]);
			const odd: Record<string, object> = {
				'numeric image ID': { id: 4821 },
				'size as text': { fileSize: String(PICTURES.png.length) },
				'dimensions null': { dimensions: null },
			};
			expect(data).toEqual(odd[name] ? expect.objectContaining(odd[name]) : { ref: data.ref });
		},
	);
});

describe('IDs of jobs as numbers', () => {
	it.each(['number', 'sequence'] as const)('finds each job by its own %s', async (jobIds) => {
		setup.emulator.behaviour.choices.jobIds = jobIds;
		const ids = [(await submitRows()).data.jobId, (await submitRows()).data.jobId];
		expect(ids).toEqual([expect.any(Number), expect.any(Number)]);
		expect(ids[0]).not.toBe(ids[1]);
		if (jobIds === 'sequence') expect(ids).toEqual([1, 2]);
		for (const id of ids) expect((await statusOf(id)).data.jobId).toBe(id);
	});

	it('answers every submit with the same number, and keeps the jobs and their files apart', async () => {
		setup.emulator.behaviour.choices.jobIds = 'same number';
		const urls: string[] = [];
		for (const customer_name of ['Ada', 'Grace']) {
			const { data } = await setup.post(ROUTES.first.submit('design_invoice'), {
				rows: [{ customer_name }],
			});
			expect(data.jobId).toBe(1);
			await setup.emulator.waitFor(({ jobs }) => jobs.at(-1)?.state.status === 'completed');
			const link = await setup.get(ROUTES.first.download('1'));
			urls.push(String(link.data.url));
		}
		expect(setup.emulator.jobs).toHaveLength(2);
		expect(new Set(urls.map((url) => new URL(url).pathname)).size).toBe(2);
		const [ada, grace] = await Promise.all(urls.map(async (url) => (await setup.fetch(url)).bytes));
		expect(ada?.equals(grace ?? Buffer.alloc(0))).toBe(false);
	});
});

describe('a finished job whose output is odd', () => {
	it.each(['PDF_NOT_FOUND', 'NOT_FOUND'] as const)(
		'refuses its link as often as chosen with %s, each job for itself',
		async (lateDownloadCode) => {
			Object.assign(setup.emulator.behaviour.choices, { lateDownloads: 2, lateDownloadCode });
			for (const jobId of [await setup.submit([{}]), await setup.submit([{}])]) {
				await setup.ended(jobId);
				const seen = [];
				for (let call = 0; call < 3; call++) {
					const { status, code } = await setup.get(ROUTES.first.download(jobId));
					seen.push(code ?? status);
				}
				expect(seen).toEqual([lateDownloadCode, lateDownloadCode, 200]);
			}
		},
	);

	it('holds more PDFs than its total says', async () => {
		setup.emulator.behaviour.choices.extraPdfs = 2;
		const jobId = await setup.submit(ROWS);
		await setup.ended(jobId);
		const entries = await readZip(await setup.emulator.zipOf(jobId));
		expect(entries.map(({ name }) => name)).toEqual([
			'1.pdf',
			'2.pdf',
			'Summary 1.pdf',
			'Summary 2.pdf',
		]);
		expect((await statusOf(jobId)).data.total).toBe(2);
	});
});
