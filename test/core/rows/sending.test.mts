import fc from 'fast-check';

import { rowsBody } from '../../../nodes/ImaginePdf/core/jobs/submit.ts';
import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
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
});
