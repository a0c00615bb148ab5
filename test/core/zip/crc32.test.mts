import fc from 'fast-check';

import { crc32 } from '../../../nodes/ImaginePdf/core/zip/crc32.ts';

/** One bit after the other, as the standard tells it. */
function bitByBit(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	}
	return ~crc >>> 0;
}

describe('crc32', () => {
	it('crc32 gives the check value of the CRC catalogue', () => {
		expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
		expect(crc32(new Uint8Array(0))).toBe(0);
	});

	it('crc32 agrees with its definition at every length and alignment', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(16), (bytes, offset) => {
				const view = bytes.subarray(Math.min(offset, bytes.length));
				expect(crc32(view)).toBe(bitByBit(view));
			}),
		);
	});

	it('crc32 can be continued at any place', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
				const first = crc32(bytes.subarray(0, cut));
				expect(crc32(bytes.subarray(cut), first)).toBe(crc32(bytes));
			}),
		);
	});
});
