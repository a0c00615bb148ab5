import type { ServerResponse } from 'node:http';

import { bodyLength, firstBytes, type Answer, type Wire } from './answer.mts';

/** Whether the client got the whole answer as it was meant. */
export type Outcome = 'completed' | 'cut';

/**
 * Puts an answer on the wire, with what its `wire` says is to go wrong there.
 * @param waiting settles as an event does that the client brings about, not the service
 */
export async function send(
	answer: Answer,
	response: ServerResponse,
	waiting: (event: Promise<void>) => Promise<void>,
): Promise<Outcome> {
	const wire = answer.wire ?? {};
	if (wire.reset) {
		response.socket?.resetAndDestroy();
		return 'cut';
	}
	response.writeHead(answer.status, headersOf(answer, wire));
	const length = bodyLength(answer.body);
	const end = Math.min(length, wire.cutAt ?? length, wire.stallAt ?? length);
	const isWhole = await write(answer, end, response);
	if (!isWhole) return 'cut';
	if (wire.stallAt !== undefined) {
		await waiting(left(response));
		return 'cut';
	}
	if (wire.cutAt !== undefined || isShorterThanAnnounced(wire, length)) return cut(response, wire);
	if (wire.announcedLength !== undefined) response.shouldKeepAlive = false;
	return await finish(response);
}

function headersOf({ headers, body }: Answer, { announcedLength }: Wire): Record<string, string> {
	if (announcedLength === undefined) {
		return { ...headers, 'content-length': String(bodyLength(body)) };
	}
	const closing = { ...headers, connection: 'close' };
	if (announcedLength === null) return closing;
	return { ...closing, 'content-length': String(announcedLength) };
}

async function write(answer: Answer, end: number, response: ServerResponse): Promise<boolean> {
	if (end === 0) response.flushHeaders();
	for await (const chunk of firstBytes(answer.body, end)) {
		if (response.destroyed) return false;
		if (!response.write(chunk)) await drained(response);
	}
	return !response.destroyed;
}

/** Resolves when more may be written, or when nobody listens any more. */
async function drained(response: ServerResponse): Promise<void> {
	await new Promise<void>((resolve) => {
		const done = () => {
			response.off('drain', done).off('close', done);
			resolve();
		};
		response.on('drain', done).on('close', done);
	});
}

async function finish(response: ServerResponse): Promise<Outcome> {
	await new Promise<void>((resolve) => {
		response.once('close', resolve);
		response.end();
	});
	return response.writableFinished ? 'completed' : 'cut';
}

/** Resolves when the client has left. */
async function left(response: ServerResponse): Promise<void> {
	if (!response.destroyed) await new Promise<void>((resolve) => response.once('close', resolve));
}

function cut(response: ServerResponse, wire: Wire): Outcome {
	const { socket } = response;
	// `end` lets the bytes arrive that were written before; a reset may take them along.
	if (wire.cutBy === 'reset') socket?.resetAndDestroy();
	else socket?.end();
	return 'cut';
}

function isShorterThanAnnounced(wire: Wire, length: number): boolean {
	return typeof wire.announcedLength === 'number' && wire.announcedLength > length;
}
