import { randomUUID } from 'node:crypto';

/** The body of a request that is no JSON. */
export interface Form {
	/** With the boundary. */
	contentType: string;
	bytes: Buffer;
}

/**
 * A form with the fields `name` and `file` (docs/imaginepdf-api.md, "Images"), as RFC 7578 writes it. The file
 * is read into its place, so that it is in memory once: the runtime's own `FormData` copies it into a Blob,
 * whose memory comes back late.
 *
 * @param size of the file, in bytes
 */
export function pictureForm(name: string, mimeType: string, size: number): Form & { file: Buffer } {
	const boundary = randomUUID();
	const fileName = name.replace(/[\r\n"]/g, (sign) => encodeURIComponent(sign));
	const head = Buffer.from(
		`--${boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\n${name}\r\n` +
			`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n` +
			`Content-Type: ${mimeType}\r\n\r\n`,
	);
	const tail = `\r\n--${boundary}--\r\n`;
	const bytes = Buffer.alloc(head.length + size + tail.length);
	bytes.set(head);
	bytes.write(tail, head.length + size);
	const file = bytes.subarray(head.length, head.length + size);
	return { contentType: `multipart/form-data; boundary=${boundary}`, bytes, file };
}
