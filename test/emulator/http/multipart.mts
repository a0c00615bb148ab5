import { Busboy } from '@fastify/busboy';

/** A form as it was sent (RFC 7578). */
export interface Form {
	fields: Map<string, string>;
	files: Map<string, { name: string; bytes: Buffer }>;
}

/**
 * Reads `multipart/form-data`.
 * @throws Error when the body is no form, or ends before its last boundary
 */
export async function readForm(contentType: string, body: Uint8Array): Promise<Form> {
	const form: Form = { fields: new Map(), files: new Map() };
	const parser = new Busboy({ headers: { 'content-type': contentType } });
	await new Promise<void>((resolve, reject) => {
		parser.on('error', reject);
		parser.on('finish', resolve);
		parser.on('field', (name, value) => form.fields.set(name, value));
		parser.on('file', (field, stream, name) => {
			const chunks: Buffer[] = [];
			stream.on('error', reject);
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => form.files.set(field, { name, bytes: Buffer.concat(chunks) }));
		});
		parser.end(body);
	});
	return form;
}
