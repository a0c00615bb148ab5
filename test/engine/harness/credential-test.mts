import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	INodeCredentialTestResult,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';

import { additionalData } from './additional-data.mts';
import type { InMemoryCredentials } from './credentials.mts';
import { get, n8nCore, n8nWorkflow } from './modules.mts';
import { NodeTypes } from './node-types.mts';
import { defineWorkflow, openWorkflow } from './workflow.mts';

const NODE = 'Temp-Node';
const TYPE = 'n8n-nodes-base.noOp';

/**
 * The "Test" of a credential: its request goes through n8n's routing node, and the rules are judged
 * as `CredentialsTester.testCredentials` of n8n 2.x does, with the same texts where no rule applies.
 */
export async function testCredential(
	store: InMemoryCredentials,
	type: string,
	data: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	const { test } = store.typeOf(type);
	if (test === undefined) {
		return { status: 'Error', message: 'No testing function found for this credential.' };
	}
	try {
		const answer = await sendTestRequest(store, type, data, test);
		const body = answer?.[0]?.[0]?.json ?? {};
		for (const rule of test.rules ?? []) {
			if (rule.type !== 'responseSuccessBody') continue;
			const { key, value, message } = rule.properties;
			if (get(body, key) === value) return { status: 'Error', message };
		}
		return { status: 'OK', message: 'Connection successful!' };
	} catch (error) {
		return { status: 'Error', message: messageOf(error, test) };
	}
}

async function sendTestRequest(
	store: InMemoryCredentials,
	type: string,
	data: ICredentialDataDecryptedObject,
	{ request }: ICredentialTestRequest,
): Promise<INodeExecutionData[][] | null | undefined> {
	const nodeType: INodeType = {
		description: {
			displayName: 'No Operation',
			name: TYPE,
			group: [],
			version: 1,
			description: '',
			defaults: {},
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: type, required: true }],
			properties: [
				{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } },
			],
		},
	};
	const spec = { nodes: [{ name: NODE, type: TYPE, credentials: { [type]: data } }] };
	const definition = defineWorkflow(spec, store);
	const workflow = openWorkflow(definition, new NodeTypes([[TYPE, nodeType]]));
	const node = workflow.getNode(NODE);
	if (node === null) throw new Error('The workflow has lost its node');
	const context = new n8nCore.ExecuteContext(
		workflow,
		node,
		additionalData({ credentials: store }),
		'internal',
		n8nWorkflow.createRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const decrypted = { id: '', name: type, type, data: store.withDefaults(type, data) };
	return await new n8nCore.RoutingNode(context, nodeType, decrypted).runNode();
}

function messageOf(error: unknown, { rules }: ICredentialTestRequest): string {
	const status = get(error, 'cause.response.status');
	if (typeof status === 'number') {
		for (const rule of rules ?? []) {
			if (rule.type === 'responseCode' && rule.properties.value === status) {
				return rule.properties.message;
			}
		}
		const text = get(error, 'cause.response.statusText');
		return text ? String(text) : `Received HTTP status code: ${status}`;
	}
	const code = get(error, 'cause.code');
	if (code) return String(code);
	return error instanceof Error ? error.message : String(error);
}
