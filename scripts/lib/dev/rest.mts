import { z } from 'zod';

import { Rest } from '../../../test/e2e/support/rest.mts';

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

/** What the editor's REST API does for the set-up. */
export class N8nRest extends Rest {
	async credentials(): Promise<Array<z.infer<typeof Credential>>> {
		return z.array(Credential).parse(await this.json('GET', '/rest/credentials'));
	}

	async workflows(): Promise<Named[]> {
		return z.array(Named).parse(await this.json('GET', '/rest/workflows'));
	}

	/** Creates the credential, or sets the values of the one with its name. */
	async saveCredential(credential: CredentialData): Promise<Named> {
		const known = (await this.credentials()).find(
			({ name, type }) => name === credential.name && type === credential.type,
		);
		const path = known ? `/rest/credentials/${known.id}` : '/rest/credentials';
		return Named.parse(await this.json(known ? 'PATCH' : 'POST', path, credential));
	}

	async createWorkflow(workflow: WorkflowFile): Promise<Named> {
		return Named.parse(await this.json('POST', '/rest/workflows', workflow));
	}
}
