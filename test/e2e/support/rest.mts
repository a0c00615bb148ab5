import { Agent, fetch, type Response } from 'undici';
import { z } from 'zod';

const envelope = z.object({ data: z.unknown() });

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
