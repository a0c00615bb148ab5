/** Limits of one download. What the API client also knows (backoff, Retry-After) is in `../limits`. */

/** Connections in a row that bring no new byte. With backoff this outlasts a short outage. */
export const MAX_ATTEMPTS_WITHOUT_PROGRESS = 6;

/**
 * Connections in all. A storage that drops every connection after a few bytes would otherwise keep a
 * download alive until its deadline, one request after the other.
 */
export const MAX_CONNECTIONS = 100;

/** New presigned URLs in a row that are refused as well: then it is not the URL's age. */
export const MAX_URL_RENEWALS = 3;

/** What is read of an answer that is no file, to find the reason in it. S3's are below 1 kB. */
export const MAX_REFUSAL_BYTES = 4096;

/** Bytes that tell a ZIP or a PDF from anything else. */
export const HEAD_BYTES = 5;
