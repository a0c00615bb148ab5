import { failure, text, type Answer } from '../http/answer.mts';
import type { FaultAction, FaultContext } from './schedule.mts';

/*
 * Answers that repeat the request, as debug pages and gateways do: its URL, signature and all, and
 * its headers, among them the key. What a client shows of an answer must not hold them.
 */

type Said = { url: string; headers: Record<string, string> };

/** Ways to write a request down. */
export const ECHOES = {
	'as text': (said) => `${said.url} x-api-key: ${said.headers['x-api-key'] ?? ''}`,
	'as JSON in JSON': (said) => JSON.stringify(said).replaceAll('/', '\\/'),
	'percent-encoded': ({ url, headers }) =>
		`back=${encodeURIComponent(url)}&key=${encodeURIComponent(headers['x-api-key'] ?? '')}`,
	'as signature alone': ({ url }) => `Bad ${new URL(url).searchParams.toString()}`,
	'in Base64': ({ headers }) => Buffer.from(headers['x-api-key'] ?? '').toString('base64'),
	'as HTML': (said) =>
		`${said.url} ${said.headers['x-api-key'] ?? ''}`
			.replaceAll('&', '&amp;')
			.replaceAll('"', '&quot;'),
	/** Readers cut long pages off: here in the middle of the key. */
	'cut in the key': ({ headers }) => `${'x'.repeat(105)} ${headers['x-api-key'] ?? ''}`,
} satisfies Record<string, (said: Said) => string>;

export type Echo = keyof typeof ECHOES;

/** An answer of any status that repeats the request, in the envelope or as a page of its own. */
export function echo(status: number, how: Echo, form: 'envelope' | 'page'): FaultAction {
	return {
		name: `echo(${status} ${how} ${form})`,
		before: async ({ request }) => echoed(status, ECHOES[how](request), form),
	};
}

/** An error of the API that names the presigned URL that it was about to hand out. */
export function echoLink(status: number, how: Echo, form: 'envelope' | 'page'): FaultAction {
	return {
		name: `echoLink(${status} ${how} ${form})`,
		after: (given, { request, storageOrigin }) => {
			const url = linkIn(given, storageOrigin) ?? request.url;
			return echoed(status, ECHOES[how]({ ...request, url }), form);
		},
	};
}

function echoed(status: number, said: string, form: 'envelope' | 'page'): Answer {
	if (form === 'envelope') return failure(status, 'INTERNAL_ERROR', said);
	return text(status, 'text/html', `<html><body>${said}</body></html>`);
}

function linkIn({ body }: Answer, origin: FaultContext['storageOrigin']): string | undefined {
	if (typeof body !== 'string') return undefined;
	return new RegExp(`${origin}[^"]+`).exec(body)?.[0];
}
