import { Ledger, ledgerKey } from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { seal, unseal } from '../../../nodes/ImaginePdf/core/jobs/seal.ts';

const identity = {
	runIndex: 0,
	account: 'a',
	profile: 'standard',
	designId: 'd',
	body: '{"rows":[]}',
};

describe('ledgerKey', () => {
	it('is the same for the same submit', () => {
		expect(ledgerKey(identity)).toBe(ledgerKey({ ...identity }));
	});

	it.each([
		['run', { runIndex: 1 }],
		['account', { account: 'b' }],
		['profile', { profile: 'pdf-a' }],
		['design', { designId: 'e' }],
		['content', { body: '{"rows":[{}]}' }],
	])('differs by %s', (_, other) => {
		expect(ledgerKey({ ...identity, ...other })).not.toBe(ledgerKey(identity));
	});
});

describe('Ledger', () => {
	const now = () => Date.UTC(2026, 0, 1);

	it('finds what was written, also after the execution was saved and loaded', () => {
		const entries: Record<string, unknown> = {};
		new Ledger(entries, now).accepted('key', 'job_1');
		const loaded: Record<string, unknown> = JSON.parse(JSON.stringify(entries));
		expect(new Ledger(loaded, now).find('key')).toEqual({
			state: 'accepted',
			jobId: 'job_1',
			since: '2026-01-01T00:00:00.000Z',
		});
	});

	it('knows nothing of what it has forgotten', () => {
		const ledger = new Ledger({}, now);
		ledger.sending('key');
		ledger.forget('key');
		expect(ledger.find('key')).toBeUndefined();
	});

	it.each([[null], ['text'], [{ state: 'accepted' }], [{ state: 'other', since: '' }]])(
		'takes %j for nothing',
		(entry) => {
			expect(new Ledger({ key: entry }, now).find('key')).toBeUndefined();
		},
	);

	it('does not mistake what objects inherit for an entry', () => {
		expect(new Ledger({}, now).find('constructor')).toBeUndefined();
	});
});

describe('seal', () => {
	const url = 'https://storage.example.com/a.pdf?signature=secret';

	it('opens with the same secret only', () => {
		const sealed = seal(url, 'pc_live_one');
		expect(unseal(sealed, 'pc_live_one')).toBe(url);
		expect(unseal(sealed, 'pc_live_two')).toBeUndefined();
	});

	it('shows nothing of the text', () => {
		const sealed = seal(url, 'pc_live_one');
		expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('signature');
		expect(seal(url, 'pc_live_one')).not.toBe(sealed);
	});

	it('does not open when damaged', () => {
		expect(unseal('', 'pc_live_one')).toBeUndefined();
		expect(unseal(`A${seal(url, 'pc_live_one').slice(1)}x`, 'pc_live_one')).toBeUndefined();
	});
});
