/** Replaces secrets in a text by a mark. */
export type Redact = (text: string) => string;

const MARK = '[hidden]';

/** Keys by their look, whoever's they are (API page: `pc_live_…`). */
const KEY_LIKE = /\bpc_(live|test)_[A-Za-z0-9_-]+/g;

/** A URL with a query: presigned URLs carry their signature there. Host and path may stay. */
const QUERY_OF_URL = /(https?:\/\/[^\s?"'<>]+)\?[^\s"'<>]*/g;

/** Hides the API key and the signatures of presigned URLs, wherever in a text they stand. */
export function createRedact(apiKey: string): Redact {
	return (text) =>
		text.replaceAll(apiKey, MARK).replace(KEY_LIKE, MARK).replace(QUERY_OF_URL, `$1?${MARK}`);
}
