import type { IBinaryData } from 'n8n-workflow';

import type { FailedItems } from './exit';
import type { Session } from './session';
import { inLanes, onAbort, ownSignal, settle, untilAborted } from '../core/async';
import type { UploadedImage } from '../core/api/schemas';
import { Failure } from '../core/failure';
import {
	BLANK_PICTURE,
	checkPicture,
	pictureForm,
	together,
	unusable,
	uploadFailure,
	type CheckedPicture,
	type PictureField,
} from '../core/images/picture';
import { UPLOADS_AT_ONCE } from '../core/limits';
import { toFailure } from '../core/messages';
import { onceEach, setOwn } from '../core/objects';
import type { PreparedRow } from '../core/rows/types';

type Chunks = AsyncIterable<Uint8Array>;

/** A picture that can be uploaded, and is read when its turn comes. */
interface ReadyPicture extends Omit<CheckedPicture, 'extension'> {
	/** None for the blank picture. */
	field?: PictureField;
	name: string;
}

/** The pictures of one run: each is looked at once, and equal ones are uploaded once. */
export class PictureUploads {
	private readonly uploads = new Map<string, Promise<UploadedImage>>();
	private readonly ofItem = onceEach((itemIndex: number) =>
		onceEach(async (binaryField: string) => await this.inspect({ itemIndex, binaryField })),
	);

	constructor(private readonly session: Session) {}

	/** @throws Failure for what cannot be uploaded, the signal's reason */
	async check({ itemIndex, binaryField }: PictureField): Promise<ReadyPicture> {
		return await this.ofItem(itemIndex)(binaryField);
	}

	private async inspect(field: PictureField): Promise<ReadyPicture> {
		const check = async (chunks: Chunks) => await checkPicture(field, chunks);
		const { extension, ...checked } = await this.read(field, check);
		const { helpers } = this.session.context;
		const { fileName } = helpers.assertBinaryData(field.itemIndex, field.binaryField);
		return { field, ...checked, name: fileName || `picture.${extension}` };
	}

	/** Uploads a picture, unless its equal is uploaded. @throws Failure, also after the signal's abort */
	async upload(picture: ReadyPicture): Promise<UploadedImage> {
		const upload = this.uploads.get(picture.digest) ?? this.send(picture);
		this.uploads.set(picture.digest, upload);
		try {
			return await upload;
		} catch (error) {
			throw uploadFailure(error, picture);
		}
	}

	private async send({ field, name, mimeType, size }: ReadyPicture): Promise<UploadedImage> {
		const form = pictureForm(name, mimeType, size);
		if (field) await this.read(field, async (chunks) => await fill(form.file, chunks));
		else form.file.set(BLANK_PICTURE.bytes);
		const { client, signal } = this.session;
		return await client.uploadImage(form, { signal: ownSignal(signal) });
	}

	/** Reads a field's bytes from wherever n8n keeps them: its store, or the execution data. */
	private async read<T>(field: PictureField, work: (chunks: Chunks) => Promise<T>): Promise<T> {
		const { helpers } = this.session.context;
		const signal = ownSignal(this.session.signal);
		const chunksOf = async function* ({ id, data }: IBinaryData) {
			if (id === undefined) {
				yield Buffer.from(data, 'base64');
				return;
			}
			const stream = await helpers.getBinaryStream(id);
			onAbort(signal, () => void stream.destroy());
			for await (const chunk of stream) yield chunk as Uint8Array;
		};
		const outcome = await settle(async () => {
			const binary = helpers.assertBinaryData(field.itemIndex, field.binaryField);
			return await untilAborted(signal, work(chunksOf(binary)));
		}, signal);
		if (outcome.ok) return outcome.value;
		throw outcome.error instanceof Failure ? outcome.error : this.unreadable(field, outcome.error);
	}

