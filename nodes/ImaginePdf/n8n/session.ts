import { createHash } from 'node:crypto';
import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { CREDENTIAL_TYPE, N8nHttp } from './http';
import { cancelSignalOf, keepJobId, sleepUntilAborted } from './n8nCompat';
import { createRedact, type Redact } from './redact';
import { childController, onAbort, ownSignal, StoppedError } from '../core/async';
import { ImaginePdfClient } from '../core/api/client';
import { RouteMemory } from '../core/api/routes';
import { baseUrlFrom, badCredential } from '../core/userInput';
import type { Clock, Logger, Runtime } from '../core/ports';

type Context = IExecuteFunctions | ILoadOptionsFunctions;

/** Everything an operation needs to work on behalf of one node run; the editor's questions have one, too. */
export interface Session<C = IExecuteFunctions> extends Runtime {
	context: C;
	account: {
		/** Identifies the credential; the key cannot be read from it. */
		digest: string;
		/** Only for hiding it in texts and for encrypting links; it is n8n that sends it. */
		apiKey: string;
	};
	client: ImaginePdfClient;
	http: N8nHttp;
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
export async function openSession<C extends Context>(context: C): Promise<Session<C>> {
	const account = await readAccount(context);
	const redact = createRedact(account.apiKey);
	const http = new N8nHttp(context, account.baseUrl);
	const logger = loggerOf(context, redact);
	const shared = { clock: systemClock, logger, random: Math.random };
	const client = new ImaginePdfClient({ ...shared, http, routes });
	return { ...shared, context, account, client, http, redact, signal: stopSignal(context) };
}

const credentialSchema = z.object({ apiKey: z.string().trim().min(1), baseUrl: z.string().trim() });

/**
 * Reads and checks the credential.
 * @throws Failure where the key is empty, or the base URL is none or would send the key
 * unencrypted over a network
 */
async function readAccount(context: Context) {
	const credential = credentialSchema.safeParse(await context.getCredentials(CREDENTIAL_TYPE));
	if (!credential.success) {
		throw badCredential(
			"The credential 'ImaginePDF API' has no API key",
			'Paste the API key of your ImaginePDF workspace into the credential.',
		);
	}
	const { apiKey, baseUrl: given } = credential.data;
	const baseUrl = baseUrlFrom(given);
	// By the credential itself: with a renewed key in it, what is paid for is still found again.
	const id = context.getNode().credentials?.[CREDENTIAL_TYPE]?.id ?? apiKey;
	const digest = createHash('sha256').update(`${baseUrl}\n${id}`).digest('base64url');
	return { baseUrl, digest, apiKey };
}

/** Hides the secrets of the node's credential, as far as it can be read. */
export async function redactFor(context: Context): Promise<Redact> {
	try {
		return createRedact((await readAccount(context)).apiKey);
	} catch {
		return createRedact('');
	}
}

/** n8n's log, with the node's name and without secrets. Job ids go beside the execution, too. */
export function loggerOf(context: Context, redact: Redact): Logger {
	const { name } = context.getNode();
	const text = (message: string) => redact(`${message} [node "${name}"]`);
	return {
		info: (message, details) => {
			context.logger.info(text(message), details);
			if (typeof details?.jobId === 'string') keepJobId(context, details.jobId);
		},
		warn: (message, details) => context.logger.warn(text(message), details),
	};
}

/** n8n's cancel signal with a reason of our own; never aborts where n8n gives none. */
function stopSignal(context: Context): AbortSignal {
	const controller = new AbortController();
	const cancel = cancelSignalOf(context);
	// One execution may run the node many times, in a loop: its signal shall not gather listeners.
	if (cancel) onAbort(ownSignal(cancel), () => controller.abort(new StoppedError()));
	return controller.signal;
}

/** Longest sleep, 24 days; a longer timer would end at once (Node.js documentation, `setTimeout`). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	monotonicNow: () => performance.now(),
	sleep: async (ms, signal) => {
		signal?.throwIfAborted();
		// A signal of its own for each sleep, as `sleepUntilAborted` asks for.
		const { controller, release } = childController(signal);
		try {
			await sleepUntilAborted(Math.min(ms, LONGEST_TIMER_MS), controller.signal);
		} catch {
			signal?.throwIfAborted();
		} finally {
			release();
		}
	},
};
