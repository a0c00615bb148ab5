/*
 * Two generations of routes are documented, and which of them a service answers is not
 * (docs/imaginepdf-api.md,
 * "Which routes"). This file knows their paths; `RouteMemory` knows who answered last.
 */

/** The contract's routes, or those of the vendor's newest pages. */
export type Generation = 'first' | 'second';

export interface Route {
	method: 'GET' | 'POST';
	path: string;
}

/** `id` is the design's or the job's; `page` counts from 0. */
type RouteOf = (id: string, page: number) => Route;

const designQuery = (designId: string) => `?design=${encodeURIComponent(designId)}`;
const segment = encodeURIComponent;

/** Operations whose path depends on the generation. */
export const ROUTES = {
	submit: {
		first: (designId: string): Route => ({
			method: 'POST',
			path: `/batch/generate${designQuery(designId)}`,
		}),
		second: (designId: string): Route => ({
			method: 'POST',
			path: `/designs/${segment(designId)}/batch`,
		}),
	},
	status: {
		first: (jobId: string): Route => ({ method: 'GET', path: `/batch/${segment(jobId)}/status` }),
		second: (jobId: string): Route => ({ method: 'GET', path: `/batches/${segment(jobId)}` }),
	},
	download: {
		first: (jobId: string): Route => ({ method: 'GET', path: `/batch/${segment(jobId)}/download` }),
		second: (jobId: string): Route => ({
			method: 'GET',
			path: `/batches/${segment(jobId)}/download`,
		}),
	},
	generate: {
		first: (designId: string): Route => ({
			method: 'POST',
			path: `/generate${designQuery(designId)}`,
		}),
		second: (designId: string): Route => ({
			method: 'POST',
			path: `/designs/${segment(designId)}/generate`,
		}),
	},
	upload: {
		first: (): Route => ({ method: 'POST', path: '/assets' }),
		second: (): Route => ({ method: 'POST', path: '/uploads' }),
	},
	preview: {
		first: (designId: string, page: number): Route => ({
			method: 'GET',
			path: `/preview${designQuery(designId)}&page=${page}`,
		}),
		second: (designId: string, page: number): Route => ({
			method: 'GET',
			path: `/designs/${segment(designId)}/preview?page=${page}`,
		}),
	},
} satisfies Record<string, Record<Generation, RouteOf>>;

export type RouteName = keyof typeof ROUTES;

/** Remembers, per base URL, which generation answered. Lives as long as the process. */
export class RouteMemory {
	private readonly answered = new Map<string, Generation>();

	recall(baseUrl: string): Generation | undefined {
		return this.answered.get(baseUrl);
	}

	remember(baseUrl: string, generation: Generation): void {
		this.answered.set(baseUrl, generation);
	}
}

/** The generation to try where one answers that it has no such route. */
export function other(generation: Generation): Generation {
	return generation === 'first' ? 'second' : 'first';
}
