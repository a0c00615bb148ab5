import { text, type Answer } from '../http/answer.mts';
import type { World } from '../world.mts';
import { findFile, type StoragePath } from './find.mts';
import { parseRange } from './range.mts';
import type { StoredFile } from './shelf.mts';

export interface StorageCall {
	path: StoragePath | undefined;
	method: string;
	url: URL;
	headers: Record<string, string>;
	/** Stands between the file and its sending, for faults. */
	swap: (file: StoredFile) => Promise<StoredFile>;
}

/** What the storage answers, in S3's words (Amazon S3 API reference, "Error responses"). */
export async function answerStorage(world: World, call: StorageCall): Promise<Answer> {
	if ('x-api-key' in call.headers) {
		return xmlError(400, 'InvalidRequest', 'X-API-Key must not be sent to the storage.');
	}
	if (call.method !== 'GET' && call.method !== 'HEAD') {
		return xmlError(405, 'MethodNotAllowed', 'The specified method is not allowed.');
	}
	const verdict = world.presigner.check(call.url);
	if (verdict === 'forged') {
		return xmlError(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
	}
	if (verdict === 'expired') return expiredAnswer();
	const file = call.path && (await findFile(world, call.path));
	if (!file) return missingAnswer();
	return fileAnswer(await call.swap(file), call.headers, world.behaviour.choices.ranges);
}

export function missingAnswer(): Answer {
	return xmlError(404, 'NoSuchKey', 'The specified key does not exist.');
}

export function expiredAnswer(): Answer {
	return xmlError(403, 'AccessDenied', 'Request has expired');
}

function fileAnswer(file: StoredFile, headers: Record<string, string>, ranges: boolean): Answer {
	const common = {
		'content-type': file.contentType,
		etag: file.etag,
		'last-modified': file.lastModified,
	};
	const whole: Answer = {
		status: 200,
		headers: ranges ? { ...common, 'accept-ranges': 'bytes' } : common,
		body: file.content,
	};
	if (!ranges || headers.range === undefined || !rangeApplies(file, headers['if-range']))
		return whole;
	const { length } = file.content;
	const range = parseRange(headers.range, length);
	if (range === 'ignore') return whole;
	if (range === 'unsatisfiable') {
		const refusal = xmlError(416, 'InvalidRange', 'The requested range is not satisfiable');
		return { ...refusal, headers: { ...refusal.headers, 'content-range': `bytes */${length}` } };
	}
	const { from, to } = range;
	return {
		status: 206,
		headers: { ...whole.headers, 'content-range': `bytes ${from}-${to - 1}/${length}` },
		body: {
			length: to - from,
			read: (start, end) => file.content.read(from + start, from + end),
		},
	};
}

/** RFC 9110 section 13.1.5: a strong ETag or the very Last-Modified, else the whole file. */
function rangeApplies(file: StoredFile, ifRange: string | undefined): boolean {
	return ifRange === undefined || ifRange === file.etag || ifRange === file.lastModified;
}

function xmlError(status: number, code: string, message: string): Answer {
	const xml =
		'<?xml version="1.0" encoding="UTF-8"?>\n' +
		`<Error><Code>${code}</Code><Message>${message}</Message><RequestId>EMULATOR</RequestId></Error>`;
	return text(status, 'application/xml', xml);
}
