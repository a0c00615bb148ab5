/** Rows: from the items' raw values to what is sent, with every check before anything is paid. */
export { rowsBody } from './body';
export { buildRows } from './build';
export { hintText } from './hint';
export { RowsRefused } from './issues';
export { type PreviewedJob, previewRows, type RowPreview } from './preview';
export type * from './types';
export { toApiValue } from './value';
export { parseVariables } from './variables';
