import { createHash } from 'node:crypto';
import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { CREDENTIAL_TYPE } from './http';
import { baseUrlFrom, unusable } from '../core/baseUrl';

const credentialSchema = z.object({ apiKey: z.string().trim().min(1), baseUrl: z.string().trim() });

/** The credential as it is used. */
export interface Account {
	/** Without a trailing slash. */
	baseUrl: string;
	/** Digest that tells credentials apart; the key cannot be read from it. */
	digest: string;
	/** Only for masking and sealing; it is n8n that sends it. */
	apiKey: string;
}

/**
 * Reads and checks the credential.
 * @throws Failure where the key is empty, or the base URL is none or would send the key
 * unencrypted over a network
 */
export async function readAccount(
	context: IExecuteFunctions | ILoadOptionsFunctions,
): Promise<Account> {
	const credential = credentialSchema.safeParse(await context.getCredentials(CREDENTIAL_TYPE));
	if (!credential.success) {
		throw unusable(
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
