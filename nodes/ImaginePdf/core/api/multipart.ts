/** The body of a request and what its header says about it. */
export interface MultipartBody {
	body: Uint8Array;
	/** With the boundary. */
	contentType: string;
}

/** A file of a form. */
export interface FormFile {
	name: string;
	mimeType: string;
	/** Its content. */
	chunks: readonly Uint8Array[];
}

/**
 * A form with the fields `name` and `file` as bytes (docs/imaginepdf-api.md, "Images"). The runtime's own
 * `FormData` writes it, escapes the names and chooses the boundary, but around an empty file: the real
 * one is set in afterwards, so that a picture is copied once and not by every layer.
 */
export async function multipartOf({ name, mimeType, chunks }: FormFile): Promise<MultipartBody> {
	const form = new FormData();
	form.append('name', name);
	form.append('file', new Blob([], { type: mimeType }), name);
	const written = new Response(form);
	const frame = Buffer.from(await written.arrayBuffer());
	// The last line is the closing boundary, and the file ends before its line break (RFC 2046, 5.1.1).
	const end = frame.lastIndexOf('\r\n--');
	return {
		body: Buffer.concat([frame.subarray(0, end), ...chunks, frame.subarray(end)]),
		contentType: written.headers.get('content-type') ?? '',
	};
}
