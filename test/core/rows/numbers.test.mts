import fc from 'fast-check';

import { numberText } from '../../../nodes/ImaginePdf/core/rows/values.ts';
import { refusedValue as refused, valueOf } from './support.mts';

describe('numbers', () => {
	it.each([
		[0.1 + 0.2, '0.3'],
		[1.1 * 3, '3.3'],
		[4.35 * 100, '435'],
		[100 / 3, '33.3333333333333'],
		[-0, '0'],
		[1e21, '1000000000000000000000'],
		[1e23, '100000000000000000000000'],
		[1.5e300, `15${'0'.repeat(299)}`],
		[1e-7, '0.0000001'],
		[-1.25e-10, '-0.000000000125'],
		[1234.5, '1234.5'],
		[9007199254740991, '9007199254740991'],
		[123456789012345.6, '123456789012345.6'],
		[9999999999999.99, '9999999999999.99'],
	])('the number %d becomes the text %s', (number, text) => expect(numberText(number)).toBe(text));

	it('a number never becomes text with an exponent, and never strays by more than the noise', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
				const text = numberText(number);
				expect(text).toMatch(/^-?\d+(\.\d+)?$/);
				expect(Math.abs(Number(text) - number)).toBeLessThanOrEqual(Math.abs(number) * 5e-15);
			}),
		);
	});

	it('integers and amounts of money become exact text', () => {
		fc.assert(fc.property(fc.maxSafeInteger(), (n) => Number(numberText(n)) === n));
		fc.assert(
			fc.property(fc.integer({ min: -1e14, max: 1e14 }), (cents) => {
				const amount = cents / 100;
				return Number(numberText(amount)) === amount;
			}),
		);
	});

	it.each([NaN, Infinity, -Infinity])('the number %d is refused', (number) => {
		expect(refused(number).reason).toContain(String(number));
	});

	it('a big integer becomes text', () => {
		expect(valueOf(12345678901234567890n)).toBe('12345678901234567890');
	});
});
