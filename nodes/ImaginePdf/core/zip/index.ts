export { ArchiveError, type ArchiveErrorCode } from './errors';
export { limitsFor, type ArchiveLimits } from './limits';
export {
	readPdfEntries,
	type ArchiveEntry,
	type PdfEntry,
	type SkippedEntry,
} from './readPdfEntries';
export { distinctName, safeFileName } from './safeFileName';
