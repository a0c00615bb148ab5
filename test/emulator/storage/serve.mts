import { text, type Answer } from '../http/answer.mts';
import type { Exchange, Incoming } from '../http/server.mts';
import type { StorageRoute } from '../routes/names.mts';
import type { World } from '../world.mts';
import { fileOf } from './shelf.mts';

/** A path names the job, generated PDF, page of a design or picture. */
const PATHS: Record<StorageRoute, RegExp> = {
	zip: /^\/jobs\/([^/]+)\/batch_output\.zip$/,
	pdf: /^\/pdfs\/([^/]+)\/output\.pdf$/,
	image: /^\/previews\/([^/]+\/page-\d+)\.png$/,
	thumbnail: /^\/thumbnails\/([^/]+)\/thumbnail$/,
};

function find(pathname: string): { route: StorageRoute; id: string } | undefined {
	for (const [route, expression] of Object.entries(PATHS)) {
		const id = expression.exec(pathname)?.[1];
		if (id !== undefined) return { route: route as StorageRoute, id };
	}
	return undefined;
}

/** A request to the storage's origin, answered in S3's words (Amazon S3 API reference, "Error responses"). */
export function storageExchange(world: World, { method, url, headers }: Incoming): Exchange {
	const found = find(url.pathname);
	const { route = 'unknown', id = '' } = found ?? {};
	const jobId = route === 'zip' ? (world.jobs.find(id)?.jobId ?? id) : undefined;
	return {
		request: { origin: 'storage', route, path: url.pathname, jobId },
		...(route === 'pdf' && { generationId: id }),
		answer: async (_body, strikes, context) => {
			if ('x-api-key' in headers) {
				return xmlError(400, 'InvalidRequest', 'X-API-Key must not be sent to the storage.');
			}
			if (method !== 'GET' && method !== 'HEAD') {
				return xmlError(405, 'MethodNotAllowed', 'The specified method is not allowed.');
			}
			const verdict = world.presigner.check(url);
			if (verdict === 'forged') {
				return xmlError(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
			}
			if (verdict === 'expired') return expiredAnswer();
			const kept = found && (await world.shelf[found.route](id));
			if (!kept) return missingAnswer();
			const other = strikes.find(({ file }) => file)?.file?.(context);
			const file = other ? fileOf(other, kept.contentType, 0) : kept;
			return {
				status: 200,
				headers: {
					'content-type': file.contentType,
					etag: file.etag,
					'last-modified': file.lastModified,
				},
				body: file.content,
			};
		},
	};
}

export function missingAnswer(): Answer {
	return xmlError(404, 'NoSuchKey', 'The specified key does not exist.');
}

export function expiredAnswer(): Answer {
	return xmlError(403, 'AccessDenied', 'Request has expired');
}

function xmlError(status: number, code: string, message: string): Answer {
	const xml =
		'<?xml version="1.0" encoding="UTF-8"?>\n' +
		`<Error><Code>${code}</Code><Message>${message}</Message><RequestId>EMULATOR</RequestId></Error>`;
	return text(status, 'application/xml', xml);
}
