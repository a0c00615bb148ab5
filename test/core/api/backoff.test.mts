import {
	AnswerFault,
	ApiError,
	TransportError,
} from '../../../nodes/ImaginePdf/core/api/errors.ts';
import {
	backoffMs,
	isTransient,
	parseHttpDate,
	pauseBefore,
	requestPolicy,
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

const highest = () => 1;

describe('backoffMs', () => {
	it('backoffMs doubles up to half a minute', () => {
		const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 5000].map((tries) => backoffMs(tries, highest));
		expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
	});

	it('backoffMs leaves half of a pause to chance, so that it grows whatever chance says', () => {
		expect([0, 0.5].map((number) => backoffMs(5, () => number))).toEqual([4000, 6000]);
	});
});

const later = (ms?: number) => new ApiError(503, AnswerFault.notImaginePdf, '', ms);

describe('pauseBefore', () => {
	it.each([
		['what Retry-After asks for', later(7000), 7000],
		['what Retry-After asks for, however long', later(1_790_000), 1_790_000],
		['a backoff without Retry-After', later(), 1000],
		['a backoff where Retry-After asks for a moment that has passed', later(0), 1000],
		['a backoff without an answer', new TransportError('ECONNRESET', ''), 1000],
	])('pauseBefore is %s', (_, error, expected) => {
		expect(pauseBefore({ error, tries: 2 }, highest)).toBe(expected);
	});
});

describe('requestPolicy', () => {
	const refused = new ApiError(401, 'INVALID_API_KEY', '');
	it.each([
		['repeats what may pass', isTransient, later(), 500],
		['repeats what its caller allows', () => true, refused, 500],
		['ends with what does not pass', isTransient, refused, undefined],
		['waits two minutes', isTransient, later(120_000), 120_000],
		['ends where the service asks for longer', isTransient, later(120_001), undefined],
	])('requestPolicy %s', (_, mayRepeat, error, expected) => {
		expect(requestPolicy(mayRepeat, highest)({ error, tries: 1, elapsedMs: 0 })).toBe(expected);
	});
});

describe('The message of an error, which is written into the log', () => {
	it.each([
		[new ApiError(503, AnswerFault.notImaginePdf, 'See https://x.example/?key=1'), 'HTTP 503'],
		[new ApiError(429, 'RATE_LIMITED', 'Slow down'), 'HTTP 429 RATE_LIMITED'],
	])('the message of an error has nothing of the answer but status and code: %s', (error, text) => {
		expect(error.message).toBe(text);
	});
});
