/** The body of a request and what its header says about it. */
export interface MultipartBody {
	body: Uint8Array;
	/** With the boundary. */
	contentType: string;
}

/** What stands around the bytes of a file in a form. */
export interface MultipartFrame {
	head: Uint8Array;
	tail: Uint8Array;
	/** With the boundary. */
	contentType: string;
}

/**
 * A form with the fields `name` and `file` (docs/imaginepdf-api.md, "Images"), without the file's bytes: a
 * picture is to be copied once and not by every layer. The runtime's own `FormData` writes it around an
 * empty file, escapes the names and chooses the boundary.
 */
export async function multipartFrame(name: string, mimeType: string): Promise<MultipartFrame> {
	const form = new FormData();
	form.append('name', name);
	form.append('file', new Blob([], { type: mimeType }), name);
	const written = new Response(form);
	const frame = Buffer.from(await written.arrayBuffer());
	// The last line is the closing boundary, and the file ends before its line break (RFC 2046, 5.1.1).
	const end = frame.lastIndexOf('\r\n--');
	return {
		head: frame.subarray(0, end),
		tail: frame.subarray(end),
		contentType: written.headers.get('content-type') ?? '',
	};
}
