import { failure, Refused, text, type Answer } from '../http/answer.mts';
import type { Generation, Workspace } from '../model.mts';
import type { World } from '../world.mts';
import { download, status, submit } from './batch.mts';
import type { Handler } from './call.mts';
import { design, designs, me, preview, tree } from './designs.mts';
import { generate } from './generate.mts';
import type { ApiRoute } from './names.mts';
import { isKnownPath, type RouteMatch } from './table.mts';
import { upload } from './upload.mts';

const HANDLERS: Record<ApiRoute, Handler> = {
	designs,
	design,
	tree,
	submit,
	status,
	download,
	generate,
	preview,
	upload,
	me,
};

/** Routes behind the plan's `batchGenerate` (docs/imaginepdf-api.md, "Batch"). */
const BATCH_ROUTES: readonly ApiRoute[] = ['submit', 'status', 'download'];

export interface ApiCall {
	match: RouteMatch | undefined;
	pathname: string;
	query: URLSearchParams;
	headers: Record<string, string>;
	body: Buffer;
}

/** What the API answers: the door first (route, key, plan), then the handler. */
export async function answerApi(world: World, call: ApiCall): Promise<Answer> {
	try {
		return await handled(world, call);
	} catch (error) {
		if (error instanceof Refused) return failure(error.status, error.code, error.message);
		if (world.closing.aborted) return failure(500, 'INTERNAL_ERROR', 'The emulator is closing.');
		const message = error instanceof Error ? error.message : String(error);
		return failure(500, 'INTERNAL_ERROR', message);
	}
}

async function handled(
	world: World,
	{ match, pathname, query, headers, body }: ApiCall,
): Promise<Answer> {
	if (!match) {
		if (isKnownPath(pathname)) return failure(405, 'NOT_FOUND', 'Method not allowed.');
		return failure(404, 'NOT_FOUND', 'Route not found.');
	}
	const { route } = match.pattern;
	const generation = generationOf(world, match);
	if (!generation) return absentRoute(world);
	const workspace = admit(world, headers, BATCH_ROUTES.includes(route));
	const id = match.id ?? query.get('design') ?? undefined;
	return await HANDLERS[route]({
		world,
		workspace,
		generation,
		id,
		query,
		headers,
		bytes: body,
	});
}

/** The generation that answers; undefined where it is switched off. */
function generationOf(world: World, { pattern }: RouteMatch): Generation | undefined {
	const { generations, choices } = world.behaviour;
	const { generation, route } = pattern;
	if (generation) {
		const hasRoute = route !== 'upload' || choices.uploadRoutes.includes(generation);
		return generations[generation] && hasRoute ? generation : undefined;
	}
	// Where both share a route, the first generation's answer holds all that the second's does.
	if (generations.first) return 'first';
	return generations.second ? 'second' : undefined;
}

function absentRoute(world: World): Answer {
	switch (world.behaviour.choices.absentRoute) {
		case '404 envelope':
			return failure(404, 'NOT_FOUND', 'Route not found.');
		case '405 envelope':
			return failure(405, 'NOT_FOUND', 'Method not allowed.');
		case '404 bare':
			return text(404, 'text/plain; charset=utf-8', 'Not Found');
		case '405 bare':
			return text(405, 'text/plain; charset=utf-8', 'Method Not Allowed');
	}
}

/** @throws Refused when the key or the plan does not let the call through */
function admit(world: World, headers: Record<string, string>, needsBatch: boolean): Workspace {
	const key = headers['x-api-key'];
	if (!key) throw new Refused(401, 'UNAUTHORIZED', 'An API key is required.');
	const workspace = world.workspaceOf(key);
	if (!workspace) throw new Refused(401, 'INVALID_API_KEY', 'The API key is not valid.');
	if (workspace.keyExpired) throw new Refused(401, 'API_KEY_EXPIRED', 'The API key has expired.');
	if (!workspace.plan.useApiKeys) {
		throw new Refused(403, 'INSUFFICIENT_PERMISSIONS', 'The plan does not include useApiKeys.');
	}
	if (needsBatch && !workspace.plan.batchGenerate) {
		throw new Refused(403, 'INSUFFICIENT_PERMISSIONS', 'The plan does not include batchGenerate.');
	}
	return workspace;
}
