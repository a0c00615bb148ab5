import { ROUTES } from '../../nodes/ImaginePdf/core/api/routes.ts';
import { parsed, record, type Parsed, type Service } from '../contract/service.mts';
import { readZip } from '../support/zip.mts';

/*
 * What this service does where the API is not documented (docs/imaginepdf-api.md, "Not documented").
 * No check depends on it. Only names and shapes are printed, never values that could be secret.
 */

/** The documented fields of each response. */
const DOCUMENTED: ReadonlyArray<
	[what: string, method: 'GET' | 'POST', path: RegExp, fields: string]
> = [
	[
		'a design',
		'GET',
		/^\/designs\/[^/?]+$/,
		'designId name description fileSize createdAt modifiedAt config variables',
	],
	['a submit', 'POST', /^\/(batch\/generate|designs\/[^/]+\/batch)/, 'jobId status total designId'],
	[
		'a status',
		'GET',
		/^\/(batch\/[^/]+\/status|batches\/[^/]+)$/,
		'jobId status total completed failed createdAt updatedAt',
	],
	['a download', 'GET', /^\/batch(es)?\/[^/]+\/download$/, 'url downloadUrl expiresIn'],
	[
		'a single PDF',
		'POST',
		/^\/(generate|designs\/[^/]+\/generate)/,
		'designId filename downloadUrl expiresIn status generationId',
	],
];

/** What was seen, a line each; also where something could not be observed. */
export async function observe(service: Service): Promise<string[]> {
	const watchers = [
		generations,
		otherGeneration,
		progress,
		earlyDownload,
		unknownFields,
		variableShapes,
		lifetimes,
		rateHeaders,
		(seen: Service) => storage(seen, 'ZIP', seen.found.zipUrl),
		(seen: Service) => storage(seen, 'PDF', seen.found.pdfUrl),
		archive,
	];
	const lines: string[] = [];
	for (const watch of watchers) {
		try {
			lines.push(...(await watch(service)));
		} catch (error) {
			const said = error instanceof Error ? error.message : String(error);
			lines.push(`One thing could not be observed: ${said}`);
		}
	}
	return lines;
}

function generations({ routes, http, answers }: Service): string[] {
	const answered = routes.get(http.baseUrl);
	if (!answered) return ['Neither generation of the paid routes was seen to answer'];
	const generate = answers.findLast(
		({ request, answer }) => /generate/.test(request.path) && answer.status === 201,
	);
	const single = generate && (/^\/generate/.test(generate.request.path) ? 'first' : 'second');
	return [
		`Batch and generate routes: the ${answered} generation answered last`,
		...(single ? [`Single PDF: the ${single} generation answered`] : []),
	];
}

/** Asked for with a status, which costs nothing. */
async function otherGeneration(service: Service): Promise<string[]> {
	const { jobId } = service.found;
	if (jobId === undefined) return [];
	const lines: string[] = [];
	for (const { generation, path } of ROUTES.status(jobId)) {
		const { status, code } = await service.get(path);
		lines.push(
			`Status by the ${String(generation)} generation's route: HTTP ${status}${code ? ` ${String(code)}` : ''}`,
		);
	}
	return lines;
}

function progress({ answers }: Service): string[] {
	const seen = answers
		.filter(({ request }) => /^\/(batch\/[^/]+\/status|batches\/[^/]+)$/.test(request.path))
		.map(({ answer }) => dataOf(answer.body))
		.filter(({ status }) => typeof status === 'string')
		.map(({ status, completed, failed }) => `${status} ${completed}+${failed}`);
	if (seen.length === 0) return [];
	return [`A job was seen as (status, completed+failed): ${[...new Set(seen)].join(', ')}`];
}

function earlyDownload({ answers }: Service): string[] {
	const first = answers.find(({ request }) => /\/download$/.test(request.path));
	if (!first) return [];
	const { status, body } = first.answer;
	const code = record(objectOf(body)['error'])['code'];
	return [`Download right after the submit: HTTP ${status}${code ? ` ${String(code)}` : ''}`];
}

