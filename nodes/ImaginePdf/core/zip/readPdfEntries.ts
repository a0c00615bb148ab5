import { ByteReader } from './byteReader';
import { checkCentralDirectory } from './centralDirectory';
import { readEntry, type EntryRecord, type EntryTools, type ReadEntry } from './entry';
import { ArchiveError, cutOff, damaged } from './errors';
import type { ArchiveLimits } from './limits';
import { Signature } from './records';
import { SmallInflate } from './smallInflate';

/** A PDF out of the archive, complete and checked. */
export interface PdfEntry {
	kind: 'pdf';
	/** As the archive has it: not safe to use as a file name. */
	name: string;
	bytes: Buffer;
}

/** An entry that is not handed on. */
export interface SkippedEntry {
	kind: 'skipped';
	/** As the archive has it. */
	name: string;
	/** `notPdf`: its content is none. `method`: it is compressed in a way that cannot be read. */
	reason: 'notPdf' | 'method';
}

export type ArchiveEntry = PdfEntry | SkippedEntry;

/**
 * The entries of a ZIP while it streams in, in the order of the archive; folders are left out.
 * Nothing is read while the consumer works on an entry, and one PDF at a time is in memory. The
 * central directory is compared with the entries at the end, so a ZIP is only known to be whole
 * when the last entry has been followed by `done`.
 *
 * @param source the ZIP, in chunks of any size; it is closed in any case
 * @param pause lets other work have a turn, e.g. `() => clock.sleep(0)`
 * @throws ArchiveError for an archive that is damaged, protected or beyond the limits; whatever the
 * source throws, unchanged
 */
export async function* readPdfEntries(
	source: AsyncIterable<Uint8Array>,
	limits: ArchiveLimits,
	pause: () => Promise<void>,
): AsyncGenerator<ArchiveEntry, void, undefined> {
	const reader = new ByteReader(source, pause);
	const archive = new Archive({ reader, limits, small: new SmallInflate() });
	try {
		for (let entry = await archive.next(); entry; entry = await archive.next()) {
			const told = tell(entry);
			if (told) yield told;
		}
	} finally {
		await reader.close();
	}
}

/** Goes through the archive once, keeping count. */
class Archive {
	private readonly records = new Map<number, EntryRecord>();
	private pdfs = 0;
	private unfolded = 0;

	constructor(private readonly tools: EntryTools) {}

	/** The next entry, or `undefined` when the archive has ended as it should. */
	async next(): Promise<ReadEntry | undefined> {
		const { reader, limits } = this.tools;
		if (!(await this.standsAtEntry())) {
			await checkCentralDirectory(reader, this.records);
			return undefined;
		}
		const number = this.records.size + 1;
		if (number > limits.entries) throw tooMany('entries', limits.entries);
		const allowance = limits.totalBytes - this.unfolded;
		const entry = await readEntry(this.tools, number, allowance);
		this.records.set(entry.record.offset, entry.record);
		this.unfolded += entry.record.size;
		if (entry.pdf) this.pdfs++;
		if (this.pdfs > limits.pdfs) throw tooMany('PDFs', limits.pdfs);
		return entry;
	}

	private async standsAtEntry(): Promise<boolean> {
		const { reader } = this.tools;
		const atStart = reader.position === 0;
		const bytes = await reader.upTo(4);
		reader.unread(bytes);
		const signature = bytes.length === 4 ? bytes.readUInt32LE(0) : undefined;
		switch (signature) {
			case Signature.localFile:
				return true;
			case Signature.centralFile:
			case Signature.zip64End:
			case Signature.end:
				return false;
			default:
				if (atStart) throw new ArchiveError('notZip', 'The file is not a ZIP file');
				throw signature === undefined
					? cutOff()
					: damaged('there is something between its entries');
		}
	}
}

function tell({ name, pdf, unknownMethod, record }: ReadEntry): ArchiveEntry | undefined {
	if (pdf) return { kind: 'pdf', name, bytes: pdf };
	if (name.endsWith('/') && record.size === 0) return undefined;
	return { kind: 'skipped', name, reason: unknownMethod === undefined ? 'notPdf' : 'method' };
}

function tooMany(what: string, limit: number): ArchiveError {
	return new ArchiveError(
		'tooMany',
		`The ZIP file holds more ${what} than the ${limit} that its job can explain`,
	);
}