	private unreadable(field: PictureField, error: unknown): Failure {
		const item = this.session.context.getInputData()[field.itemIndex];
		const fields = Object.keys(item?.binary ?? {});
		if (fields.includes(field.binaryField)) {
			const words = error instanceof Error ? ` (${error.message})` : '';
			const remedy = `Run the node that brings it again: n8n no longer has the file${words}.`;
			return unusable(field, 'PICTURE_UNREADABLE', 'cannot be read', remedy);
		}
		const remedy =
			fields.length === 0
				? 'This item has no file. Look at what the node before hands on.'
				: `Files of this item: ${fields.map((name) => `'${name}'`).join(', ')}.`;
		return unusable(field, 'PICTURE_MISSING', 'is missing', remedy);
	}
}

async function fill(memory: Buffer, chunks: Chunks): Promise<void> {
	let filled = 0;
	for await (const chunk of chunks) {
		memory.set(chunk, filled);
		filled += chunk.length;
	}
}

/** Rows that can be sent, and the items of those that cannot, with On Error: Continue. */
export interface Rows {
	readonly rows: readonly PreparedRow[];
	readonly refused: readonly FailedItems[];
}

/**
 * Looks at the pictures that rows take from binary fields. Then, unless it is only a check, uploads them,
 * each distinct one once and a few at a time, and puts their references into the rows' values. Called
 * before anything is paid for.
 * @throws Failure naming the items, unless On Error is Continue; the signal's reason when stopped
 */
export async function withPictures(
	session: Session,
	uploads: PictureUploads,
	all: Rows,
	isCheck: boolean,
): Promise<Rows> {
	// One transparent picture serves all rows that lack one.
	const pictureOf = async (field: PictureField | undefined): Promise<ReadyPicture> =>
		field ? await uploads.check(field) : BLANK_PICTURE;
	// Looks at every picture, so that one message names all items.
	const checked = await forEachPicture(session, all, true, async (field) => {
		await pictureOf(field);
		return undefined;
	});
	if (isCheck) return checked;
	return await forEachPicture(session, checked, false, async (field) => {
		const { ref } = await uploads.upload(await pictureOf(field));
		return ref;
	});
}

/**
 * Does the work for each picture of the rows, a few rows at a time, and takes out the rows where it fails.
 * @param reportsAll whether all are gone through although one has failed and the node is to stop: what
 * stops an upload, e.g. a wrong key, mostly stops all of them
 * @param work gets no field for the blank picture; what it gives becomes the variable's value
 */
async function forEachPicture(
	session: Session,
	{ rows, refused }: Rows,
	reportsAll: boolean,
	work: (field: PictureField | undefined) => Promise<string | undefined>,
): Promise<Rows> {
	const { context, signal } = session;
	const goesOn = context.continueOnFail();
	// The same failure for all rows that want the same picture.
	const failureFor = onceEach((error: unknown) =>
		toFailure(error, { doing: 'upload' }).with({ isBeforePaying: true }),
	);
	const done = await inLanes(UPLOADS_AT_ONCE, rows, async (row) => {
		const blank = row.blankPictures.map((variable) => ({ variable, field: undefined }));
		const own = row.pictures.map(({ variable, ...field }) => ({ variable, field }));
		const wanted = [...own, ...blank];
		const values = wanted.length > 0 ? { ...row.values } : row.values;
		const failures: Failure[] = [];
		for (const { variable, field } of wanted) {
			const outcome = await settle(() => work(field), signal);
			if (!outcome.ok) failures.push(failureFor(outcome.error));
			else if (outcome.value !== undefined) setOwn(values, variable, outcome.value);
			if (!outcome.ok && !goesOn && !reportsAll) throw failureFor(outcome.error);
		}
		return { row: { ...row, values }, failures };
	});
	const [first, ...more] = new Set(done.flatMap(({ failures }) => failures));
	if (first && !goesOn) throw together([first, ...more]);
	const bad = done.flatMap(({ row, failures: [failure] }) =>
		failure ? [{ failure, itemIndexes: row.itemIndexes }] : [],
	);
	const good = done.flatMap(({ row, failures }) => (failures.length === 0 ? [row] : []));
	return { rows: good, refused: [...refused, ...bad] };
}
