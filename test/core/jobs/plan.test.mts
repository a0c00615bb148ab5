import { planJobs } from '../../../nodes/ImaginePdf/core/jobs/plan.ts';
import { invoiceRows } from '../support/setup.mts';

describe('planJobs', () => {
	it.each([
		[0, 100, []],
		[1, 100, [1]],
		[2, 1, [1, 1]],
		[101, 100, [100, 1]],
		[250, 100, [100, 100, 50]],
		[250, 250, [250]],
	])('planJobs splits %i rows by %i into %j', (rows, rowsPerBatch, sizes) => {
		const jobs = planJobs(invoiceRows(rows), rowsPerBatch);
		expect(jobs.map((job) => job.rows.length)).toEqual(sizes);
		expect(jobs.map((job) => job.number)).toEqual(sizes.map((_, index) => index + 1));
		expect(jobs.every((job) => job.count === sizes.length)).toBe(true);
	});

	it('planJobs keeps the order of the rows', () => {
		const rows = invoiceRows(250);
		expect(planJobs(rows, 100).flatMap((job) => job.rows)).toEqual(rows);
	});

	it('planJobs gives each design jobs of its own, in the order of first appearance', () => {
		const rows = invoiceRows(6).map((row, index) => ({ ...row, designId: index % 2 ? 'b' : 'a' }));
		const jobs = planJobs(rows, 2);
		expect(jobs.map(({ designId, itemIndexes }) => [designId, itemIndexes])).toEqual([
			['a', [0, 2]],
			['a', [4]],
			['b', [1, 3]],
			['b', [5]],
		]);
	});

	it('planJobs names an item once, however many rows it brings', () => {
		const [row] = invoiceRows(1);
		const rows = [0, 1, 2].map((rowIndex) => ({ ...row!, rowIndex }));
		expect(planJobs(rows, 100)[0]?.itemIndexes).toEqual([0]);
	});
});
