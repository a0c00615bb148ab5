import { DateTime } from 'luxon';

/** How values are written as text. */
export interface TextFormat {
	/** IANA name of the time zone dates are written in. */
	readonly timeZone: string;
	/** Luxon tokens; empty for the node's own form. */
	readonly dateFormat: string;
}

/** A whole date, with or without a time (ISO 8601, and RFC 3339, which lets a blank stand for the T). */
const ISO_DATE =
	/^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * A JS `Date` or Luxon `DateTime` as text in the time zone of the format; `null` for one that does
 * not exist, and `undefined` for any other object.
 */
export function dateText(raw: object, format: TextFormat): string | null | undefined {
	const time = timeOf(raw);
	if (time === undefined) return undefined;
	if (Number.isNaN(time)) return null;
	const date = DateTime.fromMillis(time, { zone: format.timeZone, locale: LOCALE });
	if (format.dateFormat !== '') return date.toFormat(format.dateFormat);
	// The start of the day, since summer time skips midnight in some places.
	const isDay = time === date.startOf('day').toMillis();
	return date.toFormat(isDay ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm');
}

/** Text that is an ISO 8601 date or time, in the format's own form; any other text stays as it is. */
export function reformatted(text: string, { timeZone, dateFormat }: TextFormat): string {
	if (dateFormat === '' || !ISO_DATE.test(text)) return text;
	const date = DateTime.fromISO(text.replace(' ', 'T'), { zone: timeZone, locale: LOCALE });
	return date.isValid ? date.toFormat(dateFormat) : text;
}

/** Names of months and days are English, wherever n8n runs. */
const LOCALE = 'en-US';

/** By its own mark, not `instanceof`: n8n brings its own copy of Luxon, and its own realm. */
function timeOf(raw: object): number | undefined {
	if (Object.prototype.toString.call(raw) === '[object Date]') {
		return Date.prototype.getTime.call(raw);
	}
	if (!('isLuxonDateTime' in raw) || raw.isLuxonDateTime !== true) return undefined;
	const time: unknown = raw.valueOf();
	return typeof time === 'number' ? time : NaN;
}
