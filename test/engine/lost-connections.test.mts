import { actions } from '../emulator/index.mts';
import { invoices, NODE, openBench, type Bench } from './support/bench.mts';

const generate = { resource: 'pdf', operation: 'generate' };

describe.each(['filesystem', 'default'] as const)('Binary mode %s', (binaryMode) => {
	let bench: Bench;
	beforeEach(async () => {
		bench = await openBench({ binaryMode, choices: { ranges: false } });
	});
	afterEach(async () => await bench.close());

	const requestsFor = (route: 'zip' | 'pdf') =>
		bench.emulator.requests.filter((request) => request.route === route).length;

	it.each<[string, 'zip' | 'pdf', Record<string, unknown>, number]>([
		['a ZIP', 'zip', { output: 'zip' }, 1],
		['the PDFs of a ZIP', 'zip', { output: 'pdfs' }, 3],
		['a single PDF', 'pdf', generate, 3],
	])(
		'the node fetches %s from its start again when the connection is lost and the storage cannot resume',
		async (_, route, parameters, files) => {
			bench.emulator.faults.add({ route, times: 1, action: actions.truncate(700) });
			const result = await bench.run(invoices(3), { parameters });
			expect(result.error).toBeUndefined();
			expect(result.items(NODE)).toHaveLength(files);
			for (const item of result.items(NODE)) {
				const stored = await bench.engine.readBinary(item, 'data');
				expect(stored).toHaveLength(Number(item.json['fileSize']));
			}
			expect(bench.charged()).toBe(3);
		},
	);

	it.each(['zip', 'pdfs'])(
		'the node names the job and how to download it when every connection is lost, output %s',
		async (output) => {
			bench.emulator.faults.add({ route: 'zip', action: actions.truncate(700) });
			const result = await bench.run(invoices(3), { parameters: { output } });
			const [jobId = ''] = bench.jobIds();
			expect(result.error?.message).toMatch(
				/the connection was lost after \d+ of \d+ bytes, and the storage cannot resume/,
			);
			expect(result.error?.message).toContain(`(job ${jobId})`);
			expect(result.error?.description).toContain(`'Download' and the job ID ${jobId}`);
			expect(result.items(NODE)).toEqual([]);
			// Each of four tries finds out with a second request that this storage does not resume.
			expect(requestsFor('zip')).toBe(8);
			expect(bench.charged()).toBe(3);
		},
	);
});
