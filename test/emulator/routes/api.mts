import { failure, Refused, text, type Answer } from '../http/answer.mts';
import type { Exchange, Incoming } from '../http/server.mts';
import type { Generation, Workspace } from '../model.mts';
import type { World } from '../world.mts';
import { download, generate, status, submit } from './paid.mts';
import { design, designs, me, preview, tree } from './designs.mts';
import type { ApiRoute } from './names.mts';
import { upload } from './upload.mts';

/** The path of the base URL. */
export const API_PREFIX = '/api/v1';

const HANDLERS = { designs, design, tree, preview, submit, status, download, generate, upload, me };

/** The generation that a route belongs to. */
type Speaks = Generation | 'both';

interface Match {
	route: ApiRoute;
	speaks: Speaks;
	/** The decoded `:id`. */
	id: string | undefined;
}

/** docs/imaginepdf-api.md, "Batch", "Single PDF", "Designs", "Images". */
const ROUTES: ReadonlyArray<[route: ApiRoute, speaks: Speaks, path: string]> = [
	['designs', 'both', 'GET /designs'],
	['design', 'both', 'GET /designs/:id'],
	['tree', 'second', 'GET /designs/:id/tree'],
	['preview', 'first', 'GET /preview'],
	['preview', 'second', 'GET /designs/:id/preview'],
	['submit', 'first', 'POST /batch/generate'],
	['submit', 'second', 'POST /designs/:id/batch'],
	['status', 'first', 'GET /batch/:id/status'],
	['status', 'second', 'GET /batches/:id'],
	['download', 'first', 'GET /batch/:id/download'],
	['download', 'second', 'GET /batches/:id/download'],
	['generate', 'first', 'POST /generate'],
	['generate', 'second', 'POST /designs/:id/generate'],
	['upload', 'first', 'POST /assets'],
	['upload', 'second', 'POST /uploads'],
	['me', 'second', 'GET /me'],
];

/** The route of a request, whether or not its generation is switched on. */
function match(method: string, pathname: string): Match | undefined {
	for (const [route, speaks, path] of ROUTES) {
		const expression = new RegExp(`^${path.replace(':id', '([^/]+)')}$`);
		const found = expression.exec(`${method} ${pathname}`);
		if (found) return { route, speaks, id: found[1] && decoded(found[1]) };
	}
	return undefined;
}

function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

/** Routes behind the plan's `batchGenerate` (docs/imaginepdf-api.md, "Batch"). */
const BATCH_ROUTES: readonly ApiRoute[] = ['submit', 'status', 'download'];

/** A request to the API's origin. */
export function apiExchange(world: World, { method, url, headers }: Incoming): Exchange {
	const isApi = url.pathname.startsWith(`${API_PREFIX}/`);
	const pathname = isApi ? url.pathname.slice(API_PREFIX.length) : url.pathname;
	const matched = isApi ? match(method, pathname) : undefined;
	const { route = 'unknown', id } = matched ?? {};
	const jobId = route === 'status' || route === 'download' ? id : undefined;
	return {
		request: { origin: 'api', route, path: `${pathname}${url.search}`, jobId },
		answer: async (bytes) => {
			try {
				if (!matched) return unknownRoute(pathname);
				const generation = generationOf(world, matched);
				if (!generation) return absentRoute(world);
				const workspace = admit(world, headers, BATCH_ROUTES.includes(matched.route));
				const query = url.searchParams;
				const named = id ?? query.get('design') ?? undefined;
				const call = { world, workspace, generation, id: named, query, headers, bytes };
				return await HANDLERS[matched.route](call);
			} catch (error) {
				if (error instanceof Refused) return failure(error.status, error.code, error.message);
				return failure(500, 'INTERNAL_ERROR', error instanceof Error ? error.message : '');
			}
		},
	};
}

function unknownRoute(pathname: string): Answer {
	const isKnown = match('GET', pathname) ?? match('POST', pathname);
	if (isKnown) return failure(405, 'NOT_FOUND', 'Method not allowed.');
	return failure(404, 'NOT_FOUND', 'Route not found.');
}

/** The generation that answers; undefined where it is switched off. */
function generationOf(world: World, { route, speaks }: Match): Generation | undefined {
	const { generations, choices } = world.behaviour;
	if (speaks !== 'both') {
		const hasRoute = route !== 'upload' || choices.uploadRoutes.includes(speaks);
		return generations[speaks] && hasRoute ? speaks : undefined;
	}
	// Where both share a route, the first generation's answer holds all that the second's does.
	if (generations.first) return 'first';
	return generations.second ? 'second' : undefined;
}

function absentRoute(world: World): Answer {
	const [status = '', form] = world.behaviour.choices.absentRoute.split(' ');
	const message = status === '404' ? 'Not Found' : 'Method Not Allowed';
	if (form === 'envelope') return failure(Number(status), 'NOT_FOUND', `${message}.`);
	return text(Number(status), 'text/plain; charset=utf-8', message);
}

/** @throws Refused when the key or the plan does not let the call through */
function admit(world: World, headers: Record<string, string>, needsBatch: boolean): Workspace {
	const key = headers['x-api-key'];
	if (!key) throw new Refused(401, 'UNAUTHORIZED', 'An API key is required.');
	const workspace = world.workspaceOf(key);
	if (!workspace) throw new Refused(401, 'INVALID_API_KEY', 'The API key is not valid.');
	if (workspace.keyExpired) throw new Refused(401, 'API_KEY_EXPIRED', 'The API key has expired.');
	const { useApiKeys, batchGenerate } = workspace.plan;
	const lacking = !useApiKeys ? 'useApiKeys' : needsBatch && !batchGenerate && 'batchGenerate';
	if (!lacking) return workspace;
	throw new Refused(403, 'INSUFFICIENT_PERMISSIONS', `The plan does not include ${lacking}.`);
}
