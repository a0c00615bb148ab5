import type { Generation } from '../model.mts';
import type { ApiRoute } from './names.mts';

export interface RoutePattern {
	route: ApiRoute;
	method: 'GET' | 'POST';
	/** Below the base URL; `:id` stands for one segment. */
	path: string;
	/** Undefined where both generations share the route. */
	generation?: Generation;
}

/** docs/imaginepdf-api.md, "Batch", "Single PDF", "Designs", "Images". */
export const ROUTE_TABLE: readonly RoutePattern[] = [
	{ route: 'designs', method: 'GET', path: '/designs' },
	{ route: 'design', method: 'GET', path: '/designs/:id' },
	{ route: 'tree', method: 'GET', path: '/designs/:id/tree', generation: 'second' },
	{ route: 'preview', method: 'GET', path: '/preview', generation: 'first' },
	{ route: 'preview', method: 'GET', path: '/designs/:id/preview', generation: 'second' },
	{ route: 'submit', method: 'POST', path: '/batch/generate', generation: 'first' },
	{ route: 'submit', method: 'POST', path: '/designs/:id/batch', generation: 'second' },
	{ route: 'status', method: 'GET', path: '/batch/:id/status', generation: 'first' },
	{ route: 'status', method: 'GET', path: '/batches/:id', generation: 'second' },
	{ route: 'download', method: 'GET', path: '/batch/:id/download', generation: 'first' },
	{ route: 'download', method: 'GET', path: '/batches/:id/download', generation: 'second' },
	{ route: 'generate', method: 'POST', path: '/generate', generation: 'first' },
	{ route: 'generate', method: 'POST', path: '/designs/:id/generate', generation: 'second' },
	{ route: 'upload', method: 'POST', path: '/assets', generation: 'first' },
	{ route: 'upload', method: 'POST', path: '/uploads', generation: 'second' },
	{ route: 'me', method: 'GET', path: '/me', generation: 'second' },
];

export interface RouteMatch {
	pattern: RoutePattern;
	/** The decoded `:id`. */
	id: string | undefined;
}

/** The route of a request, whether or not its generation is switched on. */
export function matchRoute(method: string, pathname: string): RouteMatch | undefined {
	for (const pattern of ROUTE_TABLE) {
		if (pattern.method !== method) continue;
		const found = expressionFor(pattern.path).exec(pathname);
		if (found) return { pattern, id: decoded(found[1]) };
	}
	return undefined;
}

/** Whether another method would have found a route at this path. */
export function isKnownPath(pathname: string): boolean {
	return ROUTE_TABLE.some(({ path }) => expressionFor(path).test(pathname));
}

const expressions = new Map<string, RegExp>();

function expressionFor(path: string): RegExp {
	const known = expressions.get(path);
	if (known) return known;
	const expression = new RegExp(`^${path.replace(':id', '([^/]+)')}$`);
	expressions.set(path, expression);
	return expression;
}

function decoded(segment: string | undefined): string | undefined {
	if (segment === undefined) return undefined;
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
