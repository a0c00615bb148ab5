/** Files that may wait for the store while the next one is read. */
const MAX_FILES = 16;
/**
 * Files that are left when reading goes on: taking turns in larger steps wakes the runtime's threads
 * less often, which costs more than storing a small file does.
 */
const RESUME_FILES = 4;
/** Bytes of them: with the one that is being read, this is all that is in memory. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Lets files go into the binary store while the next ones are read: a store mostly waits, for a disk,
 * a database or S3. How much is on its way is bounded, so one large file is waited for. After Stop
 * nothing is waited for, however slow the store is.
 */
export class Storing {
	private files = 0;
	private bytes = 0;
	private failure: { reason: unknown } | undefined;
	/** Whoever waits for a change. */
	private wake: () => void = () => undefined;

	/** Ended by `finish` or `settle`. */
	constructor(private readonly signal: AbortSignal) {
		if (signal.aborted) this.onAbort();
		// One listener for all files: one for each of thousands costs more than it should.
		else signal.addEventListener('abort', this.onAbort, { once: true });
	}

	/**
	 * Starts to store a file, and waits until there is room for another.
	 * @throws what storing this or an earlier file threw, the signal's reason when it aborts
	 */
	async add(size: number, store: () => Promise<void>): Promise<void> {
		this.throwFailure();
		void this.watched(size, store);
		if (this.isFull()) while (!this.hasRoomAgain()) await this.change();
		this.throwFailure();
	}

	/** Waits for all that is on its way. @throws what storing one of them threw, or the signal's reason */
	async finish(): Promise<void> {
		await this.settle();
		this.throwFailure();
	}

	/** The same where something else has failed already: nothing goes on behind its back. */
	async settle(): Promise<void> {
		while (this.files > 0 && !this.signal.aborted) await this.change();
		this.signal.removeEventListener('abort', this.onAbort);
	}

	private isFull(): boolean {
		return this.files >= MAX_FILES || this.bytes > MAX_BYTES;
	}

	private hasRoomAgain(): boolean {
		return !!this.failure || (this.files <= RESUME_FILES && this.bytes <= MAX_BYTES);
	}

	private async change(): Promise<void> {
		await new Promise<void>((resolve) => (this.wake = resolve));
	}

	private async watched(size: number, store: () => Promise<void>): Promise<void> {
		this.files++;
		this.bytes += size;
		try {
			await store();
		} catch (reason) {
			this.failure ??= { reason };
		}
		this.files--;
		this.bytes -= size;
		this.wake();
	}

	private readonly onAbort = (): void => {
		this.failure ??= { reason: this.signal.reason };
		this.wake();
	};

	private throwFailure(): void {
		if (this.failure) throw this.failure.reason;
	}
}
