import {
	AnswerFault,
	ApiError,
	codeOf,
	TransportError,
	wasConnecting,
} from '../../../nodes/ImaginePdf/core/api/errors.ts';
import { paidOutcomeOf } from '../../../nodes/ImaginePdf/core/api/retry.ts';

/** As the HTTP port makes it of what the runtime throws. */
function transportError(thrown: unknown): TransportError {
	return new TransportError(codeOf(thrown), 'No answer', wasConnecting(thrown));
}

const system = (code: string, syscall: string) =>
	Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

describe('A paid request that got no answer', () => {
	it.each([
		['a refused connection', system('ECONNREFUSED', 'connect')],
		['a name that is not found', system('ENOTFOUND', 'getaddrinfo')],
		['no route while connecting', system('EHOSTUNREACH', 'connect')],
		['a time-out while connecting', system('ETIMEDOUT', 'connect')],
		['a firewall', system('EPERM', 'connect')],
		[
			'several addresses that all cannot be connected to',
			Object.assign(new AggregateError([system('ETIMEDOUT', 'connect')]), { code: 'ETIMEDOUT' }),
		],
		[
			'the same, wrapped by a client',
			new Error('n8n', { cause: new Error('axios', { cause: system('ENETUNREACH', 'connect') }) }),
		],
	])('a paid request that got no answer had no effect: %s', (_what, thrown) => {
		expect(paidOutcomeOf(transportError(thrown))).toBe('undone');
	});

	it.each([
		['a reset', system('ECONNRESET', 'read')],
		['a broken pipe', system('EPIPE', 'write')],
		['a time-out of an open connection', system('ETIMEDOUT', 'read')],
		['a route that was lost later', system('EHOSTUNREACH', 'read')],
		['a network that went down later', system('ENETUNREACH', 'write')],
		["the client's own time-out", Object.assign(new Error('timeout'), { code: 'ECONNABORTED' })],
		[
			'several trials, of which one was past connecting',
			new AggregateError([system('ETIMEDOUT', 'connect'), system('ETIMEDOUT', 'read')]),
		],
		['nothing that is known', 'boom'],
	])('a paid request that got no answer may have had an effect: %s', (_what, thrown) => {
		expect(paidOutcomeOf(transportError(thrown))).toBe('unknown');
	});

	it('a paid request is not repeated after a wrong certificate, but nothing was charged', () => {
		const wrong = transportError(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }));
		expect(paidOutcomeOf(wrong)).toBe('refused');
	});
});

describe('A paid request that got an answer', () => {
	const GATEWAY = AnswerFault.notImaginePdf;
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
	])(
		'a paid request answered with HTTP %i %s and Retry-After %j is %s',
		(status, code, retryAfterMs, expected) => {
			expect(paidOutcomeOf(new ApiError(status, code, '', retryAfterMs))).toBe(expected);
		},
	);
});
