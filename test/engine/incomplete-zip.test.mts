import { hostileZip } from '../emulator/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

describe.each(['zip', 'pdfs'])(
	'A paid job whose ZIP is not what it should be, output %s',
	(output) => {
		let setup: EngineSetup;
		beforeEach(async () => void (setup = await openEngineSetup()));
		afterEach(async () => await setup.close());

		it(`a ZIP of a paid job without any PDF is not handed on, and a retry fetches it without paying again, output ${output}`, async () => {
			setup.emulator.faults.add({ route: 'zip', times: 1, action: hostileZip('empty') });
			const refused = await setup.run(invoices(3), { parameters: { output } });
			const [jobId = ''] = setup.jobIds();
			expect(refused.error?.message).toContain('the ZIP file holds no PDF');
			expect(`${refused.error?.message} ${refused.error?.description}`).toContain(jobId);
			expect(refused.binaryFiles).toEqual([]);

			const retried = await setup.engine.retry(refused);
			expect(retried.status).toBe('success');
			expect(retried.items(NODE)).toHaveLength(output === 'zip' ? 1 : 3);
			expect(setup.charged()).toBe(3);
		});

		it(`the node says so when the ZIP of a paid job holds fewer PDFs than the service reports, output ${output}`, async () => {
			const two = { entries: 2, entryBytes: 500, content: 'compressible', compression: 'store' };
			Object.assign(setup.emulator.behaviour, { synthetic: two });
			const result = await setup.run(invoices(3), { parameters: { output } });
			expect(result.status).toBe('success');
			expect(result.items(NODE)).toHaveLength(output === 'zip' ? 1 : 2);
			expect(result.hints(NODE).map(({ message }) => message)).toContainEqual(
				expect.stringContaining(`The ZIP of job ${setup.jobIds()[0]} holds 2 of the 3 PDFs`),
			);
		});

		it(`every PDF of a ZIP that holds more than the service reports is handed on, output ${output}`, async () => {
			const many = { entries: 250, entryBytes: 500, content: 'compressible', compression: 'store' };
			Object.assign(setup.emulator.behaviour, { synthetic: many });
			const result = await setup.run(invoices(3), { parameters: { output } });
			expect(result.error).toBeUndefined();
			expect(result.items(NODE)).toHaveLength(output === 'zip' ? 1 : 250);
			if (output === 'zip') expect(result.json(NODE)[0]).toMatchObject({ fileCount: 250 });
		});
	},
);
