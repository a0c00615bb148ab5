export { ImaginePdfApi } from './credentials/ImaginePdfApi.credentials';
export { ImaginePdf } from './nodes/ImaginePdf/ImaginePdf.node';
export type { BatchOutput, ErrorOutput, FailureOutput, GeneratedPdfOutput, JobOutput, PdfOutput, ZipOutput } from './nodes/ImaginePdf/n8n/outputTypes';
