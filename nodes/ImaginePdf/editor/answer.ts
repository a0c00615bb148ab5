import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { settle } from '../core/api/retry';
import { explain, type Occasion } from '../core/explain';
import { asFailure, toNodeError } from '../n8n/errors';
import { readAccount } from '../n8n/credentials';
import { createRedact } from '../n8n/redact';
import { Failure } from '../core/failure';

/**
 * Runs a question of the editor. Its failures are told as those of an execution are.
 * @throws NodeApiError or NodeOperationError
 */
export async function editorAnswer<T>(
	context: ILoadOptionsFunctions,
	doing: Occasion['doing'],
	work: () => Promise<T>,
): Promise<T> {
	const outcome = await settle(work);
	if (outcome.ok) return outcome.value;
	const explained = explain(outcome.error, { doing });
	if (!(explained instanceof Failure) && isNodeError(explained)) throw explained;
	const account = await settle(() => readAccount(context));
	const redact = createRedact(account.ok ? account.value.apiKey : '');
	throw toNodeError(context.getNode(), asFailure(explained), redact);
}

/** Already told in n8n's form, e.g. that no credential was chosen. */
function isNodeError(error: unknown): boolean {
	return error instanceof Error && /^Node(Api|Operation)Error$/.test(error.name);
}
