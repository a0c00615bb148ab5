import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { Exit } from './exit';
import type { Session } from './session';
import { inLanes, ownSignal, settle, untilAborted } from '../core/async';
import type { UploadedImage } from '../core/api/schemas';
import type { Failure } from '../core/failure';
import { BLANK_PICTURE, checkPicture, pictureForm } from '../core/images/picture';
import {
	together,
	unusable,
	uploadFailure,
	type PictureSource,
} from '../core/images/uploadFailure';
import { UPLOADS_AT_ONCE } from '../core/limits';
import { toFailure } from '../core/messages';
import { onceEach, setOwn } from '../core/objects';
import type { PreparedRow, RowValues } from '../core/rows/types';

/** A binary field of an item. */
export interface PicturePlace {
	readonly itemIndex: number;
	readonly binaryField: string;
}

/** A picture that can be uploaded, and is read when its turn comes. */
interface ReadyPicture {
	source: PictureSource;
	name: string;
	mimeType: string;
	/** The same for equal pictures. */
	digest: string;
	/** Reads the picture into a place of its size. */
	readInto: (place: Buffer) => Promise<void>;
}

/** The uploads of one run: equal pictures are uploaded once. */
export class PictureUploads {
	private readonly uploads = new Map<string, Promise<UploadedImage>>();

	constructor(private readonly session: Session) {}

	/** Reads a picture once. @throws Failure for what cannot be uploaded, the signal's reason */
	async check(place: PicturePlace): Promise<ReadyPicture> {
		const { itemIndex, binaryField } = place;
		const itemIndexes = [itemIndex];
		const checked = await this.readable(place, checkPicture);
		if (!('kind' in checked)) throw unusable({ itemIndexes, binaryField }, checked);
		const { kind, size, digest } = checked;
		const { fileName } = this.session.context.helpers.assertBinaryData(itemIndex, binaryField);
		return {
			source: { itemIndexes, binaryField, size },
			name: fileName || `picture.${kind.extension}`,
			mimeType: kind.mimeType,
			digest,
			readInto: async (memory) =>
				await this.readable(place, async (chunks) => {
					let filled = 0;
					for await (const chunk of chunks) {
						memory.set(chunk, filled);
						filled += chunk.length;
					}
				}),
		};
	}

	/** Uploads a picture, unless its equal is uploaded. @throws Failure, also after the signal's abort */
	async upload(picture: ReadyPicture): Promise<UploadedImage> {
		const upload = this.uploads.get(picture.digest) ?? this.send(picture);
		this.uploads.set(picture.digest, upload);
		try {
			return await upload;
		} catch (error) {
			throw uploadFailure(error, picture.source);
		}
	}

	private async send({ name, mimeType, source, readInto }: ReadyPicture): Promise<UploadedImage> {
		const form = pictureForm(name, mimeType, source.size);
		await readInto(form.file);
		const { client, signal } = this.session;
		return await client.uploadImage(form, { signal: ownSignal(signal) });
	}

	/** Reads a field's bytes from wherever n8n keeps them: its store, or the execution data. */
	private async readable<T>(
		place: PicturePlace,
		read: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
	): Promise<T> {
		const { helpers } = this.session.context;
		const signal = ownSignal(this.session.signal);
		const chunksOf = async function* ({ id, data }: IBinaryData) {
			if (id === undefined) {
				yield Buffer.from(data, 'base64');
				return;
			}
			const stream = await helpers.getBinaryStream(id);
			signal.addEventListener('abort', () => void stream.destroy(), { once: true });
			for await (const chunk of stream) yield chunk as Uint8Array;
		};
		const outcome = await settle(async () => {
			const binary = helpers.assertBinaryData(place.itemIndex, place.binaryField);
			return await untilAborted(signal, read(chunksOf(binary)));
		});
		signal.throwIfAborted();
		if (outcome.ok) return outcome.value;
		throw this.unreadable(place, outcome.error);
	}

	private unreadable({ itemIndex, binaryField }: PicturePlace, error: unknown): Failure {
		const about = { itemIndexes: [itemIndex], binaryField };
		const fields = Object.keys(this.session.context.getInputData()[itemIndex]?.binary ?? {});
		if (fields.includes(binaryField)) {
			const words = error instanceof Error ? ` (${error.message})` : '';
			const remedy = `Run the node that brings it again: n8n no longer has the file${words}.`;
			return unusable(about, { code: 'PICTURE_UNREADABLE', reason: 'cannot be read', remedy });
		}
		const remedy =
			fields.length === 0
				? 'This item has no file. Look at what the node before hands on.'
				: `Files of this item: ${fields.map((field) => `'${field}'`).join(', ')}.`;
		return unusable(about, { code: 'PICTURE_MISSING', reason: 'is missing', remedy });
	}
}

