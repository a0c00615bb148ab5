import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

export const TOY = 'test.toy';

type Behaviour = (context: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** A node whose `execute` is given by the test, to show what the engine does around a node. */
export class ToyNode implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Toy',
		name: 'toy',
		group: [],
		version: 1,
		description: 'Does what the test says',
		defaults: { name: 'Toy' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'imaginePdfApi' }],
		properties: [
			{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			{ displayName: 'Needed', name: 'needed', type: 'string', default: 'x', required: true },
		],
	};

	methods = {
		listSearch: {
			async echo(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
				const { apiKey } = await this.getCredentials('imaginePdfApi');
				const value = this.getCurrentNodeParameter('value');
				const results = [filter, paginationToken, apiKey, value].map((part) => ({
					name: String(part),
					value: String(part),
				}));
				return { results, paginationToken: 'next' };
			},
		},
		resourceMapping: {
			async fields() {
				return { fields: [], emptyFieldsNotice: 'None' };
			},
		},
	};

	constructor(private readonly behaviour: Behaviour) {}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		throw new NodeOperationError(this.getNode(), 'The toy was not wound up');
	}

	/** The node type for the engine; `this` inside `execute` is n8n's context. */
	static doing(behaviour: Behaviour): Record<string, INodeType> {
		const toy = new ToyNode(behaviour);
		toy.execute = async function () {
			return [await toy.behaviour(this)];
		};
		return { [TOY]: toy };
	}
}

/** Fails the first `times` calls with an error of the API and passes its items on afterwards. */
export function failing(times: number): Behaviour {
	let calls = 0;
	return async (context) => {
		calls += 1;
		if (calls > times) return context.getInputData();
		throw new NodeApiError(
			context.getNode(),
			{ reason: 'out of credits' },
			{
				message: `Refused [call ${calls}]`,
				description: 'Buy more credits',
				httpCode: '402',
				itemIndex: 1,
			},
		);
	};
}

/** Streams `size` bytes into n8n's binary store, in pieces of 64 KiB. */
export function storing(size: number): Behaviour {
	return async (context) => {
		const file = Readable.from(pieces(size), { objectMode: false });
		const data = await context.helpers.prepareBinaryData(file, 'bytes.zip', 'application/zip');
		return [{ json: {}, binary: { data }, pairedItem: 0 }];
	};
}

/** The bytes that `storing` stores: incompressible, the same every time. */
export function* pieces(size: number): Generator<Buffer> {
	const piece = 64 * 1024;
	for (let at = 0; at < size; at += piece) {
		const seed = createHash('sha512').update(String(at)).digest();
		const whole = Buffer.alloc(piece, seed);
		yield whole.subarray(0, Math.min(piece, size - at));
	}
}
