import { actions } from '../emulator/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

const generate = { resource: 'pdf', operation: 'generate' };

describe.each(['filesystem', 'default'] as const)('Binary mode %s', (binaryMode) => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ binaryMode, choices: { ranges: false } });
	});
	afterEach(async () => await setup.close());

	const requestsFor = (route: 'zip' | 'pdf') =>
		setup.emulator.requests.filter((request) => request.route === route).length;

	it.each<[string, 'zip' | 'pdf', Record<string, unknown>, number]>([
		['a ZIP', 'zip', { output: 'zip' }, 1],
		['the PDFs of a ZIP', 'zip', { output: 'pdfs' }, 3],
		['a single PDF', 'pdf', generate, 3],
	])(
		'the node fetches %s from its start again when the connection is lost and the storage cannot resume',
		async (_, route, parameters, files) => {
			setup.emulator.faults.add({ route, times: 1, action: actions.truncate(700) });
			const result = await setup.run(invoices(3), { parameters });
			expect(result.error).toBeUndefined();
			expect(result.items(NODE)).toHaveLength(files);
			for (const item of result.items(NODE)) {
				const stored = await setup.engine.readBinary(item, 'data');
				expect(stored).toHaveLength(Number(item.json['fileSize']));
			}
			expect(setup.charged()).toBe(3);
		},
	);

	it.each(['zip', 'pdfs'])(
		'the node names the job and how to download it when every connection is lost, output %s',
		async (output) => {
			setup.emulator.faults.add({ route: 'zip', action: actions.truncate(700) });
			const result = await setup.run(invoices(3), { parameters: { output } });
			const [jobId = ''] = setup.jobIds();
			expect(result.error?.message).toMatch(
				/the connection was lost after \d+ of \d+ bytes, and the storage cannot resume/,
			);
			expect(result.error?.message).toContain(`(job ${jobId})`);
			expect(result.error?.description).toContain(`'Download' and the job ID ${jobId}`);
			expect(result.items(NODE)).toEqual([]);
			// Each of four tries finds out with a second request that this storage does not resume.
			expect(requestsFor('zip')).toBe(8);
			expect(setup.charged()).toBe(3);
		},
	);
});
