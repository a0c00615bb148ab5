import { crc32 } from './crc32';
import { asBuffer } from './byteReader';
import { findExtra, type ExtraField } from './records';

/** Code page 437 above ASCII: what a name is in when it is not UTF-8 (APPNOTE, appendix D.1). */
const CP437 =
	'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌' +
	'█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** Info-ZIP's Unicode path: version, CRC-32 of the plain name, the name in UTF-8 (APPNOTE 4.6.9). */
const UNICODE_PATH = 0x7075;

/**
 * An entry's name as text. Without the UTF-8 flag, bytes that are well-formed UTF-8 are still read
 * as such: several writers forget the flag, and no word in code page 437 looks like that.
 */
export function decodeName(bytes: Uint8Array, flaggedUtf8: boolean, extra: ExtraField[]): string {
	if (flaggedUtf8) return asBuffer(bytes).toString('utf8');
	return unicodePath(bytes, extra) ?? strictUtf8(bytes) ?? fromCp437(bytes);
}

function unicodePath(name: Uint8Array, extra: ExtraField[]): string | undefined {
	const data = findExtra(extra, UNICODE_PATH);
	if (data === undefined || data.length < 6 || data[0] !== 1) return undefined;
	// The checksum tells whether the plain name was changed later by a tool that ignores this field.
	return data.readUInt32LE(1) === crc32(name) ? strictUtf8(data.subarray(5)) : undefined;
}

function strictUtf8(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return undefined;
	}
}

function fromCp437(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) =>
		byte < 0x80 ? String.fromCharCode(byte) : CP437.charAt(byte - 0x80),
	).join('');
}
