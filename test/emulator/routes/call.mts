import { invalid, Refused, type Answer } from '../http/answer.mts';
import type { Design, Generation, Job, Workspace } from '../model.mts';
import type { World } from '../world.mts';

/** A request to the API that has passed the door: key and plan are fine. */
export interface Call {
	world: World;
	workspace: Workspace;
	/** The generation that answers. */
	generation: Generation;
	/** The design or job that the path or the query names. */
	id: string | undefined;
	query: URLSearchParams;
	/** Header names in lower case. */
	headers: Record<string, string>;
	/** The body. */
	bytes: Buffer;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** @throws Refused when the call names no design, or one that is not there */
export function designIn({ workspace, id }: Call): Design {
	if (!id) throw new Refused(400, 'MISSING_REQUIRED_FIELD', 'A design is required.');
	const design = workspace.designs.get(id);
	if (!design) throw new Refused(404, 'DESIGN_NOT_FOUND', `There is no design ${id}.`);
	return design;
}

/** @throws Refused when the workspace has no such job */
export function jobIn({ world, workspace, id }: Call): Job {
	const job = world.jobs.findIn(workspace, id ?? '');
	if (!job) throw new Refused(404, 'NOT_FOUND', `There is no batch job ${id}.`);
	return job;
}

/** The body as a JSON object. */
export function objectBody({ bytes }: Call): Record<string, unknown> {
	const value = parsed(bytes.toString('utf8'));
	if (!isPlainObject(value)) throw invalid('The body must be a JSON object.');
	return value;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
