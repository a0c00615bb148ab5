import type { JobEnd } from './outcome';
import { delayAfterTrouble } from './pollDelay';
import { isFinished, isWithoutPdfs } from './state';
import type { WaitDeps } from './wait';
import { ApiError } from '../api/errors';
import { isTransient, retryAfterOf, type CallOptions } from '../api/retry';
import type { DownloadLink, JobState } from '../api/schemas';
import { settle } from '../async';
import { LINK_PATIENCE_MS, NEW_FILE_GRACE_MS } from '../limits';

/** Answers that a job has no file, or none yet: what is said then is not documented. */
const NO_FILE = new Set([400, 404, 409, 410, 425]);

/**
 * Asks for the link to the ZIP of a job. The file may come a moment after the job's end, and what is paid
 * for is not given up over passing trouble. Where the state does not show an end, it is asked for once:
 * the file proves itself.
 * @throws `otherwise`, ApiError, TransportError, the signal's reason
 */
export async function zipLink(
	{ client, clock, logger, random }: WaitDeps,
	jobId: string,
	{ state, otherwise }: JobEnd,
	options: CallOptions,
): Promise<DownloadLink> {
	const startedAt = clock.monotonicNow();
	for (let refused = 1; ; refused++) {
		const link = await settle(async () => await client.downloadLink(jobId, options));
		if (link.ok) return link.value;
		options.signal?.throwIfAborted();
		if (otherwise && !isFinished(state)) throw otherwise;
		const { error } = link;
		const patience = patienceWith(error, state);
		const delay = delayAfterTrouble(refused, retryAfterOf(error), random);
		if (clock.monotonicNow() - startedAt + delay > patience) {
			if (otherwise && isNoFile(error)) throw otherwise;
			return await Promise.reject(error);
		}
		logger.info(`No link to the file yet; asking again in ${Math.ceil(delay / 1000)} s`, { jobId });
		await clock.sleep(delay, options.signal);
	}
}

/** How long to ask again after such an answer, in milliseconds. */
function patienceWith(error: unknown, state: JobState): number {
	if (isTransient(error)) return LINK_PATIENCE_MS;
	return isNoFile(error) && !isWithoutPdfs(state) ? NEW_FILE_GRACE_MS : 0;
}

function isNoFile(error: unknown): boolean {
	return error instanceof ApiError && NO_FILE.has(error.status);
}
