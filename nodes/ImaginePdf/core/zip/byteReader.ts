import { cutOff } from './archive';

/**
 * Bytes that are read in one step. At about 1 GB/s for the checksum this is a quarter of a millisecond,
 * so the event loop stays responsive however large the chunks of the source are.
 */
const MAX_STEP_BYTES = 256 * 1024;

/**
 * Bytes after which other work gets a turn, for sources that always have the next chunk at hand:
 * promises alone never let the event loop go round.
 */
const PAUSE_EVERY_BYTES = 4 * 1024 * 1024;

const NOTHING = new Uint8Array(0);

/**
 * Reads a chunked source in the pieces its reader wants. Pulls a chunk only when it has none left,
 * and hands out views on the chunks instead of copies.
 */
export class ByteReader {
	private readonly iterator: AsyncIterator<Uint8Array>;
	private chunk: Uint8Array = NOTHING;
	/** Chunks that come before the source's next one; the last is the first to be read. */
	private readonly putBack: Uint8Array[] = [];
	private ended = false;
	private consumed = 0;
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

	/** Bytes read so far, less those given back. */
	get position(): number {
		return this.consumed;
	}

	/** The next bytes, at least one and at most `max`; `undefined` at the end. */
	async take(max = MAX_STEP_BYTES): Promise<Uint8Array | undefined> {
		if (this.chunk.length === 0 && !(await this.fill())) return undefined;
		const size = Math.min(max, MAX_STEP_BYTES, this.chunk.length);
		const bytes = this.cut(size);
		await this.worked(size);
		return bytes;
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

	/**
	 * Exactly `size` bytes in one piece; at once where they are there.
	 * @throws ArchiveError `damaged` when the source ends first
	 */
	exactly(size: number): Buffer | Promise<Buffer> {
		return this.ready(size) ?? this.gatherExactly(size);
	}

	/** `size` bytes in one piece, or what is left; at once where they are there. */
	upTo(size: number): Buffer | Promise<Buffer> {
		return this.ready(size) ?? this.gather(size);
	}

	/** The usual case, without a promise: an archive consists of thousands of small pieces. */
	private ready(size: number): Buffer | undefined {
		if (size > this.chunk.length || size > MAX_STEP_BYTES) return undefined;
		this.sincePause += size;
		return asBuffer(this.cut(size));
	}

	/** The first bytes of the chunk that is at hand. */
	private cut(size: number): Uint8Array {
		const bytes = this.chunk.subarray(0, size);
		this.chunk = this.chunk.subarray(size);
		this.consumed += size;
		return bytes;
	}

	private async gatherExactly(size: number): Promise<Buffer> {
		const bytes = await this.gather(size);
		if (bytes.length < size) throw cutOff();
		return bytes;
	}

	private async gather(size: number): Promise<Buffer> {
		const parts: Uint8Array[] = [];
		let left = size;
		while (left > 0) {
			const part = await this.take(left);
			if (part === undefined) break;
			parts.push(part);
			left -= part.length;
		}
		const only = parts.length === 1 ? parts[0] : undefined;
		return only ? asBuffer(only) : Buffer.concat(parts);
	}

	/** Gives bytes back that were read last, to be read again. */
	unread(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		if (this.chunk.length > 0) this.putBack.push(this.chunk);
		this.chunk = bytes;
		this.consumed -= bytes.length;
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

	private async fill(): Promise<boolean> {
		this.chunk = this.putBack.pop() ?? NOTHING;
		while (this.chunk.length === 0 && !this.ended) this.chunk = await this.pull();
		return this.chunk.length > 0;
	}

	private async pull(): Promise<Uint8Array> {
		// A source that throws has ended as well: nothing is left to close.
		this.ended = true;
		const next = await this.iterator.next();
		this.ended = next.done === true;
		return next.done === true ? NOTHING : next.value;
	}
}

/** The same bytes with Buffer's methods, not copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
