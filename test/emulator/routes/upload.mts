import { Refused, success } from '../http/answer.mts';
import { readForm, type Form } from '../http/multipart.mts';
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
	const form = await formIn(call);
	const file = form.files.get('file');
	if (!file) throw refused('file is required.');
	const { bytes } = file;
	if (bytes.length > maxBytes) {
		throw refused(`file must have at most ${maxBytes} bytes; it has ${bytes.length}.`);
	}
	const ref = `${kind}:${world.newId('img')}`;
	const name = form.fields.get('name') ?? file.name;
	const picture = pictureOf(ref, name, bytes, world.clock.now());
	if (!picture.ok) throw refused(picture.reason);
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

async function formIn({ headers, bytes }: Call): Promise<Form> {
	const type = headers['content-type'] ?? '';
	if (!/^multipart\/form-data\b/i.test(type)) throw refused('The body must be a form.');
	try {
		return await readForm(type, bytes);
	} catch {
		throw refused('The form cannot be read.');
	}
}

function refused(message: string): Refused {
	return new Refused(400, 'VALIDATION_ERROR', message);
}
