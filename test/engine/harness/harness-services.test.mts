import type { ICredentialTestRequest, ICredentialType } from 'n8n-workflow';

import { listen } from '../../emulator/http/listen.mts';

import { startEngine, TEST_NODES, type Engine, type EngineOptions } from './index.mts';
import { pieces, storing, TOY, ToyNode } from './toy-node.mts';

let n8n: Engine;

async function engine(options: EngineOptions): Promise<Engine> {
	n8n = await startEngine(options);
	return n8n;
}

const closing: Array<() => Promise<void>> = [];

afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	await n8n.close();
});

const items = [{ n: 1 }, { n: 2 }];
const source = { name: 'Items', type: TEST_NODES.items };
const toy = { name: 'Toy', type: TOY };

describe('files', () => {
	const size = 3 * 1024 * 1024 + 17;
	const bytes = Buffer.concat([...pieces(size)]);
	const reader = { name: 'Reader', type: TEST_NODES.readFiles };

	it('the engine streams a file to disk and keeps it out of the saved data', async () => {
		await engine({ nodeTypes: ToyNode.doing(storing(size)) });
		const result = await n8n.run({ nodes: [source, toy, reader], items: [{}] });
		const item = result.items('Toy')[0]!;
		expect(item.binary?.['data']).toMatchObject({ bytes: size, mimeType: 'application/zip' });
		expect((await n8n.readBinary(item, 'data')).equals(bytes)).toBe(true);
		expect(await n8n.binaryMetadata(item, 'data')).toMatchObject({
			fileName: 'bytes.zip',
			mimeType: 'application/zip',
			fileSize: size,
		});
		expect(result.binaryFiles.map((file) => file.size)).toEqual([size]);
		expect(result.json('Reader')).toMatchObject([{ files: { data: { size } } }]);
		expect(result.saved.length).toBeLessThan(20_000);
		expect(result.saved).not.toContain(bytes.toString('base64', 0, 300));
	});

	it.each(['database', 's3'] as const)(
		'the engine hands a file to a remote store (%s)',
		async (binaryMode) => {
			await engine({ nodeTypes: ToyNode.doing(storing(size)), binaryMode });
			const result = await n8n.run({ nodes: [source, toy, reader], items: [{}] });
			const item = result.items('Toy')[0]!;
			expect(item.binary?.['data']?.id).toMatch(new RegExp(`^${binaryMode}:`));
			expect((await n8n.readBinary(item, 'data')).equals(bytes)).toBe(true);
			expect(result.json('Reader')).toMatchObject([{ files: { data: { size } } }]);
			expect(result.binaryFiles.map((file) => file.size)).toEqual([size]);
		},
	);

	it('the engine keeps a file within the execution data in memory mode', async () => {
		await engine({ nodeTypes: ToyNode.doing(storing(300)), binaryMode: 'default' });
		const result = await n8n.run({ nodes: [source, toy, reader], items: [{}] });
		const item = result.items('Toy')[0]!;
		expect((await n8n.readBinary(item, 'data')).equals(bytes.subarray(0, 300))).toBe(true);
		expect(result.binaryFiles).toEqual([]);
		expect(result.saved).toContain(bytes.toString('base64', 0, 300));
	});
});

describe('credentials and the editor', () => {
	const credentials = { imaginePdfApi: { apiKey: 'pc_live_1', baseUrl: 'http://127.0.0.1' } };

	it('the engine authenticates a request as the credential type says', async () => {
		const server = await listening(async (request, response) => {
			response.end(JSON.stringify({ key: request.headers['x-api-key'], url: request.url }));
		});
		await engine({
			nodeTypes: ToyNode.doing(async (context) => [
				{
					json: await context.helpers.httpRequestWithAuthentication.call(context, 'imaginePdfApi', {
						url: `${server.origin}/x`,
						json: true,
					}),
				},
			]),
		});
		const result = await n8n.run({ nodes: [source, { ...toy, credentials }], items });
		expect(result.json('Toy')).toEqual([{ key: 'pc_live_1', url: '/x' }]);
		expect(result.saved).not.toContain('"apiKey"');
	});

	it('the test of a credential follows its rules, then the HTTP status', async () => {
		const server = await listening(async (request, response) => {
			response.statusCode = Number(request.headers['x-want']);
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ plan: 'free' }));
		});
		const message = 'Not on this plan';
		const type = (rules: ICredentialTestRequest['rules']): ICredentialType => ({
			name: 'toyApi',
			displayName: 'Toy API',
			properties: [],
			authenticate: {
				type: 'generic',
				properties: { headers: { 'X-Want': '={{ $credentials.status }}' } },
			},
			test: { request: { baseURL: server.origin, url: '/me' }, ...(rules && { rules }) },
		});
		const outcome = async (status: number, rules?: ICredentialTestRequest['rules']) => {
			await engine({ credentialTypes: [type(rules)] });
			return await n8n.testCredential('toyApi', { status });
		};
		const code = (value: number) => ({
			type: 'responseCode' as const,
			properties: { value, message },
		});
		const body = (value: string) => ({
			type: 'responseSuccessBody' as const,
			properties: { key: 'plan', value, message },
		});
		expect(await outcome(200)).toEqual({ status: 'OK', message: 'Connection successful!' });
		expect(await outcome(200, [body('free')])).toEqual({ status: 'Error', message });
		expect(await outcome(200, [body('paid')])).toMatchObject({ status: 'OK' });
		expect(await outcome(403, [code(403)])).toEqual({ status: 'Error', message });
		expect(await outcome(403, [code(401)])).toEqual({ status: 'Error', message: 'Forbidden' });
		await server.close();
		expect(await outcome(200)).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
	});

	it('the editor hands a node its parameters, credential, filter and page', async () => {
		await engine({ nodeTypes: ToyNode.doing(async () => []) });
		const panel = { type: TOY, credentials, parameters: { value: 'v' } };
		const list = await n8n.editor.listSearch('echo', panel, 'find', 'page-2');
		expect(list).toMatchObject({ paginationToken: 'next' });
		expect(list.results.map(({ value }) => value)).toEqual(['find', 'page-2', 'pc_live_1', 'v']);
		expect(await n8n.editor.resourceMapping('fields', panel)).toMatchObject({ fields: [] });
	});

	it('the engine captures what a node logs, with its details', async () => {
		await engine({
			nodeTypes: ToyNode.doing(async (context) => {
				context.logger.info('Job accepted', { jobId: 'job_1' });
				context.addExecutionHints({ message: 'Look here', location: 'outputPane' });
				return [];
			}),
		});
		const result = await n8n.run({ nodes: [source, toy], items });
		expect(result.logs).toContainEqual({
			level: 'info',
			message: 'Job accepted',
			metadata: { jobId: 'job_1' },
		});
		expect(n8n.logs).toEqual(expect.arrayContaining([...result.logs]));
	});
});

async function listening(serve: Parameters<typeof listen>[1]): ReturnType<typeof listen> {
	const server = await listen(0, serve);
	closing.push(server.close);
	return server;
}
