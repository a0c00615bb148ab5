import type { IncomingMessage } from 'node:http';

import { answerApi } from '../routes/api.mts';
import { matchRoute } from '../routes/table.mts';
import type { World } from '../world.mts';
import type { Exchange } from './pipeline.mts';
import { flatHeaders } from './request.mts';

/** The path of the base URL. */
export const API_PREFIX = '/api/v1';

/** A request to the API's origin. */
export function apiExchange(world: World, incoming: IncomingMessage): Exchange {
	const method = incoming.method ?? 'GET';
	const url = new URL(incoming.url ?? '/', 'http://api');
	const isApi = url.pathname.startsWith(`${API_PREFIX}/`);
	const pathname = isApi ? url.pathname.slice(API_PREFIX.length) : url.pathname;
	const match = isApi ? matchRoute(method, pathname) : undefined;
	const headers = flatHeaders(incoming);
	const route = match?.pattern.route ?? 'unknown';
	const isAboutJob = route === 'status' || route === 'download';
	const path = `${pathname}${url.search}`;
	return {
		request: {
			origin: 'api',
			route,
			method,
			path,
			headers,
			jobId: isAboutJob ? match?.id : undefined,
		},
		answer: async (body) =>
			await answerApi(world, { match, pathname, query: url.searchParams, headers, body }),
	};
}