function unknownFields(service: Service): string[] {
	return DOCUMENTED.flatMap(([what, method, path, fields]) => {
		const answer = lastSuccess(service, method, path);
		if (!answer) return [];
		const known = fields.split(' ');
		const unknown = Object.entries(answer.data).filter(([name]) => !known.includes(name));
		const told = unknown.map(([name, value]) => `${name} (${typeName(value)})`).join(', ');
		return [`Fields of ${what} that are not documented: ${told || 'none'}`];
	});
}

function variableShapes(service: Service): string[] {
	const design = lastSuccess(service, 'GET', /^\/designs\/[^/?]+$/);
	const tree = service.answers.findLast(({ request }) => /\/tree$/.test(request.path));
	return [
		...(design ? [`Variables of a design: ${shapeOf(design.data['variables'])}`] : []),
		...(tree?.answer.status === 200
			? [`Variables of a design's tree: ${shapeOf(objectOf(tree.answer.body)['variables'])}`]
			: []),
	];
}

/** The shape of what describes the variables, without their names, which are the user's. */
function shapeOf(variables: unknown): string {
	if (variables === undefined) return 'not told';
	const inner = Array.isArray(variables) ? variables : Object.values(record(variables));
	const keys = [...new Set(inner.flatMap((value) => Object.keys(record(value))))].sort();
	const each = inner.length === 0 ? 'empty' : `each with ${keys.join(', ') || typeName(inner[0])}`;
	return `${typeName(variables)} of ${inner.length}, ${each}`;
}

function lifetimes(service: Service): string[] {
	const links = [
		{ what: 'ZIP', answer: lastSuccess(service, 'GET', /\/download$/) },
		{ what: 'PDF', answer: lastSuccess(service, 'POST', /^\/(generate|designs\/[^/]+\/generate)/) },
	];
	return links.flatMap(({ what, answer }) => {
		const seconds = answer?.data['expiresIn'];
		return seconds === undefined
			? []
			: [`A link to a ${what} lives for ${String(seconds)} seconds`];
	});
}

function rateHeaders({ answers }: Service): string[] {
	const names = answers.flatMap(({ answer }) => Object.keys(answer.headers));
	const told = [...new Set(names)].filter((name) => /rate|retry-after|limit/.test(name));
	return [`Headers about rate limits: ${told.join(', ') || 'none'}`];
}

async function storage(service: Service, what: string, url?: string): Promise<string[]> {
	if (url === undefined) return [];
	const whole = await service.fetch(url);
	const { etag, 'content-type': type, 'content-length': length } = whole.headers;
	const kind = etag === undefined ? 'no' : etag.startsWith('W/') ? 'a weak' : 'a strong';
	const told = length === undefined ? 'not told' : 'told';
	return [`Storage, ${what}: ${kind} ETag, type ${type ?? 'not told'}, length ${told}`];
}

async function archive(service: Service): Promise<string[]> {
	const { zipUrl } = service.found;
	if (zipUrl === undefined) return [];
	const entries = await readZip((await service.fetch(zipUrl)).bytes);
	const names = entries.map(({ name }) => JSON.stringify(name)).join(', ');
	const methods = [...new Set(entries.map(({ method }) => (method === 0 ? 'stored' : 'deflated')))];
	const sizes = entries.some(({ hasDescriptor }) => hasDescriptor) ? 'behind' : 'before';
	return [
		`Entries of the ZIP, in order: ${names}`,
		`They are ${methods.join(' and ')}, their sizes stand ${sizes} their data`,
	];
}

function lastSuccess(service: Service, method: 'GET' | 'POST', path: RegExp): Parsed | undefined {
	const seen = service.answers.findLast(
		({ request, answer }) =>
			request.method === method && path.test(request.path) && answer.status < 300,
	);
	return seen && parsed(seen.answer);
}

function dataOf(text: string): Record<string, unknown> {
	return record(objectOf(text)['data']);
}

function objectOf(text: string): Record<string, unknown> {
	try {
		return record(JSON.parse(text));
	} catch {
		return {};
	}
}

function typeName(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'list' : typeof value;
}
