import { createHash } from 'node:crypto';
import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { z } from 'zod';

import { CREDENTIAL_TYPE } from './http';

const credentialSchema = z.object({ apiKey: z.string().trim().min(1), baseUrl: z.string().trim() });

export interface Account {
	/** Without a trailing slash. */
	baseUrl: string;
	/** Digest that tells accounts apart; the key cannot be read from it. */
	digest: string;
	/** Only for masking and sealing; it is n8n that sends it. */
	apiKey: string;
}

const LOCAL_HOST = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Reads and checks the credential.
 * @throws NodeOperationError where the key is empty, or the base URL is none or would send the key
 * unencrypted over a network
 */
export async function readAccount(
	context: IExecuteFunctions | ILoadOptionsFunctions,
): Promise<Account> {
	const credential = credentialSchema.safeParse(await context.getCredentials(CREDENTIAL_TYPE));
	if (!credential.success) {
		throw unusable(
			context,
			"The credential 'ImaginePDF API' has no API key",
			'Paste the API key of your ImaginePDF workspace into the credential.',
		);
	}
	const { apiKey, baseUrl: given } = credential.data;
	const url = URL.canParse(given) ? new URL(given) : undefined;
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw unusable(
			context,
			"The base URL of the credential 'ImaginePDF API' is not a web address",
			'Enter it as in the default: https://api.imaginepdf.com/api/v1',
		);
	}
	if (url.protocol === 'http:' && !LOCAL_HOST.test(url.hostname)) {
		throw unusable(
			context,
			"The base URL of the credential 'ImaginePDF API' is not encrypted",
			'With http:// anyone on the way could read the API key. Use https://, or a local address.',
		);
	}
	const baseUrl = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
	const digest = createHash('sha256').update(`${baseUrl}\n${apiKey}`).digest('base64url');
	return { baseUrl, digest, apiKey };
}

function unusable(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { description });
}
