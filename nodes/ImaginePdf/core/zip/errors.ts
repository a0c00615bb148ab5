/** Stable reasons why an archive is refused. */
export type ArchiveErrorCode =
	/** It does not begin like a ZIP. */
	| 'notZip'
	/** It ends too early, its checksums or sizes do not fit, or its parts contradict each other. */
	| 'damaged'
	/** It holds nothing that a finished job would have made. */
	| 'empty'
	/** It is protected with a password. */
	| 'encrypted'
	/** It is split over several files, or uses a part of the format nobody needs for PDFs. */
	| 'unsupported'
	/** More PDFs than rows, or far more entries than a batch can explain. */
	| 'tooMany'
	/** An entry, all entries together, or a name is larger than the limits allow. */
	| 'tooLarge';

/** The archive cannot be read as what it should be: the ZIP of a batch job. */
export class ArchiveError extends Error {
	override readonly name = 'ArchiveError';

	constructor(
		readonly code: ArchiveErrorCode,
		message: string,
	) {
		super(message);
	}
}

/** The archive ends, breaks or contradicts itself; `what` names the place and continues the sentence. */
export function damaged(what: string): ArchiveError {
	return new ArchiveError('damaged', `The ZIP file is damaged: ${what}`);
}

/** The archive stops before its end record. */
export function cutOff(): ArchiveError {
	return damaged('it ends before it is complete');
}
