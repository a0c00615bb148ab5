import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import type { BinaryDataBlobManager } from 'n8n-core';

type ByteStore = ConstructorParameters<typeof BinaryDataBlobManager>[0];

/**
 * Stands in for n8n's database and S3 stores, which live in its server: they take a file as a stream
 * or a buffer, and give it back by its key.
 */
export class RemoteStore implements ByteStore {
	private readonly files = new Map<string, Buffer>();

	/** Keys and sizes in bytes. */
	get sizes(): Array<[key: string, size: number]> {
		return [...this.files].map(([key, bytes]) => [key, bytes.length]);
	}

	async write(key: string, body: Buffer | Readable): Promise<number> {
		// A stream that breaks off leaves nothing, as a transaction or an S3 upload does.
		const bytes = Buffer.isBuffer(body) ? body : await buffer(body);
		this.files.set(key, bytes);
		return bytes.length;
	}

	async read(key: string): Promise<Buffer | null> {
		return this.files.get(key) ?? null;
	}

	async readStream(key: string): Promise<Readable | null> {
		const bytes = this.files.get(key);
		return bytes === undefined ? null : Readable.from([bytes]);
	}

	async copy(from: string, to: string): Promise<void> {
		this.files.set(to, this.need(from));
	}

	async rename(from: string, to: string): Promise<void> {
		await this.copy(from, to);
		this.files.delete(from);
	}

	async delete(keys: string[]): Promise<void> {
		for (const key of keys) this.files.delete(key);
	}

	private need(key: string): Buffer {
		const bytes = this.files.get(key);
		if (bytes === undefined) throw new Error(`No file "${key}" in the store`);
		return bytes;
	}
}
