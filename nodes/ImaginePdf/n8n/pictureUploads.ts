import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { executionMemory } from './executionMemory';
import type { ImageOutput } from './outputTypes';
import type { Session } from './session';
import { untilAborted, settle } from '../core/async';
import { multipartFrame, type MultipartFrame } from '../core/api/multipart';
import type { UploadedImage } from '../core/api/schemas';
import type { Failure } from '../core/failure';
import { BLANK_PICTURE } from '../core/images/blankPicture';
import { checkPicture, type CheckedPicture } from '../core/images/pictureCheck';
import { unusable, uploadFailure, type PictureSource } from '../core/images/uploadFailure';
import { isRecord } from '../core/objects';

/** A binary field of an item. */
export interface PicturePlace {
	readonly itemIndex: number;
	readonly binaryField: string;
}

/** What is kept of an upload for the next try of the node. */
const keptSchema = z.object({
	ref: z.string(),
	imageId: z.string().optional(),
	name: z.string().optional(),
	mimeType: z.string().optional(),
	fileSize: z.number().optional(),
	width: z.number().optional(),
	height: z.number().optional(),
	createdAt: z.string().optional(),
});

/**
 * The uploads of one execution: equal pictures are uploaded once. They are remembered with the
 * execution, so that a retry finds them and its rows have the same values. A picture is in memory only
 * while it is uploaded.
 */
export class PictureUploads {
	private readonly memory: Record<string, unknown>;
	private readonly running = new Map<string, Promise<ImageOutput>>();
	/** Memory of uploads that are through. */
	private readonly spares: Buffer[] = [];

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
	) {
		this.memory = executionMemory(context, 'imaginePdfImages', isRecord, {});
	}

	/** Reads a picture once. @throws Failure for what cannot be uploaded, the signal's reason */
	async check(place: PicturePlace, signal: AbortSignal): Promise<CheckedPicture> {
		const read = async () => await checkPicture(this.bytesOf(place, signal));
		const checked = await this.readable(place, signal, read);
		if ('kind' in checked) return checked;
		throw unusable({ itemIndexes: [place.itemIndex], binaryField: place.binaryField }, checked);
	}

	/**
	 * Uploads a picture, or finds its equal.
	 * @param name in the place of the file's own
	 * @throws Failure, the signal's reason
	 */
	async upload(
		place: PicturePlace,
		{ digest, kind, size }: CheckedPicture,
		signal: AbortSignal,
		name?: string,
	): Promise<ImageOutput> {
		const source = { itemIndexes: [place.itemIndex], binaryField: place.binaryField, size };
		return await this.once(digest, source, async () => {
			const given = name || this.binaryOf(place).fileName || `picture.${kind.extension}`;
			const form = await multipartFrame(given, kind.mimeType);
			return await this.send(form, size, signal, async (fill) => {
				await this.readable(place, signal, async () => {
					for await (const chunk of this.bytesOf(place, signal)) fill(chunk);
				});
			});
		});
	}

	/** Uploads the picture that shows nothing. @throws Failure, the signal's reason */
	async uploadBlank(itemIndexes: readonly number[], signal: AbortSignal): Promise<ImageOutput> {
		const { name, mimeType, bytes } = BLANK_PICTURE;
		return await this.once('blank', { itemIndexes, size: bytes.length }, async () => {
			const form = await multipartFrame(name, mimeType);
			return await this.send(form, bytes.length, signal, async (fill) => fill(bytes));
		});
	}

	/** Sends a form. Its memory serves the next one, since the runtime is slow to take it back. */
	private async send(
		{ head, tail, contentType }: MultipartFrame,
		size: number,
		signal: AbortSignal,
		read: (fill: (chunk: Uint8Array) => void) => Promise<void>,
	): Promise<UploadedImage> {
		const length = head.length + size + tail.length;
		const spare = this.spares.pop();
		const memory = spare && spare.length >= length ? spare : Buffer.allocUnsafeSlow(length);
		let filled = 0;
		const fill = (chunk: Uint8Array) => {
			memory.set(chunk, filled);
			filled += chunk.length;
		};
		fill(head);
		await read(fill);
		fill(tail);
		const body = memory.subarray(0, filled);
		const image = await this.session.client.uploadImage({ body, contentType }, { signal });
		// Only after a success: what is refused may still be on its way.
		this.spares.push(memory);
		return image;
	}

	private async once(
		digest: string,
		source: PictureSource,
		send: () => Promise<UploadedImage>,
	): Promise<ImageOutput> {
		const key = `${this.session.account.digest} ${digest}`;
		const kept = keptSchema.safeParse(this.memory[key]);
		if (kept.success) return kept.data;
		const running = this.running.get(key) ?? this.sent(key, send);
		this.running.set(key, running);
		const outcome = await settle(async () => await running);
		if (outcome.ok) return outcome.value;
		return await Promise.reject(uploadFailure(outcome.error, source));
	}

	private async sent(key: string, send: () => Promise<UploadedImage>): Promise<ImageOutput> {
		// As JSON, what has no value has no key.
		const image = keptSchema.parse(JSON.parse(JSON.stringify(await send())));
		this.memory[key] = image;
		return image;
	}

	/** A field's bytes from wherever n8n keeps them: its store, or the execution data. */
	private async *bytesOf(
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
		read: () => Promise<T>,
	): Promise<T> {
		const outcome = await settle(read);
		if (outcome.ok) return outcome.value;
		signal.throwIfAborted();
		return await Promise.reject(this.unreadable(place, outcome.error));
	}

	private unreadable({ itemIndex, binaryField }: PicturePlace, error: unknown): Failure {
		const about = { itemIndexes: [itemIndex], binaryField };
		const fields = Object.keys(this.context.getInputData()[itemIndex]?.binary ?? {});
		if (fields.includes(binaryField)) {
			const words = error instanceof Error ? ` (${error.message})` : '';
			const remedy = `Run the node that brings it again: n8n no longer has the file${words}.`;
			return unusable(about, { code: 'PICTURE_UNREADABLE', reason: 'cannot be read', remedy });
		}
		const reason = 'is missing';
		const remedy =
			fields.length === 0
				? 'This item has no file. Look at what the node before hands on.'
				: `Files of this item: ${fields.map((field) => `'${field}'`).join(', ')}.`;
		return unusable(about, { code: 'PICTURE_MISSING', reason, remedy });
	}
}
