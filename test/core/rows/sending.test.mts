import fc from 'fast-check';

import { planJobs } from '../../../nodes/ImaginePdf/core/jobs/plan.ts';
import { dataBody, rowsBody } from '../../../nodes/ImaginePdf/core/jobs/submit.ts';
import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { previewRows } from '../../../nodes/ImaginePdf/core/jobs/preview.ts';
import { build, inputsOf, variables as known } from './support.mts';

/** Text that does not show that its source is broken. */
const isWhole = (text: string) => !/[#[{]|NaN|undefined|Inv|Load|error/.test(text);

describe('the body of a submit', () => {
	it('the body of a submit holds the rows, and the profile where there is one', () => {
		const { rows } = build([{ a: 1, t: [['x']] }]);
		expect(rowsBody(rows)).toBe('{"rows":[{"a":"1","t":[["x"]]}]}');
		expect(rowsBody(rows, 'pdf-a')).toBe('{"rows":[{"a":"1","t":[["x"]]}],"pdfProfile":"pdf-a"}');
	});

	it('the body of a submit holds every key, also those that objects have of their own', () => {
		const { rows } = build([JSON.parse('{"__proto__":"p","toJSON":"t"}')]);
		expect(rowsBody(rows)).toBe('{"rows":[{"__proto__":"p","toJSON":"t"}]}');
	});

	it('the body of a single PDF holds the one row', () => {
		const [row] = build([{ a: 1 }]).rows;
		if (!row) throw new Error('There is a row');
		expect(dataBody(row)).toBe('{"data":{"a":"1"}}');
		expect(dataBody(row, 'accessible')).toBe('{"data":{"a":"1"},"pdfProfile":"accessible"}');
	});

	it('the body of a submit gives every text of every item back', () => {
		const text = fc.string({ unit: 'binary' }).filter(isWhole);
		const item = fc
			.dictionary(fc.string({ unit: 'binary' }), text, { minKeys: 1 })
			.filter((own) => Object.values(own).some((value) => value.trim() !== ''));
		fc.assert(
			fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), (items) => {
				const { rows } = build(items, { missingVariables: 'sample' });
				const body: unknown = JSON.parse(rowsBody(rows));
				expect(body).toEqual({ rows: JSON.parse(JSON.stringify(items)) as unknown });
			}),
		);
	});
});

describe('the preview', () => {
	it('the preview of rows has one entry per row: what would be sent, in which job, for how many credits', () => {
		const inputs = inputsOf([[{ a: 1 }, { b: 2 }], { a: 3 }, { a: 4 }], 'json');
		const { rows } = buildRows(
			inputs.map((input) => ({ ...input, designId: input.itemIndex === 1 ? 'd2' : 'd1' })),
			{ missingVariables: 'blank', variablesOf: () => known(undefined) },
		);
		expect(previewRows(rows, planJobs(rows, 2))).toEqual([
			preview(1, 0, 'd1', { a: '1', b: '' }, ['b'], 1, 2),
			preview(2, 0, 'd1', { a: '', b: '2' }, ['a'], 1, 2),
			preview(3, 1, 'd2', { a: '3' }, [], 3, 1),
			preview(4, 2, 'd1', { a: '4', b: '' }, ['b'], 2, 1),
		]);
	});
});

function preview(
	row: number,
	itemIndex: number,
	designId: string,
	values: Record<string, string>,
	blanked: string[],
	batchNumber: number,
	rows: number,
) {
	return {
		row,
		itemIndex,
		designId,
		values,
		blanked,
		matched: {},
		leftOut: [],
		batchNumber,
		batchCount: 3,
		rows,
		credits: 4,
	};
}

describe('the preview of a row with pictures', () => {
	it('the preview of rows says which pictures would be uploaded, and what the values came from', () => {
		const [input] = inputsOf([{ 'A ': '1', z: 'x' }]);
		if (!input) throw new Error('There is an input');
		const { rows } = buildRows([{ ...input, binaryFields: ['photo'] }], {
			missingVariables: 'blank',
			images: [{ variable: 'logo', binaryField: 'photo' }],
			variablesOf: () => known({ a: 'text', logo: 'image', stamp: 'image' }),
		});
		expect(previewRows(rows, planJobs(rows, 100))).toMatchObject([
			{
				values: {
					a: '1',
					logo: "(picture in 'photo' of item 0, to be uploaded)",
					stamp: '(transparent picture, to be uploaded)',
				},
				blanked: ['stamp'],
				matched: { a: 'A ' },
				leftOut: ['z'],
			},
		]);
	});
});

describe('the work', () => {
	it('every value is read a constant number of times, however many rows and variables there are', () => {
		let reads = 0;
		const counted = (item: Record<string, unknown>) =>
			new Proxy(item, {
				get(target, key) {
					if (Object.hasOwn(target, key)) reads++;
					return Reflect.get(target, key) as unknown;
				},
			});
		const items = Array.from({ length: 300 }, (_, row) =>
			counted(
				Object.fromEntries(Array.from({ length: 20 }, (_, column) => [`c${column}`, row + column])),
			),
		);
		const variables = known(Object.fromEntries(items.map((_, index) => [`c${index}`, 'text'])));
		const inputs = inputsOf(items);
		reads = 0;
		const { rows } = buildRows(inputs, {
			missingVariables: 'blank',
			variablesOf: () => variables,
		});
		expect(rows).toHaveLength(300);
		expect(Object.keys(rows[299]?.values ?? {})).toHaveLength(300);
		// For its type, for itself, for what is nested in it, and whether its line is empty.
		expect(reads).toBeLessThanOrEqual(4 * 300 * 20);
	});

	it('5,000 items become rows in order', () => {
		const { rows } = build(Array.from({ length: 5000 }, (_, n) => ({ n })));
		expect(rows.map((row) => Number(row.values.n))).toEqual([...rows.keys()]);
		expect(rows.every((row, index) => row.itemIndex === index)).toBe(true);
	});
});
