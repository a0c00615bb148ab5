import { actions } from '../emulator/index.mts';
import { invoices, NODE, openEngineSetup, type EngineSetup } from './support/setup.mts';

const generate = { resource: 'pdf', operation: 'generate' };

describe.each(['filesystem', 'default'] as const)('Binary mode %s', (binaryMode) => {
	let setup: EngineSetup;
	beforeEach(async () => {
		setup = await openEngineSetup({ binaryMode });
	});
	afterEach(async () => await setup.close());

	const requestsFor = (route: 'download' | 'zip') =>
		setup.emulator.requests.filter((request) => request.route === route).length;

	it.each<[string, 'zip' | 'pdf', Record<string, unknown>, number]>([
		['a ZIP', 'zip', { output: 'zip' }, 1],
		['the PDFs of a ZIP', 'zip', { output: 'pdfs' }, 3],
		['a single PDF', 'pdf', generate, 3],
	])(
		'the node fetches %s from its start again when the connection is lost',
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
				/could not be fetched \(job .*\): the connection broke \(/,
			);
			expect(result.error?.message).toContain(`(job ${jobId})`);
			expect(result.error?.description).toContain(`'Download' and the job ID ${jobId}`);
			expect(result.items(NODE)).toEqual([]);
			// With a link and a connection for each try.
			expect([requestsFor('download'), requestsFor('zip')]).toEqual([6, 6]);
			expect(setup.charged()).toBe(3);
		},
	);
});
