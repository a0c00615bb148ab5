import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import { systemClock } from './clock';
import { readAccount, type Account } from './credentials';
import { N8nHttp } from './http';
import { cancelSignalOf } from './majors';
import { createRedact, type Redact } from './redact';
import { ownSignal, StoppedError } from '../core/abort';
import { ImaginePdfClient } from '../core/api/client';
import { RouteMemory } from '../core/api/routes';
import { createGate } from '../core/jobs/gate';
import type { Clock, Journal } from '../core/ports';

/** Everything an operation needs to talk to the service on behalf of one node run. */
export interface Session {
	account: Account;
	client: ImaginePdfClient;
	clock: Clock;
	http: N8nHttp;
	journal: Journal;
	random: () => number;
	redact: Redact;
	/** Aborts with a `StoppedError` on Stop and on the workflow's time-out. */
	signal: AbortSignal;
}

/** Which routes the service answers is remembered for the life of the process, per base URL. */
const routes = new RouteMemory();

/**
 * Opens a session with the node's credential.
 * @throws Failure when the credential cannot be used
 */
export async function openSession(
	context: IExecuteFunctions | ILoadOptionsFunctions,
): Promise<Session> {
	const account = await readAccount(context);
	const redact = createRedact(account.apiKey);
	const http = new N8nHttp(context, account.baseUrl);
	const journal = journalOf(context, redact);
	const shared = { clock: systemClock, journal, random: Math.random };
	const gate = createGate({ clock: systemClock });
	const client = new ImaginePdfClient({ ...shared, http, routes, gate });
	return { ...shared, account, client, http, redact, signal: stopSignal(context) };
}

function journalOf(context: IExecuteFunctions | ILoadOptionsFunctions, redact: Redact): Journal {
	const { name } = context.getNode();
	const text = (message: string) => redact(`${message} [node "${name}"]`);
	return {
		info: (message, details) => context.logger.info(text(message), details),
		warn: (message, details) => context.logger.warn(text(message), details),
	};
}

/** n8n's cancel signal with a reason of our own; never aborts where n8n gives none. */
function stopSignal(context: IExecuteFunctions | ILoadOptionsFunctions): AbortSignal {
	const controller = new AbortController();
	const cancel = cancelSignalOf(context);
	const onCancel = () => controller.abort(new StoppedError());
	if (cancel?.aborted) onCancel();
	// One execution may run the node many times, in a loop: its signal shall not gather listeners.
	else if (cancel) ownSignal(cancel).addEventListener('abort', onCancel, { once: true });
	return controller.signal;
}
