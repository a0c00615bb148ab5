import fc from 'fast-check';

import { planJobs } from '../../../nodes/ImaginePdf/core/jobs/plan.ts';
import { dataBody } from '../../../nodes/ImaginePdf/core/rows/body.ts';
import {
	buildRows,
	parseVariables,
	previewRows,
	rowsBody,
} from '../../../nodes/ImaginePdf/core/rows/index.ts';
import { build, inputsOf } from './support.mts';

describe('the body of a submit', () => {
	it('holds the rows, and the profile where there is one', () => {
		const { rows } = build([{ a: 1, t: [['x']] }]);
		expect(rowsBody(rows)).toBe('{"rows":[{"a":"1","t":[["x"]]}]}');
		expect(rowsBody(rows, 'pdf-a')).toBe('{"rows":[{"a":"1","t":[["x"]]}],"pdfProfile":"pdf-a"}');
	});

	it('holds every key, also those that objects have of their own', () => {
		const { rows } = build([JSON.parse('{"__proto__":"p","toJSON":"t"}')]);
		expect(rowsBody(rows)).toBe('{"rows":[{"__proto__":"p","toJSON":"t"}]}');
	});

	it('of a single PDF holds the one row', () => {
		const [row] = build([{ a: 1 }]).rows;
		if (!row) throw new Error('There is a row');
		expect(dataBody(row)).toBe('{"data":{"a":"1"}}');
		expect(dataBody(row, 'accessible')).toBe('{"data":{"a":"1"},"pdfProfile":"accessible"}');
	});

	it('gives every text of every item back', () => {
		const item = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
			minKeys: 1,
		});
		fc.assert(
			fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), (items) => {
				const variables = parseVariables(items.map((_, index) => `c${index}`));
		const inputs = inputsOf(items);
		reads = 0;
		const { rows } = buildRows(inputs, {
			missingVariables: 'blank',
			variablesOf: () => variables,
		});
		expect(rows).toHaveLength(300);
		expect(Object.keys(rows[299]?.values ?? {})).toHaveLength(300);
		expect(reads).toBe(300 * 20);
	});

	it('hands tables of text on without copying them', () => {
		const table = [['Item', 'Price']];
		expect(build([{ table }]).rows[0]?.values.table).toBe(table);
	});

	it('builds 5,000 items in order', () => {
		const { rows } = build(Array.from({ length: 5000 }, (_, n) => ({ n })));
		expect(rows.map((row) => Number(row.values.n))).toEqual([...rows.keys()]);
		expect(rows.every((row, index) => row.itemIndex === index)).toBe(true);
	});
});
