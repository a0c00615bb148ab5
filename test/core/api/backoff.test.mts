import {
	backoffMs,
	parseHttpDate,
	retryAfterMs,
} from '../../../nodes/ImaginePdf/core/api/retry.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

describe('retryAfterMs', () => {
	it.each([
		['0', 0],
		['7', 7_000],
		[' 7 ', 7_000],
		['1.5', 1_500],
		['-3', 0],
		['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
		['Monday, 23-Nov-26 12:00:30 GMT', 30_000],
		['Mon Nov 23 12:00:30 2026', 30_000],
		['Sun Nov  1 12:00:30 2026', 0],
		['Mon, 23 Nov 2026 11:59:00 GMT', 0],
	])('Retry-After: %j is read as %d ms', (header, expected) => {
		expect(retryAfterMs({ 'retry-after': header }, NOW)).toBe(expected);
	});

	it.each([
		'',
		'soon',
		'maybe 7',
		'7 seconds',
		'NaN',
		'Infinity',
		'1e3',
		'2026-11-23',
		'Mon, 99 Nov 2026 99:00:30 GMT',
	])('Retry-After: %j is read as no delay at all', (header) => {
		expect(retryAfterMs({ 'retry-after': header }, NOW)).toBeUndefined();
	});

	it('a missing Retry-After is read as no delay at all', () => {
		expect(retryAfterMs({}, NOW)).toBeUndefined();
	});
});

describe('parseHttpDate', () => {
	it('parseHttpDate reads the examples of RFC 9110, section 5.6.7', () => {
		const expected = Date.UTC(1994, 10, 6, 8, 49, 37);
		expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(expected);
		expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(expected);
		expect(parseHttpDate('Sun Nov  6 08:49:37 1994')).toBe(expected);
	});
});

describe('backoffMs', () => {
	const bounds = { base: 500, cap: 15_000 };
	const highest = (): number => 1 - Number.EPSILON;

	it('backoffMs doubles its upper bound up to the cap', () => {
		const waits = [0, 1, 2, 3, 4, 5, 6, 5_000].map((attempt) =>
			backoffMs(attempt, highest, bounds),
		);
		expect(waits).toEqual([499, 999, 1_999, 3_999, 7_999, 14_999, 14_999, 14_999]);
	});

	it('backoffMs spreads over the whole range', () => {
		expect(backoffMs(3, () => 0, bounds)).toBe(0);
		expect(backoffMs(3, () => 0.5, bounds)).toBe(2_000);
	});
});
