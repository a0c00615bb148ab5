import { Readable } from 'node:stream';

import { z } from 'zod';

import {
	AnswerFault,
	ApiError,
	codeOf,
	readAnswer,
	retryAfterMs,
	TransportError,
	wasConnecting,
} from '../../../nodes/ImaginePdf/core/api/errors.ts';
import { backoffMs, isTransient, paidOutcomeOf } from '../../../nodes/ImaginePdf/core/api/retry.ts';
import { N8nHttp } from '../../../nodes/ImaginePdf/n8n/http.ts';
import { systemCodeIn } from '../../../nodes/ImaginePdf/n8n/n8nCompat.ts';
import { retrying } from '../../../nodes/ImaginePdf/core/retrying.ts';
import { SimulatedClock } from '../../client/clock.mts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const GATEWAY = AnswerFault.notImaginePdf;

describe('Retry-After', () => {
	it.each<[string | undefined, number | undefined]>([
		['0', 0],
		[' 7 ', 7_000],
		['1.5', 1_500],
		['-3', 0],
		['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
		['Mon, 23 Nov 2026 11:59:00 GMT', 0],
		[undefined, undefined],
		['', undefined],
		['soon', undefined],
		['maybe 7', undefined],
		['7 seconds', undefined],
		['NaN', undefined],
		['Infinity', undefined],
		['1e3', undefined],
		['2026-11-23', undefined],
		['Mon, 99 Nov 2026 99:00:30 GMT', undefined],
	])('Retry-After: %j is read as %j ms', (header, expected) => {
		expect(retryAfterMs(header === undefined ? {} : { 'retry-after': header }, NOW)).toBe(expected);
	});
});

const highest = () => 1;

describe('backoffMs', () => {
	it('backoffMs doubles up to half a minute, and leaves half of a pause to chance', () => {
		const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 5000].map((tries) => backoffMs(tries, highest));
		expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
		expect([0, 0.5].map((number) => backoffMs(5, () => number))).toEqual([4000, 6000]);
	});
});

describe('retrying', () => {
	it('retrying does not begin a pause that would last past the deadline', async () => {
		const clock = new SimulatedClock();
		const notes: string[] = [];
		const logger = { info: (text: string) => void notes.push(text), warn: () => undefined };
		const times: number[] = [];
		const from = clock.monotonicNow();
		const work = async () => {
			times.push(clock.monotonicNow() - from);
			throw new Error('Away');
		};
		const all = retrying({ clock, logger }, () => 2000, { deadline: from + 5000 }, work);
		await expect(clock.run(all)).rejects.toThrow('Away');
		expect(times).toEqual([0, 2000, 4000]);
		expect(notes).toEqual([2, 3].map((next) => `Away; retrying in 2 s (try ${next})`));
	});
});

describe('The message of an error, which is written into the log', () => {
	it.each([
		[new ApiError(503, GATEWAY, 'See https://x.example/?key=1'), 'HTTP 503'],
		[new ApiError(429, 'RATE_LIMITED', 'Slow down'), 'HTTP 429 RATE_LIMITED'],
	])('the message of an error has nothing of the answer but status and code: %s', (error, text) => {
		expect(error.message).toBe(text);
	});
});

const system = (code: string, syscall: string) =>
	Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
