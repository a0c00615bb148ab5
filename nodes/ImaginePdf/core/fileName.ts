/** Most file systems allow 255 bytes; this leaves room for what a user or a tool puts around it. */
const MAX_BYTES = 200;
/** Kinds of files that are named here. */
export type Extension = '.pdf' | '.zip' | '.png';

/**
 * Not allowed in names on Windows, beside control characters (Microsoft, "Naming Files"), and the two
 * that separate folders.
 */
const RESERVED_CHARACTERS = /[<>:"|?*/\\]/g;

/**
 * Controls, line separators, byte-order marks, half surrogate pairs, and the invisible marks that
 * reverse the direction of text, which make `fdp.exe` look like `exe.pdf` (Unicode TR 36).
 */
const NOT_SHOWN =
	/[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ufff9-\ufffb]/gu;

/** Names that Windows keeps for devices, with any extension; ¹, ² and ³ count as digits (Microsoft, "Naming Files"). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9\xb9\xb2\xb3]|lpt[0-9\xb9\xb2\xb3])$/i;

/** Line breaks and tabs: each run of them becomes a blank. */
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * A name that a user chose as a file name that is safe to store, attach or offer for download
 * anywhere: one line, no path, nothing invisible, nothing reserved, at most 200 bytes, ending as its
 * kind does. Slashes become `_`, since `FV/001/2026` is the number of an invoice. Unicode is kept (NFC).
 *
 * @param fallback used where nothing of the name is left, e.g. `document-3`
 */
export function safeFileName(
	name: string,
	fallback: string,
	extension: Extension = '.pdf',
): string {
	const stem = safeStem(name, extension) || safeStem(fallback, extension) || 'document';
	return numbered(stem, 1, extension);
}

/**
 * The same for an entry of an archive, whose name begins with the folders it is in.
 *
 * @param path as the archive has it
 */
export function entryFileName(path: string, fallback: string): string {
	return safeFileName(path.split(/[/\\]/).pop() ?? '', fallback);
}

/**
 * A safe file name with a number behind it where it was given before.
 *
 * @param name as `safeFileName` made it
 * @param taken names given so far, by `fileNameKey`, with the next number to try; the new one is added
 */
export function distinctName(name: string, taken: Map<string, number>): string {
	const dot = name.lastIndexOf('.');
	const key = fileNameKey(name);
	for (let count = taken.get(key) ?? 1; ; count++) {
		const chosen = numbered(name.slice(0, dot), count, name.slice(dot));
		if (count > 1 && taken.has(fileNameKey(chosen))) continue;
		taken.set(fileNameKey(chosen), 2).set(key, count + 1);
		return chosen;
	}
}

function numbered(stem: string, count: number, extension: string): string {
	const mark = count === 1 ? '' : ` (${count})`;
	return `${fit(stem, MAX_BYTES - mark.length - extension.length)}${mark}${extension}`;
}

/** Equal for names that some file system takes for the same one. */
export function fileNameKey(name: string): string {
	return name.normalize('NFKC').toLowerCase().toUpperCase();
}

function safeStem(name: string, extension: Extension): string {
	const visible = name.replace(LINE_BREAKS, ' ').replace(NOT_SHOWN, '');
	// NFC comes last of these: what is taken out may have stood between a letter and its accent.
	const plain = visible.replace(RESERVED_CHARACTERS, '_').normalize('NFC');
	const stem = trim(withoutExtension(plain.replace(/[\s.]+$/u, ''), extension));
	// Devices are known by what stands before the first dot: `nul.tar.pdf` is one, too.
	const [device = ''] = stem.split('.', 1);
	return DEVICE.test(device.trim()) ? `_${stem}` : stem;
}

function withoutExtension(name: string, extension: Extension): string {
	return name.toLowerCase().endsWith(extension) ? name.slice(0, -extension.length) : name;
}

function trim(text: string): string {
	return text.replace(/^[\s.]+|[\s.]+$/gu, '');
}

/** Cuts at a whole character where the text takes more than `bytes` in UTF-8. */
function fit(text: string, bytes: number): string {
	if (Buffer.byteLength(text) <= bytes) return text;
	let used = 0;
	let kept = '';
	for (const character of text) {
		used += Buffer.byteLength(character);
		if (used > bytes) break;
		kept += character;
	}
	return trim(kept);
}
