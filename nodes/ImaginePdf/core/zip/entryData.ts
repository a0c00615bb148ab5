import { crc32 } from './crc32';
import { ArchiveError } from './errors';
import { PDF_MARK, PDF_MARK_WITHIN, type ArchiveLimits } from './limits';

/** First size of the buffer where the header promises more: what it promises may be a lie. */
const FIRST_BUFFER_BYTES = 1024 * 1024;

/**
 * Collects the uncompressed bytes of one entry: checksum, size and limits for all, the bytes
 * themselves only as long as this may be a PDF.
 */
export class EntryData {
	private buffer: Buffer;
	private length = 0;
	private checksum = 0;
	private kept = true;

	/**
	 * @param promised the size in the header, 0 where there is none
	 * @param allowance bytes that the archive may still unfold
	 * @param place the entry in words, for messages
	 */
	constructor(
		private readonly promised: number,
		private readonly allowance: number,
		private readonly limits: ArchiveLimits,
		private readonly place: string,
	) {
		this.buffer = Buffer.allocUnsafe(Math.min(promised, FIRST_BUFFER_BYTES, limits.entryBytes));
	}

	get size(): number {
		return this.length;
	}

	get crc(): number {
		return this.checksum;
	}

	/** @throws ArchiveError `tooLarge` as soon as a limit is passed */
	add(bytes: Uint8Array): void {
		const start = this.length;
		this.length += bytes.length;
		this.checkLimits();
		this.checksum = crc32(bytes, this.checksum);
		if (!this.kept) return;
		this.makeRoom();
		this.buffer.set(bytes, start);
		if (start < PDF_MARK_WITHIN && this.length >= PDF_MARK_WITHIN && !this.hasMark()) this.drop();
	}

	/** The whole entry if it is a PDF. */
	pdf(): Buffer | undefined {
		return this.kept && this.hasMark() ? this.buffer.subarray(0, this.length) : undefined;
	}

	private hasMark(): boolean {
		return this.buffer.subarray(0, Math.min(this.length, PDF_MARK_WITHIN)).includes(PDF_MARK);
	}

	private drop(): void {
		this.kept = false;
		this.buffer = Buffer.alloc(0);
	}

	private checkLimits(): void {
		if (this.length > this.limits.entryBytes) {
			throw new ArchiveError('tooLarge', `${this.place} of the ZIP file is too large for a PDF`);
		}
		if (this.length > this.allowance) {
			throw new ArchiveError('tooLarge', 'The ZIP file unfolds to more than a batch can hold');
		}
	}

	private makeRoom(): void {
		if (this.length <= this.buffer.length) return;
		// Doubling keeps copying cheap; the promised size, where it is honest, makes the last step exact.
		const doubled = Math.max(2 * this.buffer.length, this.length);
		const room = this.promised >= this.length ? Math.min(doubled, this.promised) : doubled;
		const larger = Buffer.allocUnsafe(Math.min(room, this.limits.entryBytes));
		larger.set(this.buffer.subarray(0, Math.min(this.buffer.length, this.length)));
		this.buffer = larger;
	}
}