const several = (...errors: Error[]) => new AggregateError(errors);
const wrapped = (cause: Error) => new Error('n8n', { cause: new Error('axios', { cause }) });
const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('A paid request', () => {
	it.each([
		['a refused connection', system('ECONNREFUSED', 'connect'), 'undone'],
		['a name that is not found', system('ENOTFOUND', 'getaddrinfo'), 'undone'],
		['no route while connecting', system('EHOSTUNREACH', 'connect'), 'undone'],
		['a time-out while connecting', system('ETIMEDOUT', 'connect'), 'undone'],
		['addresses that all fail', several(system('ETIMEDOUT', 'connect')), 'undone'],
		['the same, wrapped by a client', wrapped(system('ENETUNREACH', 'connect')), 'undone'],
		['a reset', system('ECONNRESET', 'read'), 'unknown'],
		['a time-out of an open connection', system('ETIMEDOUT', 'read'), 'unknown'],
		['a route that was lost later', system('EHOSTUNREACH', 'read'), 'unknown'],
		['a network that went down later', system('ENETUNREACH', 'write'), 'unknown'],
		["the client's own time-out", coded('ECONNABORTED'), 'unknown'],
		[
			'addresses of which one was connected to',
			several(system('ETIMEDOUT', 'connect'), system('ETIMEDOUT', 'read')),
			'unknown',
		],
		['nothing that is known', 'boom', 'unknown'],
		// It is not repeated, but nothing was charged.
		['a wrong certificate', coded('CERT_HAS_EXPIRED'), 'refused'],
	])('a paid request that got no answer: %s', (_, thrown, expected) => {
		// As the HTTP port makes it of what the runtime throws.
		const error = new TransportError(codeOf(thrown), 'No answer', wasConnecting(thrown));
		expect(paidOutcomeOf(error)).toBe(expected);
	});

	it.each([
		[429, GATEWAY, undefined, 'undone'],
		[429, 'RATE_LIMITED', 2000, 'undone'],
		[503, GATEWAY, 2000, 'undone'],
		[503, GATEWAY, undefined, 'unknown'],
		[503, 'INTERNAL_ERROR', 2000, 'unknown'],
		[502, GATEWAY, 2000, 'unknown'],
		[500, 'DATABASE_ERROR', 2000, 'unknown'],
		[400, 'VALIDATION_ERROR', undefined, 'refused'],
		[402, 'INSUFFICIENT_CREDITS', undefined, 'refused'],
		[403, GATEWAY, undefined, 'refused'],
		[408, GATEWAY, undefined, 'unknown'],
		[409, 'ALREADY_EXISTS', undefined, 'unknown'],
		[499, GATEWAY, undefined, 'unknown'],
		[200, AnswerFault.unexpectedData, undefined, 'unknown'],
		[202, GATEWAY, undefined, 'unknown'],
	])('a paid request answered with HTTP %i %s and Retry-After %j is %s', (...given) => {
		const [status, code, retryAfter, expected] = given;
		expect(paidOutcomeOf(new ApiError(status, code, '', retryAfter))).toBe(expected);
	});

	it.each([
		['X', 'X'],
		['', GATEWAY],
	])('a refusal with the code %j has the code %s', (code, expected) => {
		const body = JSON.stringify({ status: 'error', data: null, error: { code } });
		const read = () => readAnswer({ status: 400, headers: {}, body }, z.unknown(), NOW);
		expect(read).toThrow(expect.objectContaining({ code: expected }));
	});

	it('a fault of a file that nobody reads yet is nothing that ends n8n', async () => {
		const body = new Readable({ read: () => undefined });
		const httpRequest = async () => ({ statusCode: 200, headers: {}, body });
		const http = new N8nHttp({ helpers: { httpRequest } } as never, 'https://api.test');
		await http.storage({ url: 'https://storage.test', headers: {}, timeoutMs: 1 });
		expect(() => body.emit('error', new Error('aborted'))).not.toThrow();
	});

	it('the code of a fault of the network is found in the texts of an error of n8n', () => {
		const messages = ['connect ECONNREFUSED 127.0.0.1'];
		expect(systemCodeIn({ message: 'Bad request', messages })).toBe('ECONNREFUSED');
		expect(systemCodeIn(undefined)).toBe('UNKNOWN');
	});

	it('what is no answer and no fault of the network is not asked again', () => {
		expect(isTransient(new Error('A fault of this package'))).toBe(false);
	});

	it('of all statuses that blame the request, only those that say so refuse a paid one', () => {
		const statuses = Array.from({ length: 100 }, (_, index) => 400 + index);
		const refused = statuses.filter(
			(status) => paidOutcomeOf(new ApiError(status, GATEWAY, '')) === 'refused',
		);
		expect(refused.join()).toBe(
			'400,401,402,403,404,405,406,407,410,411,413,414,415,417,421,422,426,428,431,451',
		);
	});
});
