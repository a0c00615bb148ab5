/** Imported when it is needed only: n8n loads this package at its start, and mostly not for an archive. */
export { inflateSync } from 'fflate';
