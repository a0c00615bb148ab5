import { once } from 'node:events';

import { failure, text, type Answer, type Wire } from '../http/answer.mts';
import { expiredAnswer, missingAnswer } from '../storage/serve.mts';
import type { FaultAction, FaultContext } from './schedule.mts';

/*
 * The ready-made actions. Each tells in its first line what the client sees; whether the service
 * has done its work by then (and charged for it) is said where it matters.
 */

/** The answer comes `ms` later (by the emulator's clock); nothing is processed before. */
export const delay = (ms: number): FaultAction => ({
	name: `delay(${ms})`,
	before: async ({ clock, closing }) => void (await clock.sleep(ms, closing)),
});

/** The answer comes `ms` later, but what was asked for has been done at once. */
export function delayAnswer(ms: number): FaultAction {
	return {
		name: `delayAnswer(${ms})`,
		async after(answer, { clock, closing }) {
			await clock.sleep(ms, closing);
			return answer;
		},
	};
}

/** The connection is reset; nothing was processed. */
export function resetBefore(): FaultAction {
	return { name: 'resetBefore()', before: async () => RESET };
}

/** The request is never answered; nothing was processed. */
export function silence(): FaultAction {
	return { name: 'silence()', before: async (context) => await never(context) };
}

/**
 * What comes in the place of an answer comes after the request was processed and charged: an
 * unknown outcome where it costs money.
 */
export function charged(action: FaultAction): FaultAction {
	return {
		name: `charged ${action.name}`,
		after: async (given, context) => (await action.before?.(context)) ?? given,
	};
}

/** The connection is reset without an answer, but the request was processed. */
export const resetAfter = (): FaultAction => charged(resetBefore());

/** The request is never answered, but it was processed. */
export const silenceAfter = (): FaultAction => charged(silence());

interface Instead {
	status: number;
	/** Header names in lower case. */
	headers?: Record<string, string>;
	/** Default: empty. */
	body?: string;
	/** Default: `application/json`. */
	contentType?: string;
}

/** Any answer; nothing was processed. */
export function answer({ status, headers, body = '', contentType: type }: Instead): FaultAction {
	const given = text(status, type ?? 'application/json; charset=utf-8', body);
	const before = async () => ({ ...given, headers: { ...given.headers, ...headers } });
	return { name: `answer(${status})`, before };
}

/** Any answer, but the request was processed. */
export const answerAfter = (instead: Instead): FaultAction => charged(answer(instead));

/** A refusal in ImaginePDF's own envelope; nothing was processed. */
export function refusal(
	status: number,
	code: string,
	message = 'As the script says.',
): FaultAction {
	return { name: `refusal(${status} ${code})`, before: async () => failure(status, code, message) };
}

/** A gateway's HTML page; nothing was processed. */
export function gatewayPage(status = 502): FaultAction {
	const html = `<html><head><title>${status}</title></head><body><h1>${status} Gateway</h1></body></html>`;
	const page = text(status, 'text/html; charset=utf-8', html);
	return { name: `gatewayPage(${status})`, before: async () => page };
}

/** A gateway's HTML page, but the request was processed. */
export const gatewayPageAfter = (status = 504): FaultAction => charged(gatewayPage(status));

export type RetryAfter =
	/** As a number of seconds. */
	| { seconds: number }
	/** As an HTTP date, so many milliseconds from now by the emulator's clock. */
	| { dateInMs: number }
	/** As any text. */
	| { text: string };

/** 429 or 503 of a gateway, with `Retry-After` unless `when` is left out; nothing was processed. */
export function busy(status: 429 | 503, when?: RetryAfter): FaultAction {
	const action = answer({ status, contentType: 'text/plain', body: 'Too many requests' });
	const named = { ...action, name: `busy(${status})` };
	return when ? retryLater(named, when) : named;
}

/** The same answer with a `Retry-After`. */
export function retryLater(action: FaultAction, when: RetryAfter): FaultAction {
	return {
		name: `${action.name} ${JSON.stringify(when)}`,
		async before(context) {
			const given = await action.before?.(context);
			if (!given) return undefined;
			const header = retryAfter(when, context.clock.now());
			return { ...given, headers: { ...given.headers, 'retry-after': header } };
		},
	};
}

/** The body ends after `at` bytes, and the connection with it, cleanly or by a reset. */
export function truncate(at: number, by: 'end' | 'reset' = 'end'): FaultAction {
	return onWire(`truncate(${at} ${by})`, { cutAt: at, cutBy: by });
}

/** Nothing comes after `at` bytes of the body; the connection stays open until the client leaves. */
export function stall(at: number): FaultAction {
	return onWire(`stall(${at})`, { stallAt: at });
}

/**
 * `Content-Length` announces another length than the body has; then the connection ends. Null
 * leaves the header out, so that only the end of the chunks tells the length.
 */
export function announceLength(length: number | null): FaultAction {
	return onWire(`announceLength(${length})`, { announcedLength: length });
}

/** `Content-Type` says something else; the body is right. */
export function contentType(type: string): FaultAction {
	return {
		name: `contentType(${type})`,
		after: (given) => ({ ...given, headers: { ...given.headers, 'content-type': type } }),
	};
}

/**
 * The job that the request is about ends `ms` later (by the emulator's clock), whatever its timing said.
 * By it a job can be held until something has struck. The event `job` does not tell of it.
 */
export function endJob(ms: number): FaultAction {
	return {
		name: `endJob(${ms})`,
		async before({ job, clock }) {
			if (!job) return undefined;
			job.endsAt = clock.now() + ms;
			job.rowEnds = job.rowEnds.map((end) => Math.min(end, job.endsAt));
			return undefined;
		},
	};
}

/** A redirect, by default to the other origin's `/elsewhere`; nothing was processed. */
export function redirect(location?: string, status = 302): FaultAction {
	return {
		name: `redirect(${status})`,
		before: async ({ storageOrigin }) => ({
			status,
			headers: { location: location ?? `${storageOrigin}/elsewhere` },
			body: '',
		}),
	};
}

/**
 * On `download` and `generate`: the presigned URL in the answer has expired already. On the
 * storage: the URL is refused as expired, however new it is.
 */
export function expired(): FaultAction {
	return {
		name: 'expired()',
		after(given, { presigner, storageOrigin }) {
			if (given.headers['content-type']?.startsWith('application/json') !== true)
				return expiredAnswer();
			if (typeof given.body !== 'string') return given;
			const urls = new RegExp(`${storageOrigin}[^"]+`, 'g');
			return { ...given, body: given.body.replace(urls, (url) => presigner.expire(url)) };
		},
	};
}

/** The storage does not have the file (yet). */
export function missingFile(): FaultAction {
	return { name: 'missingFile()', before: async () => missingAnswer() };
}

const RESET: Answer = { status: 0, headers: {}, body: '', wire: { reset: true } };

/** Waits until the emulator closes; the client will have left by then. */
async function never({ closing, gone }: FaultContext): Promise<Answer> {
	const over = AbortSignal.any([closing, gone]);
	if (!over.aborted) await once(over, 'abort');
	return RESET;
}

function onWire(name: string, wire: Wire): FaultAction {
	return { name, after: (given) => ({ ...given, wire: { ...given.wire, ...wire } }) };
}

function retryAfter(when: RetryAfter, now: number): string {
	if ('seconds' in when) return String(when.seconds);
	if ('text' in when) return when.text;
	return new Date(now + when.dateInMs).toUTCString();
}
