import { FileError } from './errors';
import type { Trouble } from './patience';
import { Stalled, type Watch } from './watch';
import { isPassing } from '../api/retry';
import { codeOf, TransportError } from '../api/transport';

/** Carries trouble with one connection up to where the next one is decided on. */
export class Interruption extends Error {
	override readonly name = 'Interruption';

	constructor(readonly trouble: Trouble) {
		super(trouble.what);
	}
}

/** What a connection that broke means: an interruption, or the end of the download. */
export function interruption(error: unknown, watch: Watch): unknown {
	if (watch.over.aborted) return watch.over.reason;
	if (error instanceof FileError) return error;
	const code = codeOf(error);
	if (error instanceof Stalled || code === 'ETIMEDOUT') {
		return new Interruption({ kind: 'passing', code: 'stalled', what: 'no more bytes arrived' });
	}
	if (error instanceof TransportError && !isPassing(error)) {
		return new FileError('unreachable', `The storage cannot be reached (${code})`);
	}
	// Only the code: the text of a network error may contain the URL.
	const what = `the connection broke (${code})`;
	return new Interruption({ kind: 'passing', code: 'tooManyAttempts', what });
}

/** The trouble that an interruption carries; everything else is thrown on. */
export function troubleIn(thrown: unknown): Trouble {
	if (thrown instanceof Interruption) return thrown.trouble;
	throw thrown;
}
