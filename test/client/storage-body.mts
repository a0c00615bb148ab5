import type { Readable } from 'node:stream';

import type { StorageAnswer } from '../../nodes/ImaginePdf/core/ports.ts';
import { toTransportError } from './transport-error.mts';

/**
 * A stream as the port's body: ends with the signal's reason when that aborts, with a
 * `TransportError` when the connection breaks, and quietly when it is discarded.
 */
export function closeableBody(
	stream: Readable,
	signal: AbortSignal | undefined,
): Pick<StorageAnswer, 'body' | 'discard'> {
	let discarded = false;
	const stop = () => stream.destroy();
	const release = () => signal?.removeEventListener('abort', stop);
	// A stream that is destroyed before anybody reads it must not end the process.
	stream.on('error', () => undefined);
	stream.on('close', release);
	if (signal?.aborted) stop();
	else signal?.addEventListener('abort', stop, { once: true });

	async function* body(): AsyncGenerator<Uint8Array> {
		try {
			for await (const chunk of stream) yield chunk;
		} catch (error) {
			if (discarded) return;
			throw signal?.aborted ? signal.reason : toTransportError(error);
		} finally {
			release();
		}
		signal?.throwIfAborted();
	}

	const discard = () => {
		discarded = true;
		stop();
	};
	return { body: body(), discard };
}
