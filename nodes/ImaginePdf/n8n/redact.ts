/** Replaces secrets in a text by a mark. */
export type Redact = (text: string) => string;

const MARK = '[hidden]';

/** What looks like a key, whoever it belongs to (docs/imaginepdf-api.md: `pc_live_…`). */
const KEY_LIKE = /\bpc_(live|test)_[A-Za-z0-9_-]+/g;

/**
 * A URL with a query: presigned URLs carry their signature there. Host and path may stay. Slashes
 * come escaped where the text is JSON within JSON.
 */
const QUERY_OF_URL = /(https?:[\\/]+[^\s?"'<>]+)\?[^\s"'<>]*/gi;

/** The same within another URL's query, where it is percent-encoded. */
const QUERY_OF_ENCODED_URL = /(https?%3A[^\s"'<>]*?)%3F[^\s"'<>]*/gi;

/** The secret parts of a presigned URL where they stand alone, as in an XML or JSON error. */
const SIGNATURE = /((?:signature|credential|security-token)(?:=|%3D))[^\s"'<>&]+/gi;

/** A shorter beginning of the key says nothing, and would hide ordinary words. */
const SHORTEST_CUT = 6;

/** Hides the API key and the signatures of presigned URLs, wherever in a text they stand. */
export function createRedact(apiKey: string): Redact {
	const forms = formsOf(apiKey);
	return (text) => {
		let hidden = text;
		for (const form of forms) hidden = withoutCutForm(hidden.replaceAll(form, MARK), form);
		return hidden
			.replace(KEY_LIKE, MARK)
			.replace(QUERY_OF_URL, `$1?${MARK}`)
			.replace(QUERY_OF_ENCODED_URL, `$1%3F${MARK}`)
			.replace(SIGNATURE, `$1${MARK}`);
	};
}

/** How pages and gateways write a key down; none for an empty one, which is in every text. */
function formsOf(apiKey: string): string[] {
	if (apiKey === '') return [];
	const html = apiKey.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
	const base64 = Buffer.from(apiKey).toString('base64').replace(/=+$/, '');
	const json = JSON.stringify(apiKey).slice(1, -1);
	const forms = [apiKey, encodeURIComponent(apiKey), json, html, base64];
	return [...new Set(forms)];
}

/** Long texts are cut with an ellipsis, perhaps in the middle of the key. */
function withoutCutForm(text: string, form: string): string {
	for (let length = form.length - 1; length >= SHORTEST_CUT; length--) {
		const cut = `${form.slice(0, length)}…`;
		if (text.includes(cut)) return text.replaceAll(cut, `${MARK}…`);
	}
	return text;
}
