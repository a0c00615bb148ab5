import type { IncomingMessage } from 'node:http';

import { matchStoragePath } from '../storage/find.mts';
import { answerStorage } from '../storage/serve.mts';
import type { World } from '../world.mts';
import type { Exchange } from './pipeline.mts';
import { flatHeaders } from './request.mts';

/** A request to the storage's origin. */
export function storageExchange(world: World, incoming: IncomingMessage): Exchange {
	const method = incoming.method ?? 'GET';
	const url = new URL(incoming.url ?? '/', 'http://storage');
	const path = matchStoragePath(url.pathname);
	const headers = flatHeaders(incoming);
	return {
		request: {
			origin: 'storage',
			route: path?.route ?? 'unknown',
			method,
			path: url.pathname,
			headers,
			jobId: path?.route === 'zip' ? (world.jobs.find(path.id)?.jobId ?? path.id) : undefined,
		},
		...(path?.route === 'pdf' && { generationId: path.id }),
		answer: async (_body, strikes, context) =>
			await answerStorage(world, {
				path,
				method,
				url,
				headers: strikes.reduce((seen, { request }) => request?.(seen) ?? seen, headers),
				swap: async (file) => {
					let swapped = file;
					for (const action of strikes)
						swapped = (await action.file?.(swapped, context)) ?? swapped;
					return swapped;
				},
			}),
	};
}
