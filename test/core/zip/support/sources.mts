/** A source of chunks that tells what was asked of it. */
export class ChunkSource implements AsyncIterable<Uint8Array> {
	/** Chunks handed out. */
	pulled = 0;
	/** True after the consumer ended it early. */
	returned = false;

	constructor(
		private readonly chunks: readonly Uint8Array[],
		/** Thrown instead of the chunk with this number. */
		private readonly fail?: { at: number; reason: unknown },
	) {}

	[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
		return {
			next: async () => {
				if (this.fail && this.pulled === this.fail.at) throw this.fail.reason;
				const value = this.chunks[this.pulled];
				if (value === undefined) return { done: true, value: undefined };
				this.pulled++;
				return { done: false, value };
			},
			return: async () => {
				this.returned = true;
				return { done: true, value: undefined };
			},
		};
	}
}

/** `bytes` in chunks of `size`. */
export function inChunks(bytes: Buffer, size: number): Buffer[] {
	return cutBy(bytes, [size]);
}

/** `bytes` cut into chunks of these sizes in turn. */
export function cutBy(bytes: Buffer, sizes: readonly number[]): Buffer[] {
	const chunks: Buffer[] = [];
	for (let at = 0; at < bytes.length; at += chunks.at(-1)?.length ?? 0) {
		chunks.push(bytes.subarray(at, at + (sizes[chunks.length % sizes.length] ?? 1)));
	}
	return chunks;
}

/** A PDF as far as the reader can tell: its mark, then `size` bytes that depend on `seed`. */
export function fakePdf(size: number, seed = 1): Buffer {
	const bytes = Buffer.alloc(Math.max(size, 9));
	let state = (seed * 2654435761) >>> 0 || 1;
	for (let at = 0; at < bytes.length; at++) {
		// A third of it repeats, so that deflate finds something to do.
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		bytes[at] = at % 3 === 0 ? 0x20 : state & 0xff;
	}
	bytes.write('%PDF-1.7\n', 0, 'latin1');
	return bytes;
}
