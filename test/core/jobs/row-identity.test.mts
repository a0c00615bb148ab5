import { decryptLink, encryptLink } from '../../../nodes/ImaginePdf/core/jobs/linkEncryption.ts';
import { digestOf } from '../../../nodes/ImaginePdf/core/jobs/rowIdentity.ts';

const LOOK = { profile: 'standard', missingVariables: 'blank' } as const;
const ROW = {
	designId: 'd',
	values: { a: 'x', b: '' },
	blanked: ['b'],
	pictures: [],
	blankPictures: [],
};
const LOGO = { variable: 'logo', itemIndex: 0, binaryField: 'data' };

describe("A row's digest", () => {
	const digest = digestOf(ROW, LOOK);

	it('the digest of a row is short and shows nothing of the row', () => {
		expect(digest).toMatch(/^[\w-]+$/);
		expect(digest).toHaveLength(11);
	});

	it.each([
		['a value', { ...ROW, values: { a: 'y' } }, LOOK],
		['the design', { ...ROW, designId: 'e' }, LOOK],
		['the profile', ROW, { ...LOOK, profile: 'pdf-a' as const }],
		['sample content', ROW, { ...LOOK, missingVariables: 'sample' as const }],
	])('the digest of a row differs by %s', (_, row, look) => {
		expect(digestOf(row, look)).not.toBe(digest);
	});

	it('the digest of a row is the same for a picture that every try uploads anew, and differs by its source', () => {
		const first = { ...ROW, values: { a: 'x', logo: 'uploads:1' }, pictures: [LOGO] };
		const next = { ...first, values: { a: 'x', logo: 'uploads:2' } };
		const other = { ...next, pictures: [{ ...LOGO, binaryField: 'photo' }] };
		expect(digestOf(next, LOOK)).toBe(digestOf(first, LOOK));
		expect(digestOf(other, LOOK)).not.toBe(digestOf(first, LOOK));
		expect(digestOf(first, LOOK)).not.toBe(digest);
	});

	it('the digest of a row is the same whatever the reference of a transparent picture is', () => {
		const blank = { ...ROW, values: { a: 'x', logo: 'uploads:1' }, blankPictures: ['logo'] };
		expect(digestOf(blank, LOOK)).toBe(digest);
	});

	it('the digest of a row is the same with and without blanks', () => {
		expect(digestOf({ ...ROW, values: { a: 'x' }, blanked: [] }, LOOK)).toBe(digest);
		const table = { a: 'x', t: [['']] };
		expect(digestOf({ ...ROW, values: table, blanked: ['t'] }, LOOK)).toBe(digest);
	});
});

describe('An encrypted link', () => {
	const url = 'https://storage.example.com/a.pdf?signature=secret';

	it('an encrypted link can be read with the same secret only', () => {
		const encrypted = encryptLink(url, 'pc_live_one');
		expect(decryptLink(encrypted, 'pc_live_one')).toBe(url);
		expect(decryptLink(encrypted, 'pc_live_two')).toBeUndefined();
	});

	it('an encrypted link shows nothing of the link', () => {
		const encrypted = encryptLink(url, 'pc_live_one');
		expect(Buffer.from(encrypted, 'base64url').toString('latin1')).not.toContain('signature');
		expect(encryptLink(url, 'pc_live_one')).not.toBe(encrypted);
	});

	it('an encrypted link cannot be read when it is damaged', () => {
		expect(decryptLink('', 'pc_live_one')).toBeUndefined();
		expect(decryptLink(`A${encryptLink(url, 'pc_live_one')}x`, 'pc_live_one')).toBeUndefined();
	});
});
