/**
 * How long to wait before asking again: what the service says (`Retry-After`), else a wait of our
 * own that doubles and is spread at random, so that many jobs do not come back at the same moment.
 */

/** Bounds of a wait of our own, in milliseconds. */
export interface BackoffBounds {
	/** Upper bound of the first wait. */
	base: number;
	/** Upper bound of every wait. */
	cap: number;
}

/**
 * A random wait below `base × 2^attempt`, never above `cap` ("full jitter").
 *
 * @param attempt 0 for the wait after the first try
 * @param random a number from 0 (inclusive) to 1 (exclusive), as `Math.random` gives
 * @returns whole milliseconds
 */
export function backoffMs(attempt: number, random: () => number, bounds: BackoffBounds): number {
	const ceiling = Math.min(bounds.cap, bounds.base * 2 ** Math.max(0, attempt));
	return Math.floor(random() * ceiling);
}

/**
 * The three forms of an HTTP date (RFC 9110, section 5.6.7). They are matched before `Date.parse`
 * sees them, because V8 also makes dates out of texts like "maybe 7".
 */
const HTTP_DATES = [
	/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
	/^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
	/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** Milliseconds since the epoch of an HTTP date, or `undefined` for any other text. */
export function parseHttpDate(text: string): number | undefined {
	if (!HTTP_DATES.some((form) => form.test(text))) return undefined;
	// The third form (asctime) has no zone, and means GMT all the same.
	const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
	return Number.isNaN(time) ? undefined : time;
}

/**
 * What `Retry-After` asks for: seconds or an HTTP date (RFC 9110, section 10.2.3).
 *
 * @param headers header names in lower case
 * @param now milliseconds since the epoch
 * @returns milliseconds from `now`, not capped; 0 for a time that has passed; `undefined` without
 * the header or where it says neither
 */
export function retryAfterMs(
	headers: Readonly<Record<string, string>>,
	now: number,
): number | undefined {
	const text = headers['retry-after']?.trim();
	if (text === undefined) return undefined;
	// Decimals and signs are not in the RFC, but their meaning is plain.
	if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Math.max(0, Math.ceil(Number(text) * 1000));
	const time = parseHttpDate(text);
	return time === undefined ? undefined : Math.max(0, time - now);
}
