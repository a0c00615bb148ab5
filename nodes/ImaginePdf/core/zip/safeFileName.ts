/** Most file systems allow 255 bytes; this leaves room for what a user or a tool puts around it. */
const MAX_BYTES = 200;
const EXTENSION = '.pdf';

/** Not allowed in names on Windows, beside control characters (Microsoft, "Naming Files"). */
const RESERVED_CHARACTERS = /[<>:"|?*]/g;

/**
 * Controls, line separators, byte-order marks, half surrogate pairs, and the invisible marks that
 * reverse the direction of text, which make `fdp.exe` look like `exe.pdf` (Unicode TR 36).
 */
const INVISIBLE =
	/[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ufff9-\ufffb]/gu;

/** Names that Windows keeps for devices, with any extension (Microsoft, "Naming Files"). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/**
 * A file name out of an archive made safe to store, attach or offer for download anywhere: no path,
 * nothing invisible, nothing reserved, at most 200 bytes, ending in `.pdf`, and no duplicate.
 * Unicode is kept (NFC).
 *
 * @param name as the archive has it
 * @param taken names given so far, folded by `foldName`; the new one is added
 * @param fallback used where nothing of the name is left, e.g. `document-3`
 */
export function safeFileName(name: string, taken: Set<string>, fallback: string): string {
	const stem = safeStem(name) || safeStem(fallback) || 'document';
	for (let count = 1; ; count++) {
		const mark = count === 1 ? '' : ` (${count})`;
		const candidate = `${fit(stem, MAX_BYTES - mark.length - EXTENSION.length)}${mark}${EXTENSION}`;
		const folded = foldName(candidate);
		if (taken.has(folded)) continue;
		taken.add(folded);
		return candidate;
	}
}

/** Names that some file system takes for the same one fold to equal texts. */
export function foldName(name: string): string {
	return name.normalize('NFKC').toLowerCase().toUpperCase();
}

function safeStem(name: string): string {
	const base = name.split(/[/\\]/).pop() ?? '';
	const visible = base.normalize('NFC').replace(INVISIBLE, '').replace(RESERVED_CHARACTERS, '_');
	const trimmed = trim(visible);
	const stem = trim(trimmed.replace(/\.pdf$/i, ''));
	// Devices are known by what stands before the first dot: `nul.tar.pdf` is one, too.
	const [device = ''] = stem.split('.', 1);
	return DEVICE.test(device.trim()) ? `_${stem}` : stem;
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
