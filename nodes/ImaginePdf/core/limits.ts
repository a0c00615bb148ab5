/**
 * Every limit and time-out of the core, with its reason. Times in milliseconds. The user's own
 * settings (time-out of a job, rows per batch, jobs at once) come as parameters instead.
 */

/** One answer of the API to a read. The service answers in well under a second when healthy. */
export const READ_TIMEOUT_MS = 30_000;

/**
 * One answer to a submit. Generous, because cutting it off leaves its outcome unknown, and a
 * hundred rows with long texts take their time to upload. The option 'Timeout' is about the job that comes
 * of it, and does not count here.
 */
export const SUBMIT_TIMEOUT_MS = 180_000;

/** One PDF is rendered while the request is open (docs/imaginepdf-api.md, "Single PDF": synchronous). */
export const GENERATE_TIMEOUT_MS = 180_000;

/** Tries of a request that may be repeated, the first included. */
export const MAX_REQUEST_ATTEMPTS = 5;

/** How long after a submit a 404 for its job may still be the service catching up with itself. */
export const NEW_JOB_GRACE_MS = 15_000;

/**
 * How long after a job's end its file may still be missing: the service says that a job has ended before
 * it has stored the ZIP.
 */
export const NEW_FILE_GRACE_MS = 30_000;

/**
 * How long a link to the file of an ended job is asked for through passing trouble. It is paid for, and the
 * user's Timeout is about the job.
 */
export const LINK_RETRY_BUDGET_MS = 300_000;

/**
 * How long a job is polled on although the answers are not the service's, or no states: a gateway's page or
 * a login page may pass, and a changed service will not.
 */
export const ODD_ANSWERS_BUDGET_MS = 60_000;

/** Longest backoff after the first try, which doubles from try to try, and the longest of all. */
export const BACKOFF_BASE_MS = 500;
export const BACKOFF_CAP_MS = 30_000;

/**
 * The longest `Retry-After` that is waited for. A longer one ends the tries of a request; polling goes
 * on after this time.
 */
export const MAX_RETRY_AFTER_MS = 120_000;

/** No byte of a file for this long counts as a stalled connection. */
export const DOWNLOAD_STALL_MS = 30_000;

/** Longest time for fetching one finished file, counted from the end of its job. */
export const DOWNLOAD_TIMEOUT_MS = 3_600_000;

/** Page size of the design list: the largest the API takes (docs/imaginepdf-api.md, "Designs"). */
export const DESIGN_PAGE_SIZE = 200;

/** Rows of a job when the user says nothing: the second generation's maximum for everybody. */
export const DEFAULT_ROWS_PER_BATCH = 100;

/**
 * The last poll of a job is sent when its time is over; this is how long its answer may take. A slow
 * service answers within it, and a wait becomes longer by this at most.
 */
export const FINAL_POLL_MS = 5000;

/**
 * The largest picture that any generation of the API takes: 10 MB, read generously
 * (docs/imaginepdf-api.md, "Images").
 */
export const MAX_PICTURE_BYTES = 10 * 1024 * 1024;

/**
 * The newer routes take 1 MB (docs/imaginepdf-api.md, "Images"): what a refusal of a larger picture is
 * about.
 */
export const SMALL_PICTURE_BYTES = 1_000_000;

/** One picture of up to 10 MB over a slow line. */
export const UPLOAD_TIMEOUT_MS = 180_000;

/** Pictures that are uploaded at the same time; each of them is in memory meanwhile. */
export const UPLOADS_AT_ONCE = 3;
