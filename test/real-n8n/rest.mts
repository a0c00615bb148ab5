import { Agent, fetch, type FormData, type Response } from 'undici';
import { z } from 'zod';

import type { WorkflowJson } from './workflow.mts';

const envelope = z.object({ data: z.unknown() });

const Saved = z.object({ id: z.coerce.string(), name: z.string() });
/** What n8n has saved: a workflow or a credential. */
export type Saved = z.infer<typeof Saved>;
const SavedCredential = Saved.extend({ type: z.string() });

export interface CredentialData {
	name: string;
	type: string;
	data: Record<string, string>;
}

/** The account of the one user; it guards nothing, since n8n listens on loopback only. */
const OWNER = {
	email: 'dev@example.com',
	firstName: 'Dev',
	lastName: 'Eloper',
	password: 'ImaginePDF-dev-1',
};

/**
 * A new connection each time: a busy n8n may close an idle one at the very moment it is used again,
 * which would look like n8n going down.
 */
const dispatcher = new Agent({ pipelining: 0, headersTimeout: 0, bodyTimeout: 0 });

/** n8n's REST API as its editor uses it, signed in as the owner. */
export class Rest {
	private session = '';

	constructor(readonly origin: string) {}

	/** The session: `n8n-auth=…`. Empty before `signIn`. */
	get cookie(): string {
		return this.session;
	}

	/** Creates the owner's account, or signs in where there is one. */
	async signIn(): Promise<void> {
		const setUp = await this.send('POST', '/rest/owner/setup', OWNER);
		const { email, password } = OWNER;
		const answer = setUp.ok
			? setUp
			: await this.send('POST', '/rest/login', { emailOrLdapLoginId: email, email, password });
		if (!answer.ok) throw new Error(`n8n let nobody in: ${answer.status} ${await answer.text()}`);
		this.session = answer.headers
			.getSetCookie()
			.map((cookie) => cookie.split(';')[0] ?? '')
			.join('; ');
	}

	async workflows(): Promise<Saved[]> {
		return z.array(Saved).parse(await this.json('GET', '/rest/workflows'));
	}

	async createWorkflow(workflow: WorkflowJson): Promise<Saved> {
		return Saved.parse(await this.json('POST', '/rest/workflows', workflow));
	}

	async createCredential(credential: CredentialData): Promise<Saved> {
		return Saved.parse(await this.json('POST', '/rest/credentials', credential));
	}

	/** Creates the credential, or sets the values of the one with its name and type. */
	async saveCredential(credential: CredentialData): Promise<Saved> {
		const all = z.array(SavedCredential).parse(await this.json('GET', '/rest/credentials'));
		const known = all.find(
			({ name, type }) => name === credential.name && type === credential.type,
		);
		if (!known) return await this.createCredential(credential);
		const path = `/rest/credentials/${known.id}`;
		return Saved.parse(await this.json('PATCH', path, credential));
	}

	/** The `data` of the answer. @throws Error with n8n's own words when it refuses */
	async json(method: string, path: string, body?: object): Promise<unknown> {
		const answer = await this.send(method, path, body);
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 2000)}`);
		return envelope.parse(JSON.parse(text)).data;
	}

	async bytes(path: string): Promise<Buffer> {
		const answer = await this.send('GET', path);
		if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
		return Buffer.from(await answer.arrayBuffer());
	}

	/** As a visitor of the page, who is not signed in. */
	async sendForm(path: string, form: FormData): Promise<Response> {
		return await fetch(`${this.origin}${path}`, { method: 'POST', dispatcher, body: form });
	}

	async send(method: string, path: string, body?: object): Promise<Response> {
		return await fetch(`${this.origin}${path}`, {
			method,
			dispatcher,
			headers: {
				...(this.session && { cookie: this.session }),
				...(body && { 'content-type': 'application/json' }),
			},
			...(body && { body: JSON.stringify(body) }),
		});
	}
}
