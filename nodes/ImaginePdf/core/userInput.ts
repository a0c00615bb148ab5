import { Failure, type FailureDetails } from './failure';

/* What people enter by hand: addresses and IDs, taken as they are meant or refused. */

const LOCAL_HOST = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Where the API is on a host that is named without a path, as the vendor's own pages write it. */
const API_PATH = '/api/v1';

/**
 * The base URL of the API as it is used, without a trailing slash, credentials or query.
 * @throws Failure where it is none, or would send the key unencrypted over a network
 */
export function baseUrlFrom(entered: string): string {
	const url = URL.canParse(entered) ? new URL(entered) : undefined;
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw badCredential(
			"The base URL of the credential 'ImaginePDF API' is not a web address",
			'Enter it as in the default: https://api.imaginepdf.com/api/v1',
		);
	}
	if (url.protocol === 'http:' && !LOCAL_HOST.test(url.hostname)) {
		throw badCredential(
			"The base URL of the credential 'ImaginePDF API' is not encrypted",
			'With http:// anyone on the way could read the API key. Use https://, or a local address.',
		);
	}
	return `${url.origin}${url.pathname.replace(/\/+$/, '') || API_PATH}`;
}

/** A credential that cannot be used as it is. */
export function badCredential(message: string, description: string): Failure {
	return new Failure({ message, description, code: 'CREDENTIAL' });
}

/** What the documented ids look like: `design_abc123` (docs/imaginepdf-api.md, "Batch"). */
const DOCUMENTED_ID = /^design_[A-Za-z0-9]+$/;

/** Text that would lead to another address than that of one design or job. */
const NO_PATH_SEGMENT = /[/\\?#\s]|^\.{1,2}$/;

/**
 * The design id in what a user entered. A pasted web address is accepted when exactly one of its
 * parts looks like a documented id; anything less certain is refused rather than guessed.
 * @throws Failure naming the item, when there is no single id in the text
 */
export function designIdFrom(entered: string, itemIndex: number): string {
	const text = entered.trim();
	if (!NO_PATH_SEGMENT.test(text)) return text;
	const candidates = new Set(text.split(/[/\\?#&=\s]+/).filter((part) => DOCUMENTED_ID.test(part)));
	const [only] = candidates;
	if (only !== undefined && candidates.size === 1 && URL.canParse(text)) return only;
	throw badId(itemIndex, {
		message: `'Design' is not an ID: '${excerpt(text)}'`,
		description:
			"Choose the design from the list, or enter only its ID, e.g. 'design_abc123', without a web address or slashes.",
		code: 'INVALID_DESIGN_ID',
		isBeforePaying: true,
	});
}

/**
 * The job id that a user entered.
 * @throws Failure naming the item, when there is none or it cannot be one
 */
export function jobIdFrom(entered: string, itemIndex: number): string {
	if (entered === '') {
		throw badId(itemIndex, {
			message: "'Job ID' is empty",
			description:
				"Enter the job ID that the operation 'Submit' returned, e.g. with the expression {{ $json.jobId }}.",
			code: 'NO_JOB_ID',
		});
	}
	if (!NO_PATH_SEGMENT.test(entered)) return entered;
	throw badId(itemIndex, {
		message: `'Job ID' is not an ID: '${excerpt(entered)}'`,
		description:
			"Enter only the job ID that the operation 'Submit' returned, without a web address or slashes.",
		code: 'INVALID_JOB_ID',
	});
}

/** The failure for an item whose ID cannot be used; its message names the item. */
export function badId(itemIndex: number, { message, ...more }: FailureDetails): Failure {
	const named = `${message} [item ${itemIndex}]`;
	return new Failure({ ...more, message: named, itemIndexes: [itemIndex] });
}

function excerpt(text: string): string {
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Removes the brackets that n8n puts around a name that is dragged in: `['Unit Price']`, `lines['Unit Price']`. */
export function plainNames(entered: string): string {
	const parted = entered.replace(/(?<=[\p{L}\p{N}_$\]])\['/gu, ".['");
	return parted.replace(/\['((?:[^'\\]|\\.)*)'\]/g, (_, name: string) => name.replace(/\\'/g, "'"));
}

/** A field of a list is dragged in with the list before it: `lines[0].price`. */
export function columnNames(entered: string): string {
	return plainNames(entered).replace(/[^,=]*\[\d+\]\.?/g, '');
}
