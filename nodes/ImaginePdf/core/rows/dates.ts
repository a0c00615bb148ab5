import { DateTime } from 'luxon';

/** How values are written as text. */
export interface TextFormat {
	/** IANA name of the time zone dates are written in. */
	readonly timeZone: string;
	/** Luxon tokens; empty for the node's own form. */
	readonly dateFormat: string;
}

/** A date as text. */
export interface Written {
	readonly text: string;
	/** It kept its day of UTC, and the time zone has another. */
	readonly isDayKept?: boolean;
}

/** A whole date, with or without a time (ISO 8601, and RFC 3339, which lets a blank stand for the T). */
const ISO_DATE =
	/^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** As old services of Microsoft write JSON: milliseconds since 1970. */
const JSON_DATE = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** Names of months and days are English, wherever n8n runs. */
const LOCALE = 'en-US';

const DAY_MS = 86_400_000;

/**
 * A JS `Date` or Luxon `DateTime` as text in the time zone of the format; `null` for one that does
 * not exist, and `undefined` for any other object.
 */
export function dateText(raw: object, format: TextFormat): Written | null | undefined {
	const time = timeOf(raw);
	if (time === undefined) return undefined;
	return Number.isFinite(time) ? written(time, format) : null;
}

/** Text that is a date or time of ISO 8601, or of `/Date(…)/`, in the format's own form. */
export function reformatted(text: string, format: TextFormat): Written | undefined {
	const trimmed = text.trim();
	const [, ms] = JSON_DATE.exec(trimmed) ?? [];
	if (ms !== undefined) return written(Number(ms), format);
	if (!ISO_DATE.test(trimmed)) return undefined;
	const date = DateTime.fromISO(trimmed.replace(' ', 'T'), { zone: format.timeZone });
	if (!date.isValid) return undefined;
	const isUtc = /(?:[Zz]|[+-]00(?::?00)?)$/.test(trimmed) && trimmed.length > 10;
	return written(date.toMillis(), format, isUtc);
}

/** Midnight UTC stands for the day, which no time zone may change. */
function written(time: number, { timeZone, dateFormat }: TextFormat, isUtc = true): Written {
	const local = DateTime.fromMillis(time, { zone: timeZone, locale: LOCALE });
	if (isUtc && time % DAY_MS === 0 && !showsTime(dateFormat)) {
		const day = local.setZone('utc');
		const text = day.toFormat(dateFormat || 'yyyy-MM-dd');
		return { text, isDayKept: day.toISODate() !== local.toISODate() };
	}
	if (dateFormat !== '') return { text: local.toFormat(dateFormat) };
	// The start of the day, since summer time skips midnight in some places.
	const isStart = time === local.startOf('day').toMillis();
	return { text: local.toFormat(isStart ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm') };
}

function withoutQuotes(format: string): string {
	return format.replace(/'[^']*'/g, ' ');
}

function showsTime(format: string): boolean {
	return /[SusmhHtTfFxX]/.test(withoutQuotes(format));
}

/** The tokens of Luxon 3 (moment.github.io/luxon, "Table of tokens"), by their letter. */
const TOKENS =
	/^(?:S|SSS|u{1,3}|s{1,2}|m{1,2}|h{1,2}|H{1,2}|Z{1,5}|z|a|d{1,2}|c|c{3,5}|E|E{3,5}|L{1,5}|M{1,5}|y|yy|y{4}|y{6}|G|GG|G{5}|kk|k{4}|W{1,2}|n{1,2}|ii|i{4}|o|ooo|q{1,2}|D{1,4}|t{1,4}|T{1,4}|f{1,4}|F{1,4}|X|x)$/;

/**
 * The part of a date format that is no token of Luxon, or that means something else there than in the format it
 * was copied from: minutes for months, a whole date for a day. `undefined` where there is none.
 */
export function foreignTokens(format: string): string | undefined {
	const own = withoutQuotes(format);
	const runs = own.match(/([A-Za-z])\1*|%/g) ?? [];
	const unknown = runs.find((run) => !TOKENS.test(run));
	if (unknown !== undefined) return unknown;
	const has = (letters: RegExp) => runs.find((run) => letters.test(run));
	if (has(/D/) && has(/[yMLd]/)) return has(/D/);
	// Minutes stand behind an hour, or before seconds.
	const isMinutes = (at: number) =>
		/^[hH]/.test(runs[at - 1] ?? '') || /^[sS]/.test(runs[at + 1] ?? '');
	const month = runs.find((run, at) => run.startsWith('m') && !isMinutes(at));
	if (month !== undefined) return month;
	// `HH:MM` has months for minutes, and `ddTHH` a time for the letter T.
	const isMonth = has(/M/) && (/[Hh][:.]?M/.test(own) || (has(/[Hh]/) && !has(/[dyLcEoGk]/)));
	if (isMonth) return has(/M/);
	return /[dDo]T[Hh]/.test(own) ? 'T' : undefined;
}

/** A date in another form than ISO 8601. */
const OTHER_DATE = /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2})(?:[ ,T].*)?$/;

/** Unix times of 2001 to 2286, in seconds or milliseconds, and serial numbers of Excel, 1954 to 2119. */
const NUMBER_DATE = /^(?:[1-9]\d{9}(?:\d{3})?|[2-7]\d{4}(?:\.\d+)?)$/;

const SAYS_DATE = /date|datum|fecha|data$|(?:^|[^a-z])(?:day|due|time)|(?:_at|_on|At|On)$/i;

/** Whether text looks like a date that this node does not reformat. */
export function looksLikeDate(text: string, variable: string): boolean {
	const trimmed = text.trim();
	return OTHER_DATE.test(trimmed) || (NUMBER_DATE.test(trimmed) && SAYS_DATE.test(variable));
}

/** By its own mark, not `instanceof`: n8n brings its own copy of Luxon, and its own realm. */
function timeOf(raw: object): number | undefined {
	if (Object.prototype.toString.call(raw) === '[object Date]') {
		return Date.prototype.getTime.call(raw);
	}
	if (!('isLuxonDateTime' in raw) || raw.isLuxonDateTime !== true) return undefined;
	const time: unknown = raw.valueOf();
	return typeof time === 'number' ? time : NaN;
}
