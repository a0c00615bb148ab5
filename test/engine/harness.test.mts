import { existsSync } from 'node:fs';

import { userFolder } from './harness/modules.mts';
import { good, invoices, NODE, openEngineSetup, QUICK, setUp } from './support/setup.mts';

/* What n8n's engine does around a node, as far as no other test would notice that it does not. */
describe('The engine of the tests', () => {
	const setup = setUp({ timing: QUICK });

	it.each(['filesystem', 'database', 's3', 'default'] as const)(
		'the engine keeps a file in its store, and in the saved data in memory mode only (%s)',
		async (binaryMode) => {
			await setup.reopen({ binaryMode });
			const result = good(await setup.run(invoices(1)));
			const [item] = result.items(NODE);
			const bytes = await setup.engine.readBinary(item!, 'data');
			expect(result.saved.includes(bytes.toString('base64', 0, 300))).toBe(
				binaryMode === 'default',
			);
			const files = await setup.engine.binaryFiles();
			const sizes = files.map(({ size }) => size);
			expect(sizes).toEqual(binaryMode === 'default' ? [] : [bytes.length]);
			if (binaryMode === 'default') return;
			expect(item?.binary?.['data']?.id).toMatch(/^(filesystem-v2|database|s3):/);
			const { fileSize, mimeType } = await setup.engine.binaryMetadata(item!, 'data');
			expect([fileSize, mimeType]).toEqual([bytes.length, 'application/zip']);
		},
	);

	it('the engine refuses a workflow with an empty required parameter before anything runs', async () => {
		const result = await setup.run([{}], { parameters: { operation: 'getStatus', jobId: '' } });
		expect(result.status).toBe('error');
		expect(result.tries(NODE)).toBe(0);
	});

	it('Stop saves what was known by then, and nothing of what the node ends with', async () => {
		await setup.reopen({ timing: { queueMs: 3_600_000 } });
		const stop = setup.emulator.nextRequest(({ route }) => route === 'status');
		const result = await setup.run(invoices(1), {}, { stop });
		expect(result.status).toBe('canceled');
		expect(result.run.data.resultData.error).toBeDefined();
		expect(result.error).toBeUndefined();
		expect(result.saved).toContain(setup.jobIds()[0]);
	});

	it('a retry of an execution runs no node before the one that failed', async () => {
		setup.notFetched();
		const failed = await setup.run(invoices(1));
		const result = good(await setup.retry(failed));
		expect([result.tries('Items'), result.tries(NODE)]).toEqual([0, 1]);
		expect(result.json('Items')).toEqual(invoices(1));
		expect(result.runsOf(NODE)).toHaveLength(1);
	});

	it('the engine removes its files at the end', async () => {
		const other = await openEngineSetup();
		await other.close();
		expect(existsSync(userFolder)).toBe(false);
	});
});
