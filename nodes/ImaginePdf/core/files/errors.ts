/** Stable reasons why a file could not be fetched. */
export type FileErrorCode =
	/** The presigned URL is past its time, and so was each new one. */
	| 'expired'
	/** Storage refuses the presigned URL, and each new one. */
	| 'refused'
	/** No byte came for too long, again and again. */
	| 'stalled'
	/** Storage was busy or the connection broke, again and again. */
	| 'tooManyAttempts'
	/** No connection is possible: the address or the certificate is wrong. */
	| 'unreachable'
	/** The file has more or fewer bytes than announced. */
	| 'length'
	| 'notZip'
	| 'notPdf'
	/** The file became another one, or cannot be proved to be the same, in the middle. */
	| 'changed'
	/** It comes compressed on the way, so that its length proves nothing. */
	| 'encoded'
	/** The time for the download is over. */
	| 'deadline';

/** A file could not be fetched. No text of it contains the presigned URL. */
export class FileError extends Error {
	override readonly name = 'FileError';

	constructor(
		readonly code: FileErrorCode,
		message: string,
		/** HTTP status of storage's last answer, where it is the reason. */
		readonly httpStatus?: number,
	) {
		super(message);
	}
}
