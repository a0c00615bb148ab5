import { ROUTES } from '../../nodes/ImaginePdf/core/api/routes.ts';
import { parsed, record, type Parsed, type Service } from '../contract/service.mts';
import { readZip } from '../support/zip.mts';

/*
 * What this service does where the API is not documented (docs/imaginepdf-api.md, "Not documented").
 * No check depends on it. Only names and shapes are printed, never values that could be secret.
 */

const STATUS = /^\/(batch\/[^/]+\/status|batches\/[^/]+)$/;
const DESIGN = /^\/designs\/[^/?]+$/;

/** The documented fields of each response. */
const DOCUMENTED: ReadonlyArray<[what: string, path: RegExp, fields: string]> = [
	['a design', DESIGN, 'designId name description fileSize createdAt modifiedAt config variables'],
	['a submit', /^\/(batch\/generate|designs\/[^/]+\/batch)/, 'jobId status total designId'],
	['a status', STATUS, 'jobId status total completed failed createdAt updatedAt'],
	['a download', /^\/batch(es)?\/[^/]+\/download$/, 'url downloadUrl expiresIn'],
	[
		'a single PDF',
		/^\/(generate|designs\/[^/]+\/generate)/,
		'designId filename downloadUrl expiresIn status generationId',
	],
];

/** What was seen, a line each; also where something could not be observed. */
export async function observe(service: Service): Promise<string[]> {
	const watchers = [generations, answers, variableShapes, otherGeneration, files];
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

function generations({ routes, http, answers: all }: Service): string[] {
	const answered = routes.get(http.baseUrl);
	if (!answered) return ['Neither generation of the paid routes was seen to answer'];
	const single = all.findLast(
		({ request, answer }) => /generate/.test(request.path) && answer.status === 201,
	);
	const spoken = single?.request.path.startsWith('/generate') ? 'first' : 'second';
	return [
		`Batch and generate routes: the ${answered} generation answered last`,
		...(single ? [`Single PDF: the ${spoken} generation answered`] : []),
	];
}

function answers(service: Service): string[] {
	const all = service.answers.map(({ request, answer }) => ({ ...request, ...parsed(answer) }));
	const states = all
		.filter(({ path, data }) => STATUS.test(path) && typeof data['status'] === 'string')
		.map(({ data }) => `${data['status']} ${data['completed']}+${data['failed']}`);
	const early = all.find(({ path }) => /\/download$/.test(path));
	const limits = all
		.flatMap(({ headers }) => Object.keys(headers))
		.filter((name) => /rate|retry-after|limit/.test(name));
	return [
		`A job was seen as (status, completed+failed): ${[...new Set(states)].join(', ') || 'not at all'}`,
		...(early ? [`Download right after the submit: ${told(early)}`] : []),
		`Headers about rate limits: ${[...new Set(limits)].join(', ') || 'none'}`,
		...DOCUMENTED.flatMap(([what, path, fields]) => {
			const answer = lastSuccess(service, path);
			if (!answer) return [];
			const known = fields.split(' ');
			const unknown = Object.entries(answer.data).filter(([name]) => !known.includes(name));
			const names = unknown.map(([name, value]) => `${name} (${typeName(value)})`).join(', ');
			const seconds = answer.data['expiresIn'];
			return [
				`Fields of ${what} that are not documented: ${names || 'none'}`,
				...(seconds ? [`The link of ${what} lives for ${String(seconds)} seconds`] : []),
			];
		}),
	];
}

function variableShapes(service: Service): string[] {
	const design = lastSuccess(service, DESIGN)?.data;
	const tree = lastSuccess(service, /\/tree$/)?.body;
	return [
		...(design ? [`Variables of a design: ${shapeOf(design['variables'])}`] : []),
		...(tree ? [`Variables of a design's tree: ${shapeOf(tree['variables'])}`] : []),
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

/** Asked for with a status, which costs nothing. */
async function otherGeneration(service: Service): Promise<string[]> {
	const { jobId } = service.found;
	if (jobId === undefined) return [];
	const lines: string[] = [];
	for (const { generation, path } of ROUTES.status(jobId)) {
		const answer = await service.get(path);
		lines.push(`Status by the ${String(generation)} generation's route: ${told(answer)}`);
	}
	return lines;
}

async function files(service: Service): Promise<string[]> {
	const { zipUrl, pdfUrl } = service.found;
	const lines: string[] = [];
	for (const [what, url] of Object.entries({ ZIP: zipUrl, PDF: pdfUrl })) {
		if (url === undefined) continue;
		const { headers, bytes } = await service.fetch(url);
		const { etag, 'content-type': type, 'content-length': length } = headers;
		const kind = etag === undefined ? 'no' : etag.startsWith('W/') ? 'a weak' : 'a strong';
		const size = length === undefined ? 'not told' : 'told';
		lines.push(`Storage, ${what}: ${kind} ETag, type ${type ?? 'not told'}, length ${size}`);
		if (what === 'PDF') continue;
		const entries = await readZip(bytes);
		const methods = new Set(entries.map(({ method }) => (method === 0 ? 'stored' : 'deflated')));
		const sizes = entries.some(({ hasDescriptor }) => hasDescriptor) ? 'behind' : 'before';
		lines.push(
			`Entries of the ZIP, in order: ${entries.map(({ name }) => JSON.stringify(name)).join(', ')}`,
			`They are ${[...methods].join(' and ')}, their sizes stand ${sizes} their data`,
		);
	}
	return lines;
}

const told = ({ status, code }: Parsed) => `HTTP ${status}${code ? ` ${String(code)}` : ''}`;

function lastSuccess(service: Service, path: RegExp): Parsed | undefined {
	const seen = service.answers.findLast(
		({ request, answer }) => path.test(request.path) && answer.status < 300,
	);
	return seen && parsed(seen.answer);
}

function typeName(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'list' : typeof value;
}
