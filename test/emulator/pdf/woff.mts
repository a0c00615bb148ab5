import { inflateSync } from 'node:zlib';

const WOFF_HEADER_BYTES = 44;
const WOFF_TABLE_BYTES = 20;
const SFNT_HEADER_BYTES = 12;
const SFNT_TABLE_BYTES = 16;

interface Table {
	tag: string;
	checksum: number;
	data: Buffer;
}

/**
 * A WOFF 1.0 file as the plain font inside (W3C WOFF 1.0, sections 3 to 5). fontkit reads WOFF too,
 * but inflates a whole table for every glyph: seconds per PDF with a font of this size.
 */
export function unpackWoff(woff: Buffer): Buffer {
	const count = woff.readUInt16BE(12);
	const tables = Array.from({ length: count }, (_, index) =>
		readTable(woff, WOFF_HEADER_BYTES + index * WOFF_TABLE_BYTES),
	);
	return writeSfnt(woff.readUInt32BE(4), tables);
}

function readTable(woff: Buffer, at: number): Table {
	const offset = woff.readUInt32BE(at + 4);
	const packedLength = woff.readUInt32BE(at + 8);
	const length = woff.readUInt32BE(at + 12);
	const packed = woff.subarray(offset, offset + packedLength);
	return {
		tag: woff.toString('latin1', at, at + 4),
		checksum: woff.readUInt32BE(at + 16),
		data: packedLength < length ? inflateSync(packed) : packed,
	};
}

function writeSfnt(flavour: number, tables: readonly Table[]): Buffer {
	const header = Buffer.alloc(SFNT_HEADER_BYTES);
	const power = Math.floor(Math.log2(tables.length));
	header.writeUInt32BE(flavour, 0);
	header.writeUInt16BE(tables.length, 4);
	header.writeUInt16BE(2 ** power * 16, 6);
	header.writeUInt16BE(power, 8);
	header.writeUInt16BE((tables.length - 2 ** power) * 16, 10);
	const directory: Buffer[] = [];
	const data: Buffer[] = [];
	let offset = SFNT_HEADER_BYTES + tables.length * SFNT_TABLE_BYTES;
	for (const table of tables) {
		const record = Buffer.alloc(SFNT_TABLE_BYTES);
		record.write(table.tag, 0, 'latin1');
		record.writeUInt32BE(table.checksum, 4);
		record.writeUInt32BE(offset, 8);
		record.writeUInt32BE(table.data.length, 12);
		directory.push(record);
		const padding = Buffer.alloc((4 - (table.data.length % 4)) % 4);
		data.push(table.data, padding);
		offset += table.data.length + padding.length;
	}
	return Buffer.concat([header, ...directory, ...data]);
}
