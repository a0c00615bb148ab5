import { contentKey, Ledger, placeKey } from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { seal, unseal } from '../../../nodes/ImaginePdf/core/jobs/seal.ts';

const scope = { runIndex: 0, account: 'a', profile: 'standard', designId: 'd' };
const rows = [{ a: 'x' }];
const keys = { key: 'key', place: 'place' };

describe('contentKey', () => {
	it('is the same for the same submit', () => {
		expect(contentKey(scope, rows)).toBe(contentKey({ ...scope }, [{ a: 'x' }]));
	});

	it('takes values that have no JSON form', () => {
		expect(contentKey(scope, [{ a: 1n }])).not.toBe(contentKey(scope, [{ a: 2n }]));
	});

	it.each([
		['run', { runIndex: 1 }],
		['account', { account: 'b' }],
		['profile', { profile: 'pdf-a' }],
		['design', { designId: 'e' }],
	])('differs by %s', (_, other) => {
		expect(contentKey({ ...scope, ...other }, rows)).not.toBe(contentKey(scope, rows));
	});

	it('differs by content', () => {
		expect(contentKey(scope, [{ a: 'y' }])).not.toBe(contentKey(scope, rows));
	});
});

describe('placeKey', () => {
	it('differs by item and by row in it, not by profile', () => {
		const first = placeKey(scope, [{ itemIndex: 1 }]);
		expect(placeKey({ ...scope, profile: 'pdf-a' }, [{ itemIndex: 1 }])).toBe(first);
		expect(placeKey(scope, [{ itemIndex: 2 }])).not.toBe(first);
		expect(placeKey(scope, [{ itemIndex: 1, rowIndex: 0 }])).not.toBe(first);
		expect(placeKey({ ...scope, runIndex: 1 }, [{ itemIndex: 1 }])).not.toBe(first);
	});
});

describe('Ledger', () => {
	const now = () => Date.UTC(2026, 0, 1);

	it('finds what was written, also after the execution was saved and loaded', () => {
		const entries: Record<string, unknown> = {};
		new Ledger(entries, now, 'e1').accepted(keys, { jobId: 'job_1' });
		const loaded: Record<string, unknown> = JSON.parse(JSON.stringify(entries));
		expect(new Ledger(loaded, now).find('key')).toEqual({
			state: 'accepted',
			jobId: 'job_1',
			since: '2026-01-01T00:00:00.000Z',
			place: 'place',
			execution: 'e1',
		});
	});

	it('finds by its place what an earlier try sent with other values', () => {
		const entries: Record<string, unknown> = {};
		new Ledger(entries, now).accepted(keys, { jobId: 'job_1' });
		const later = new Ledger(entries, now);
		expect(later.recall({ key: 'other', place: 'place' })).toMatchObject({
			key: 'key',
			isSame: false,
		});
		expect(later.recall({ key: 'other', place: 'elsewhere' })).toBeUndefined();
		expect(later.recall(keys)).toMatchObject({ key: 'key', isSame: true });
	});

	it('does not take what this very try sends for what an earlier one has sent', () => {
		const ledger = new Ledger({}, now);
		expect(ledger.recall(keys)).toBeUndefined();
		ledger.sending(keys);
		expect(ledger.recall({ key: 'twin', place: 'place' })).toBeUndefined();
	});

	it('knows nothing of what it has forgotten', () => {
		const ledger = new Ledger({}, now);
		ledger.sending(keys);
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
