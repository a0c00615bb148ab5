/**
 * Bytes that are read in one step. At about 1 GB/s for the checksum this is a quarter of a millisecond,
 * so the event loop stays responsive however large the chunks of the source are.
 */
export const MAX_STEP_BYTES = 256 * 1024;

/**
 * Bytes after which other work gets a turn, for sources that always have the next chunk at hand:
 * promises alone never let the event loop go round.
 */
const PAUSE_EVERY_BYTES = 4 * 1024 * 1024;

/**
 * Reads a chunked source in the pieces its reader wants. Pulls a chunk only when it has not enough
 * left, and hands out views on the chunks instead of copies.
 */
export class ByteReader {
	/** Bytes read so far. */
	position = 0;
	private readonly iterator: AsyncIterator<Uint8Array>;
	/** What was pulled and not read yet. */
	private pulled: Buffer = Buffer.alloc(0);
	private ended = false;
	private sincePause = 0;
	/** The next pause, asked for when the last one was over. */
	private nextPause: Promise<void> | undefined;

	/** @param pause lets other work have a turn (a macrotask), e.g. `clock.sleep(0)` */
	constructor(
		source: AsyncIterable<Uint8Array>,
		private readonly pause: () => Promise<void>,
	) {
		this.iterator = source[Symbol.asyncIterator]();
	}

	/** What comes next, without reading it: at least `size` bytes, unless the source ends first. */
	async peek(size: number): Promise<Buffer> {
		const parts: Uint8Array[] = [this.pulled];
		let length = this.pulled.length;
		while (length < size && !this.ended) {
			// A source that throws has ended as well: nothing is left to close.
			this.ended = true;
			const next = await this.iterator.next();
			this.ended = next.done === true;
			if (next.done === true) break;
			length += next.value.length;
			parts.push(next.value);
		}
		const filled = parts.filter((part) => part.length > 0);
		const [only] = filled;
		this.pulled = filled.length === 1 && only ? asBuffer(only) : Buffer.concat(filled);
		return this.pulled;
	}

	/** Counts bytes that were looked at as read. */
	async skip(size: number): Promise<void> {
		this.pulled = this.pulled.subarray(size);
		this.position += size;
		await this.worked(size);
	}

	/** The next bytes, at least one and at most `max`; `undefined` at the end. */
	async take(max: number): Promise<Buffer | undefined> {
		const bytes = (await this.peek(1)).subarray(0, Math.min(max, MAX_STEP_BYTES));
		await this.skip(bytes.length);
		return bytes.length > 0 ? bytes : undefined;
	}

	/** Counts work in bytes, as if so many had been read, and pauses when it is time to. */
	async worked(bytes: number): Promise<void> {
		this.sincePause += bytes;
		if (this.sincePause < PAUSE_EVERY_BYTES) return;
		this.sincePause = 0;
		const due = this.nextPause;
		// Asked for ahead: where the consumer has waited for anything meanwhile, the pause is over already.
		this.nextPause = this.pause();
		this.nextPause.catch(() => undefined);
		await due;
	}

	/** Ends the source if it has not ended by itself. Never throws. */
	async close(): Promise<void> {
		if (this.ended) return;
		this.ended = true;
		try {
			await this.iterator.return?.();
		} catch {
			// Whoever closes has its result already, or a reason of its own to leave.
		}
	}
}

/** The same bytes with Buffer's methods, not copied. */
function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
