/** `from` included, `to` excluded. */
export interface ByteRange {
	from: number;
	to: number;
}

/**
 * Reads a `Range` header (RFC 9110 section 14.1.2). Several ranges and other units are ignored, as
 * S3 does.
 */
export function parseRange(header: string, length: number): ByteRange | 'ignore' | 'unsatisfiable' {
	const parts = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
	const [, first = '', last = ''] = parts ?? [];
	if (first === '' && last === '') return 'ignore';
	if (first === '') return suffix(Number(last), length);
	const from = Number(first);
	if (last !== '' && Number(last) < from) return 'ignore';
	if (from >= length) return 'unsatisfiable';
	return { from, to: last === '' ? length : Math.min(Number(last) + 1, length) };
}

function suffix(bytes: number, length: number): ByteRange | 'unsatisfiable' {
	if (bytes === 0 || length === 0) return 'unsatisfiable';
	return { from: Math.max(0, length - bytes), to: length };
}
