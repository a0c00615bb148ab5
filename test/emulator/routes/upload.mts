import { Busboy } from '@fastify/busboy';

import { invalid, success } from '../http/answer.mts';
import type { Generation } from '../model.mts';
import { pictureOf, type Picture } from '../pictures.mts';
import type { Call, Handler } from './call.mts';

/** What the two generations take and call the result (docs/imaginepdf-api.md, "Images"). */
const RULES: Record<Generation, { kind: 'assets' | 'uploads'; maxBytes: number }> = {
	first: { kind: 'assets', maxBytes: 10 * 1024 * 1024 },
	second: { kind: 'uploads', maxBytes: 1024 * 1024 },
};

/** Free. */
export const upload: Handler = async (call) => {
	const { world, workspace, generation } = call;
	const { kind, maxBytes } = RULES[generation];
	const { name, file } = await formIn(call);
	if (!file) throw invalid('file is required.');
	const { bytes } = file;
	if (bytes.length > maxBytes) {
		throw invalid(`file must have at most ${maxBytes} bytes; it has ${bytes.length}.`);
	}
	const ref = `${kind}:${world.newId('img')}`;
	const picture = pictureOf(ref, name ?? file.name, bytes, world.clock.now());
	if (!picture.ok) throw invalid(picture.reason);
	world.hooks.emit('upload', world.pictures.add(workspace, generation, picture.value));
	return success(answerOf(call, picture.value), 201);
};

function answerOf({ world, generation }: Call, picture: Picture): Record<string, unknown> {
	const { id, ref, name, mimeType, bytes, width, height, createdAt } = picture;
	return {
		...(generation === 'first' ? { id, isPlaceholder: false } : { uploadId: id }),
		ref,
		name,
		mimeType,
		fileSize: bytes.length,
		dimensions: { width, height },
		thumbnailUrl: world.presigned(`/thumbnails/${id}/thumbnail`),
		createdAt,
	};
}

interface Form {
	name?: string;
	file?: { name: string; bytes: Buffer };
}

/** Reads `multipart/form-data` (RFC 7578). @throws Refused where the body is none, or ends too soon */
async function formIn({ headers, bytes }: Call): Promise<Form> {
	const type = headers['content-type'] ?? '';
	if (!/^multipart\/form-data\b/i.test(type)) throw invalid('The body must be a form.');
	const form: Form = {};
	const parser = new Busboy({ headers: { 'content-type': type } });
	await new Promise<void>((resolve, reject) => {
		const fail = () => reject(invalid('The form cannot be read.'));
		parser.on('error', fail).on('finish', resolve);
		parser.on('field', (field, value) => Object.assign(form, field === 'name' && { name: value }));
		parser.on('file', (field, stream, name) => {
			const chunks: Buffer[] = [];
			stream.on('error', fail).on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				if (field === 'file') form.file = { name, bytes: Buffer.concat(chunks) };
			});
		});
		parser.end(bytes);
	});
	return form;
}
