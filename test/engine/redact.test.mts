import { createRedact } from '../../nodes/ImaginePdf/n8n/redact.ts';

const KEY = 'a&key/with="all"+in it';
const redact = createRedact(KEY);

describe('The redaction', () => {
	it.each([
		['the key', `x ${KEY} y`, 'x [hidden] y'],
		['a key of another workspace', 'pc_live_Other-1_x!', '[hidden]!'],
		['the key cut off', `x ${KEY.slice(0, 8)}…`, 'x [hidden]…'],
		['the key percent-encoded', `k=${encodeURIComponent(KEY)}`, 'k=[hidden]'],
		['the key in Base64', btoa(KEY), '[hidden]=='],
		['the key in JSON', JSON.stringify({ k: KEY }), '{"k":"[hidden]"}'],
		['the key in HTML', 'a&amp;key/with=&quot;all&quot;+in it', '[hidden]'],
		['a query', 'See https://s.test/a.zip?sig=1&b=2.', 'See https://s.test/a.zip?[hidden]'],
		[
			'a query in JSON',
			'{"u":"https:\\/\\/s.test\\/a?sig=1"}',
			'{"u":"https:\\/\\/s.test\\/a?[hidden]"}',
		],
		[
			'an encoded query',
			'b=https%3A%2F%2Fs.test%2Fa%3Fsig%3D1',
			'b=https%3A%2F%2Fs.test%2Fa%3F[hidden]',
		],
		['a signature alone', 'X-Amz-Signature=12ab&x=1', 'X-Amz-Signature=[hidden]&x=1'],
	])('the redaction hides %s', (_, text, hidden) => {
		expect(redact(text)).toBe(hidden);
		// Texts pass through more than one hand.
		expect(redact(hidden)).toBe(hidden);
	});

	it('the redaction leaves all other text as it is, with a key and without', () => {
		const text = 'Design "a" of https://app.test/designs/a: row 2 has no signature.';
		expect(redact(text)).toBe(text);
		expect(createRedact('')(text)).toBe(text);
	});
});
