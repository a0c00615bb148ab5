export { readBoundedText } from './boundedText';
export { coalesce } from './coalesce';
export { FileError, type FileErrorCode } from './errors';
export type { DownloadDeps, PresignedUrl } from './fileStream';
export type { ExpectedFile } from './head';
export { openDownload, type Download, type DownloadOptions } from './openDownload';
export { wholePdf } from './wholePdf';
export { zipTail, type ZipSummary, type ZipTail } from './zipTail';
