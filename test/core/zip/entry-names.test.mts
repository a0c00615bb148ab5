import { crc32 } from '../../../nodes/ImaginePdf/core/zip/crc32.ts';
import { extraField, rawZip, u32, type RawEntry } from './support/raw-zip.mts';
import { readAll, summary } from './support/read.mts';
import { watchUnhandled } from './support/refused.mts';
import { fakePdf } from './support/sources.mts';

/** Generous, for machines with much else to do; nothing here depends on time. */
jest.setTimeout(60_000);
watchUnhandled();

describe('entry names', () => {
	const data = fakePdf(3000, 5);
	const nameOf = async (entry: Omit<RawEntry, 'data'>): Promise<string | undefined> =>
		summary(await readAll(rawZip([{ ...entry, data }])))[0]?.[0];

	it('reads entry names as UTF-8 where flagged, or where they can be nothing else', async () => {
		expect(await nameOf({ name: '請求書.pdf' })).toBe('請求書.pdf');
		expect(await nameOf({ name: Buffer.from('請求書.pdf') })).toBe('請求書.pdf');
	});

	it('reads entry names as code page 437 where they are no UTF-8', async () => {
		expect(await nameOf({ name: Buffer.from([0x81, 0x62, 0x65, 0x72, 0xe1, 0xff]) })).toBe(
			'überß\u00a0',
		);
	});

	it('takes entry names from the Unicode path field where its checksum fits', async () => {
		const name = Buffer.from([0x3f, 0x81, 0x2e]);
		const field = (crc: number): Buffer =>
			extraField(0x7075, Buffer.concat([Buffer.from([1]), u32(crc), Buffer.from('請求.pdf')]));
		expect(await nameOf({ name, extra: field(crc32(name)) })).toBe('請求.pdf');
		expect(await nameOf({ name, extra: field(7) })).toBe('?ü.');
	});

	it('reads entry names with invalid UTF-8 under the flag', async () => {
		expect(await nameOf({ name: Buffer.from([0x61, 0xff]), flags: 0x800 })).toBe('a\ufffd');
	});
});
