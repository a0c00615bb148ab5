import { randomUUID } from 'node:crypto';

import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeProperties,
	IRequestOptionsSimplified,
	IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';

import { n8nWorkflow } from './modules.mts';

/** The parts of a request that a declarative credential fills in. */
const FILLED_PARTS = ['headers', 'qs', 'body', 'auth'] as const;

/**
 * n8n's credentials without the database and the encryption. What it does to a request follows
 * `CredentialsHelper.authenticate` of n8n 2.41 for functions and for type `generic`.
 */
export class InMemoryCredentials extends n8nWorkflow.ICredentialsHelper {
	private readonly saved = new Map<string, ICredentialDataDecryptedObject>();

	constructor(private readonly types: ReadonlyMap<string, ICredentialType>) {
		super();
	}

	/** Saves a credential; the result is what a node holds to refer to it. */
	save(type: string, data: ICredentialDataDecryptedObject): INodeCredentialsDetails {
		const id = randomUUID();
		this.saved.set(id, structuredClone(data));
		return { id, name: this.typeOf(type).displayName };
	}

	/** What its owner enters later in the same credential. */
	renew(id: string, data: ICredentialDataDecryptedObject): void {
		if (!this.saved.has(id)) throw new Error(`Credential with ID "${id}" does not exist`);
		this.saved.set(id, structuredClone(data));
	}

	typeOf(name: string): ICredentialType {
		const type = this.types.get(name);
		if (type === undefined) throw new Error(`No credential type "${name}" in this engine`);
		return type;
	}

	/** With the type's defaults for what was left out, as n8n does it. */
	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		{ id }: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> {
		const data = id === null ? undefined : this.saved.get(id);
		if (data === undefined) throw new Error(`Credential with ID "${id}" does not exist`);
		return this.withDefaults(type, data);
	}

	withDefaults(type: string, data: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject {
		const defaults = this.typeOf(type).properties.map(({ name, default: value }) => [name, value]);
		return { ...Object.fromEntries(defaults), ...structuredClone(data) };
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		options: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.typeOf(typeName);
		if (typeof authenticate === 'function') return await authenticate(credentials, options);
		if (authenticate?.type !== 'generic') return options;
		if (!workflow || !node) throw new Error('A declarative credential needs a workflow and a node');

		const resolve = (text: string) =>
			resolveText(text, { $credentials: credentials }, workflow, node);
		for (const part of FILLED_PARTS) {
			const wanted: IRequestOptionsSimplified[keyof IRequestOptionsSimplified] | object =
				authenticate.properties[part];
			if (wanted === undefined || typeof wanted !== 'object') continue;
			const filled = Object.entries(wanted).map(([key, value]) => [
				resolve(key),
				resolve(String(value)),
			]);
			Object.assign(options, {
				[part]: { ...partOf(options[part]), ...Object.fromEntries(filled) },
			});
		}
		return options;
	}

	/** Only credentials with an expiring token have anything to do before a request. */
	async preAuthentication(): Promise<undefined> {}

	async runPreAuthentication(): Promise<undefined> {}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.typeOf(type).properties;
	}

	async getCredentials(): Promise<never> {
		throw new Error('Encrypted credentials are not kept here');
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}
}

function partOf(part: unknown): object {
	return typeof part === 'object' && part !== null ? part : {};
}

function resolveText(
	text: string,
	keys: { $credentials: ICredentialDataDecryptedObject },
	workflow: Workflow,
	node: INode,
): string {
	if (!text.startsWith('=')) return text;
	const value = workflow.expression.getSimpleParameterValue(
		node,
		text,
		'internal',
		keys,
		undefined,
		'',
	);
	return value ? String(value) : '';
}
