import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/*
 * A later try may need the presigned URL of a single PDF, and saved execution data must not show it. So
 * it is encrypted with a key made from the API key, which is not saved there.
 */

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts a link; only the same secret decrypts it. */
export function encryptLink(link: string, secret: string): string {
	const iv = randomBytes(IV_BYTES);
	const cipher = createCipheriv(ALGORITHM, cipherKey(secret), iv);
	const encrypted = Buffer.concat([cipher.update(link, 'utf8'), cipher.final()]);
	return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
}

/** The link, or `undefined` where it was encrypted with another secret or is damaged. */
export function decryptLink(encrypted: string, secret: string): string | undefined {
	const bytes = Buffer.from(encrypted, 'base64url');
	try {
		const decipher = createDecipheriv(ALGORITHM, cipherKey(secret), bytes.subarray(0, IV_BYTES));
		decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
		const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
		return Buffer.concat([text, decipher.final()]).toString('utf8');
	} catch {
		return undefined;
	}
}

function cipherKey(secret: string): Buffer {
	return createHash('sha256').update(`n8n-nodes-imaginepdf link\n${secret}`).digest();
}
