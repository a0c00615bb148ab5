/*
 * Two generations of routes are documented, and which of them a service answers is not
 * (docs/imaginepdf-api.md, "Which routes").
 */

/** The contract's routes, or those of the vendor's newest pages. */
export type Generation = 'first' | 'second';

export interface Route {
	method: 'GET' | 'POST';
	/** Path and query below the base URL, URL-encoded. */
	path: string;
	/** None where both generations have it in common. */
	generation?: Generation;
}

/** Which generation answered last, by base URL. */
export class RouteMemory extends Map<string, Generation> {}

const segment = encodeURIComponent;

function either(method: Route['method'], first: string, second: string): Route[] {
	return [
		{ method, path: first, generation: 'first' },
		{ method, path: second, generation: 'second' },
	];
}

/** The routes of each operation, in the order of the generations. Pages of a design count from 0. */
export const ROUTES = {
	submit: (designId: string) =>
		either(
			'POST',
			`/batch/generate?design=${segment(designId)}`,
			`/designs/${segment(designId)}/batch`,
		),
	status: (jobId: string) =>
		either('GET', `/batch/${segment(jobId)}/status`, `/batches/${segment(jobId)}`),
	download: (jobId: string) =>
		either('GET', `/batch/${segment(jobId)}/download`, `/batches/${segment(jobId)}/download`),
	generate: (designId: string) =>
		either(
			'POST',
			`/generate?design=${segment(designId)}`,
			`/designs/${segment(designId)}/generate`,
		),
	upload: () => either('POST', '/assets', '/uploads'),
	preview: (designId: string, page: number) =>
		either(
			'GET',
			`/preview?design=${segment(designId)}&page=${page}`,
			`/designs/${segment(designId)}/preview?page=${page}`,
		),
	designs: (query: Readonly<Record<string, string | number>>) =>
		common(`/designs?${queryOf(query)}`),
	design: (designId: string) => common(`/designs/${segment(designId)}`),
	/** Of the second generation only, which has it at a path of its own. */
	tree: (designId: string) => common(`/designs/${segment(designId)}/tree`),
};

function common(path: string): Route[] {
	return [{ method: 'GET', path }];
}

function queryOf(fields: Readonly<Record<string, string | number>>): string {
	return Object.entries(fields)
		.map(([name, value]) => `${name}=${segment(value)}`)
		.join('&');
}
