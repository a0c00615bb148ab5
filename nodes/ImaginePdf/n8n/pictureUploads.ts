import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import type { Session } from './session';
import { untilAborted } from '../core/async';
import { pictureForm } from '../core/api/form';
import type { UploadedImage } from '../core/api/schemas';
import type { Failure } from '../core/failure';
import { BLANK_PICTURE } from '../core/images/blankPicture';
import { checkPicture } from '../core/images/pictureCheck';
import { unusable, uploadFailure, type PictureSource } from '../core/images/uploadFailure';

/** A binary field of an item. */
export interface PicturePlace {
	readonly itemIndex: number;
	readonly binaryField: string;
}

/** A picture that can be uploaded, and is read when its turn comes. */
export interface ReadyPicture {
	source: PictureSource;
	name: string;
	mimeType: string;
	/** The same for equal pictures. */
	digest: string;
	/** Reads the picture into a place of its size. */
	readInto: (place: Buffer) => Promise<void>;
}

/** The picture that shows nothing, for these items. */
export function blankPicture(itemIndexes: readonly number[]): ReadyPicture {
	const { name, mimeType, bytes } = BLANK_PICTURE;
	const source = { itemIndexes, size: bytes.length };
	return { source, name, mimeType, digest: 'blank', readInto: async (place) => place.set(bytes) };
}

/** The uploads of one run: equal pictures are uploaded once. */
export class PictureUploads {
	private readonly uploads = new Map<string, Promise<UploadedImage>>();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
	) {}

	/** Reads a picture once. @throws Failure for what cannot be uploaded, the signal's reason */
	async check(place: PicturePlace, signal: AbortSignal): Promise<ReadyPicture> {
		const itemIndexes = [place.itemIndex];
		const { binaryField } = place;
		const checked = await this.readable(place, signal, checkPicture(this.chunksOf(place, signal)));
		if (!('kind' in checked)) throw unusable({ itemIndexes, binaryField }, checked);
		const { kind, size, digest } = checked;
		return {
			source: { itemIndexes, binaryField, size },
			name: this.binaryOf(place).fileName || `picture.${kind.extension}`,
			mimeType: kind.mimeType,
			digest,
			readInto: async (memory) =>
				await this.readable(place, signal, fill(memory, this.chunksOf(place, signal))),
		};
	}

	/**
	 * Uploads a picture, unless its equal is uploaded.
	 * @throws Failure, also after the signal's abort
	 */
	async upload(picture: ReadyPicture, signal: AbortSignal): Promise<UploadedImage> {
		const upload = this.uploads.get(picture.digest) ?? this.send(picture, signal);
		this.uploads.set(picture.digest, upload);
		try {
			return await upload;
		} catch (error) {
			throw uploadFailure(error, picture.source);
		}
	}

	private async send(
		{ name, mimeType, source, readInto }: ReadyPicture,
		signal: AbortSignal,
	): Promise<UploadedImage> {
		const form = pictureForm(name, mimeType, source.size);
		await readInto(form.file);
		return await this.session.client.uploadImage(form, { signal });
	}

	/** A field's bytes from wherever n8n keeps them: its store, or the execution data. */
	private async *chunksOf(
		place: PicturePlace,
		signal: AbortSignal,
	): AsyncGenerator<Uint8Array, void, undefined> {
		const { id, data } = this.binaryOf(place);
		if (id === undefined) return yield Buffer.from(data, 'base64');
		const stream = await untilAborted(signal, this.context.helpers.getBinaryStream(id));
		const stop = () => void stream.destroy();
		signal.addEventListener('abort', stop, { once: true });
		try {
			for await (const chunk of stream) yield chunk as Uint8Array;
		} finally {
			signal.removeEventListener('abort', stop);
		}
	}

	private binaryOf({ itemIndex, binaryField }: PicturePlace): IBinaryData {
		return this.context.helpers.assertBinaryData(itemIndex, binaryField);
	}

	private async readable<T>(
		place: PicturePlace,
		signal: AbortSignal,
		reading: Promise<T>,
	): Promise<T> {
		try {
			return await untilAborted(signal, reading);
		} catch (error) {
			signal.throwIfAborted();
			throw this.unreadable(place, error);
		}
	}

	private unreadable({ itemIndex, binaryField }: PicturePlace, error: unknown): Failure {
		const about = { itemIndexes: [itemIndex], binaryField };
		const fields = Object.keys(this.context.getInputData()[itemIndex]?.binary ?? {});
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

async function fill(memory: Buffer, chunks: AsyncIterable<Uint8Array>): Promise<void> {
	let filled = 0;
	for await (const chunk of chunks) {
		memory.set(chunk, filled);
		filled += chunk.length;
	}
}