/** Rows that can be sent, and the error items of those that cannot, with On Error: Continue. */
export interface Rows {
	readonly rows: readonly PreparedRow[];
	readonly refused: readonly INodeExecutionData[];
}

/** A row and the pictures that its variables get. */
interface RowWithPictures {
	row: PreparedRow;
	wanted: ReadonlyArray<{ variable: string; key: string }>;
}

/**
 * Looks at the pictures that rows take from binary fields. Then, unless it is only a check, uploads them,
 * each distinct one once and a few at a time, and puts their references into the rows' values. Called
 * before anything is paid for.
 * @throws Failure naming the items, unless On Error is Continue; the signal's reason when stopped
 */
export async function withPictures(
	session: Session,
	{ rows, refused }: Rows,
	isCheck: boolean,
): Promise<Rows> {
	const uploads = new PictureUploads(session);
	const blank = blankPicture(rows);
	const places = new Map<string, PicturePlace>();
	const wanted = rows.map((row): RowWithPictures => {
		const own = row.pictures.map(({ variable, ...place }) => {
			const key = `${place.itemIndex} ${place.binaryField}`;
			places.set(key, place);
			return { variable, key };
		});
		return {
			row,
			wanted: [...own, ...row.blankPictures.map((variable) => ({ variable, key: '' }))],
		};
	});
	const pictureOf = onceEach(async (key: string) => {
		const place = places.get(key);
		return place ? await uploads.check(place) : blank;
	});
	// Looks at every picture, so that one message names all items.
	const checked = await forEachPicture(session, wanted, pictureOf, true);
	const out = [...refused, ...checked.refused];
	if (isCheck) return { rows: checked.good.map(({ row }) => row), refused: out };
	const upload = async (key: string) => (await uploads.upload(await pictureOf(key))).ref;
	const uploaded = await forEachPicture(session, checked.good, upload, false);
	const filled = uploaded.good.map((one) => withReferences(one, uploaded.results));
	return { rows: filled, refused: [...out, ...uploaded.refused] };
}

/** One transparent picture serves all rows that lack one. */
function blankPicture(rows: readonly PreparedRow[]): ReadyPicture {
	const { name, mimeType, bytes } = BLANK_PICTURE;
	const lacking = rows.filter(({ blankPictures }) => blankPictures.length > 0);
	const itemIndexes = [...new Set(lacking.flatMap((row) => row.itemIndexes))];
	const source = { itemIndexes, size: bytes.length };
	return { source, name, mimeType, digest: 'blank', readInto: async (place) => place.set(bytes) };
}

/**
 * Does the work once for each distinct picture, a few at a time, and takes out the rows of those that fail.
 * @param isEachTold whether all are gone through although one has failed and the node is to stop
 */
async function forEachPicture<T>(
	session: Session,
	rows: readonly RowWithPictures[],
	work: (key: string) => Promise<T>,
	isEachTold: boolean,
): Promise<{
	good: RowWithPictures[];
	refused: INodeExecutionData[];
	results: ReadonlyMap<string, T>;
}> {
	const { context, signal } = session;
	const keys = [...new Set(rows.flatMap(({ wanted }) => wanted.map(({ key }) => key)))];
	const results = new Map<string, T>();
	const failures = new Map<string, Failure>();
	const goesOn = context.continueOnFail();
	await inLanes(UPLOADS_AT_ONCE, keys, async (key) => {
		const outcome = await settle(async () => await work(key));
		signal.throwIfAborted();
		if (outcome.ok) return void results.set(key, outcome.value);
		const failure = toFailure(outcome.error, { doing: 'upload' }).with({ isBeforePaying: true });
		failures.set(key, failure);
		// What stopped an upload mostly stops all of them, e.g. a wrong key: one message says it.
		if (!goesOn && (!isEachTold || failure.details.fromService)) throw failure;
	});
	const [first, ...more] = keys.flatMap((key) => failures.get(key) ?? []);
	if (first && !goesOn) throw together([first, ...more]);
	const failureOf = ({ wanted }: RowWithPictures) =>
		wanted.map(({ key }) => failures.get(key)).find((failure) => failure !== undefined);
	const exit = new Exit(context, session);
	const refused = rows.flatMap((one) => {
		const failure = failureOf(one);
		return failure ? [exit.item(failure, one.row.itemIndexes)] : [];
	});
	return { good: rows.filter((one) => !failureOf(one)), refused, results };
}

/** A row with the references of its pictures as values. */
function withReferences(
	{ row, wanted }: RowWithPictures,
	refs: ReadonlyMap<string, string>,
): PreparedRow {
	if (wanted.length === 0) return row;
	const values: RowValues = { ...row.values };
	for (const { variable, key } of wanted) setOwn(values, variable, refs.get(key) ?? '');
	return { ...row, values };
}
