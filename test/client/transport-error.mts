import {
	codeOf,
	TransportError,
	wasConnecting,
} from '../../nodes/ImaginePdf/core/api/transport.ts';

/** An undici failure as the core knows it. */
export function toTransportError(error: unknown): TransportError {
	if (error instanceof TransportError) return error;
	const message = error instanceof Error ? error.message : String(error);
	return new TransportError(codeOf(error), message, wasConnecting(error));
}
