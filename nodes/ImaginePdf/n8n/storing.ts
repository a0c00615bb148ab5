/** Files that may wait for the store while the next one is read. */
const MAX_FILES = 8;
/** Bytes of them: with the one that is being read, this is all that is in memory. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Lets files go into the binary store while the next ones are read: a store mostly waits, for a disk,
 * a database or S3. How much is on its way is bounded, so one large file is waited for.
 */
export class Storing {
	private readonly running = new Set<Promise<void>>();
	private bytes = 0;
	private failure: { reason: unknown } | undefined;

	/**
	 * Starts to store a file, and waits until there is room for another.
	 * @throws what storing this or an earlier file threw
	 */
	async add(size: number, store: () => Promise<void>): Promise<void> {
		const work = this.watched(size, store);
		this.running.add(work);
		void work.then(() => this.running.delete(work));
		while (this.running.size >= MAX_FILES || this.bytes > MAX_BYTES) {
			await Promise.race(this.running);
		}
		this.throwFailure();
	}

	/** Waits for all that is on its way. @throws what storing one of them threw */
	async finish(): Promise<void> {
		await this.settle();
		this.throwFailure();
	}

	/** The same where something else has failed already: nothing goes on behind its back. */
	async settle(): Promise<void> {
		await Promise.all(this.running);
	}

	private async watched(size: number, store: () => Promise<void>): Promise<void> {
		this.bytes += size;
		try {
			await store();
		} catch (reason) {
			this.failure ??= { reason };
		} finally {
			this.bytes -= size;
		}
	}

	private throwFailure(): void {
		if (this.failure) throw this.failure.reason;
	}
}
