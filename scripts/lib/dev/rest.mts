import { z } from 'zod';

/** The account of the one user; it guards nothing, since n8n listens on loopback only. */
export const OWNER = {
	email: 'dev@example.com',
	firstName: 'Dev',
	lastName: 'Eloper',
	password: 'ImaginePDF-dev-1',
};

const Named = z.object({ id: z.string(), name: z.string() });
const Credential = Named.extend({ type: z.string() });
export type Named = z.infer<typeof Named>;

export interface CredentialData {
	name: string;
	type: string;
	data: Record<string, string>;
}

/** A workflow as the files of `examples/` hold it. */
export const WorkflowFile = z
	.object({
		name: z.string(),
		nodes: z.array(
			z
				.object({
					name: z.string(),
					type: z.string(),
					credentials: z.record(z.object({ id: z.string(), name: z.string() })).optional(),
				})
				.passthrough(),
		),
		connections: z.record(z.unknown()),
		settings: z.record(z.unknown()),
	})
	.passthrough();
export type WorkflowFile = z.infer<typeof WorkflowFile>;

/** n8n's own REST interface, as its editor uses it. */
export class N8nRest {
	private cookieText = '';

	constructor(private readonly origin: string) {}

	/** The session: `n8n-auth=…`. Empty before `signIn`. */
	get cookie(): string {
		return this.cookieText;
	}

	/** Creates the owner where there is none, and signs in. */
	async signIn(): Promise<void> {
		const setUp = await this.send('POST', '/rest/owner/setup', OWNER);
		const answer = setUp.ok
			? setUp
			: await this.send('POST', '/rest/login', {
					emailOrLdapLoginId: OWNER.email,
					password: OWNER.password,
				});
		if (!answer.ok) throw new Error(`n8n does not sign in: ${await answer.text()}`);
		const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('n8n-auth='));
		this.cookieText = session?.split(';')[0] ?? '';
	}

	async credentials(): Promise<Array<z.infer<typeof Credential>>> {
		return await this.call('GET', '/rest/credentials', undefined, z.array(Credential));
	}

	async workflows(): Promise<Named[]> {
		return await this.call('GET', '/rest/workflows', undefined, z.array(Named));
	}

	/** Creates the credential, or sets the values of the one with its name. */
	async saveCredential(credential: CredentialData): Promise<Named> {
		const known = (await this.credentials()).find(
			({ name, type }) => name === credential.name && type === credential.type,
		);
		const path = known ? `/rest/credentials/${known.id}` : '/rest/credentials';
		return await this.call(known ? 'PATCH' : 'POST', path, credential, Named);
	}

	async createWorkflow(workflow: WorkflowFile): Promise<Named> {
		return await this.call('POST', '/rest/workflows', workflow, Named);
	}

	async call<T>(method: string, path: string, body: unknown, shape: z.ZodType<T>): Promise<T> {
		const answer = await this.send(method, path, body);
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${text}`);
		return z.object({ data: shape }).parse(JSON.parse(text)).data as T;
	}

	private async send(method: string, path: string, body: unknown): Promise<Response> {
		return await fetch(`${this.origin}${path}`, {
			method,
			headers: { 'content-type': 'application/json', cookie: this.cookieText },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
	}
}
