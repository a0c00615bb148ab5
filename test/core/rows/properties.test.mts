import fc from 'fast-check';

import { RowsRefused } from '../../../nodes/ImaginePdf/core/rows/issues.ts';
import type { VariableKind } from '../../../nodes/ImaginePdf/core/designs/variable.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import { fold } from '../../../nodes/ImaginePdf/core/rows/names.ts';
import { build, type Spec } from './support.mts';

const KINDS: VariableKind[] = ['text', 'table', 'image', 'qr', 'barcode', 'unknown'];
const name = fc.constantFrom('A B', ...'a b a_b a.b body x __proto__ constructor'.split(' '));
const scalar = fc.oneof(
	fc.string(),
	fc.double(),
	fc.boolean(),
	fc.constantFrom(null, '', 'uploads:1', 'assets:a, b', 'data:image/png;base64,A', '[["a"]]'),
	fc.date(),
);
const value = fc.oneof(
	{ depthSize: 'small' },
	scalar,
	fc.array(scalar, { maxLength: 3 }),
	fc.array(fc.array(scalar, { maxLength: 3 }), { maxLength: 3 }),
	fc.array(fc.dictionary(name, scalar, { maxKeys: 3 }), { maxLength: 3 }),
	fc.dictionary(name, fc.oneof(scalar, fc.dictionary(name, scalar, { maxKeys: 3 })), {
		maxKeys: 3,
	}),
);
const item = fc.dictionary(name, value, { maxKeys: 6 });
const spec: fc.Arbitrary<Spec> = fc.dictionary(name, fc.constantFrom(...KINDS), { maxKeys: 5 });
const mode = fc.constantFrom('blank', 'error', 'sample' as const);

/** The rows, or none where they are refused. */
function rowsOf(
	items: unknown[],
	variables: Spec | undefined,
	missingVariables: never | string,
): readonly PreparedRow[] {
	try {
		const setting = missingVariables as 'blank' | 'error' | 'sample';
		return build(items, { variables, missingVariables: setting }).rows;
	} catch (error) {
		if (error instanceof RowsRefused) return [];
		throw error;
	}
}

const takes: Record<VariableKind, (value: unknown) => boolean> = {
	text: (sent) => typeof sent === 'string',
	qr: (sent) => typeof sent === 'string',
	barcode: (sent) => typeof sent === 'string',
	image: (sent) => typeof sent === 'string' && /^(uploads|assets):[^\s,]+$/.test(sent),
	table: (sent) => isTable(sent),
	unknown: (sent) => typeof sent === 'string' || isTable(sent),
};

function isTable(sent: unknown): boolean {
	return (
		Array.isArray(sent) &&
		sent.length > 0 &&
		sent.every((row) => Array.isArray(row) && row.every((cell) => typeof cell === 'string'))
	);
}

describe('whatever the items and the design are', () => {
	it('rows hold only values that their variables take, and only variables, whatever the items are', () => {
		fc.assert(
			fc.property(fc.array(item, { maxLength: 4 }), spec, mode, (items, variables, missing) => {
				for (const { values } of rowsOf(items, variables, missing)) {
					for (const key of Object.keys(values)) {
						expect(Object.keys(variables)).toContain(key);
						const given = Object.entries(variables).find(([own]) => own === key)?.[1];
						expect(takes[given as VariableKind](values[key])).toBe(true);
					}
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('no variable of the design is left to its sample content, whatever the items are', () => {
		fc.assert(
			fc.property(fc.array(item, { maxLength: 4 }), spec, (items, variables) => {
				for (const { values, blankPictures } of rowsOf(items, variables, 'blank')) {
					for (const key of Object.keys(variables)) {
						expect(Object.hasOwn(values, key) || blankPictures.includes(key)).toBe(true);
					}
				}
			}),
			{ numRuns: 300 },
		);
	});

	it('what is printed stands in a field whose name folds to the variable, whatever the items are', () => {
		const text = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('u', 'v', 'w') });
		const field = fc.constantFrom('a', 'A', 'a_b', 'A B', 'ab', 'c', 'C (x)', 'body', 'd');
		const plain = fc.dictionary(field, fc.oneof(text, fc.dictionary(field, text)));
		const names = fc.uniqueArray(fc.constantFrom('a', 'a_b', 'c', 'body_a', 'd'), { minLength: 1 });
		fc.assert(
			fc.property(fc.array(plain, { minLength: 1, maxLength: 3 }), names, (items, wanted) => {
				const variables = Object.fromEntries(wanted.map((one) => [one, 'text' as const]));
				for (const { values, itemIndex } of rowsOf(items, variables, 'blank')) {
					const own = items[itemIndex] ?? {};
					for (const [variable, printed] of Object.entries(values)) {
						if (printed === '') continue;
						const places = Object.entries(own).flatMap(([key, inner]) =>
							typeof inner === 'string'
								? [[key, inner]]
								: Object.entries(inner).flatMap(([last, deep]) => [
										[`${key}.${last}`, deep],
										[last, deep],
									]),
						);
						const isOwn = places.some(
							([key = '', given]) =>
								given === printed && fold(key).replace(/\(.*\)$/, '') === fold(variable),
						);
						expect(isOwn).toBe(true);
					}
				}
			}),
			{ numRuns: 500 },
		);
	});

	it('no text of an item is sent that stands outside a match, whatever the items are', () => {
		const secret = fc.dictionary(fc.constantFrom('x1', 'y2', 'z.3'), fc.constant('SECRET'));
		fc.assert(
			fc.property(item, secret, spec, mode, (one, more, variables, missing) => {
				const nested = { ...one, ...more, deep: more };
				const sent = rowsOf([nested], variables, missing).map(({ values }) => values);
				// A table without known labels prints all columns of its own lines, and no other field.
				expect(JSON.stringify(sent)).not.toContain('SECRET');
			}),
			{ numRuns: 300 },
		);
	});
});
