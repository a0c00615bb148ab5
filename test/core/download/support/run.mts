import { FileError } from '../../../../nodes/ImaginePdf/core/download/expectedFile.ts';
import {
	fetchFile,
	type FileRequest,
} from '../../../../nodes/ImaginePdf/core/download/fetchFile.ts';
import { SimulatedClock } from '../../../client/clock.mts';
import { FakeStorage, type Step } from './fake-storage.mts';

export const SECRET = 'X-Amz-Signature=topsecret';

/** A ZIP as far as its first bytes go. */
export function zipLike(size: number): Buffer {
	const bytes = Buffer.alloc(size);
	for (let at = 0; at < size; at++) bytes[at] = (at * 7 + (at >> 8)) & 0xff;
	bytes.write('PK\x03\x04', 'latin1');
	return bytes;
}

export const file = zipLike(10_000);

export interface Run {
	clock: SimulatedClock;
	storage: FakeStorage;
	/** Everything that was written to the logger, as text. */
	logger: string[];
	/** Number of links that were asked for. */
	links: number;
	/** Milliseconds that passed. */
	elapsedMs: number;
	/** What each receiver got before its end. */
	received: Buffer[];
	thrown?: unknown;
}

export interface RunOptions extends Partial<FileRequest> {
	clock?: SimulatedClock;
	storage?: FakeStorage;
	/** What the receiver makes of any error of the body. */
	storeError?: Error;
	/** Takes the file instead. */
	receive?: (body: AsyncIterable<Uint8Array>) => Promise<void>;
	/** Called for every chunk, with the bytes of this try so far. */
	onChunk?: (received: number) => void | Promise<void>;
}

/** Fetches a file on the simulated clock, and tells everything about it. */
export async function run(steps: Step[] = [], options: RunOptions = {}): Promise<Run> {
	const { onChunk, receive, storeError, clock = new SimulatedClock(), ...more } = options;
	const { storage = new FakeStorage(file, steps), ...request } = more;
	const start = clock.now();
	const done: Run = { clock, storage, logger: [], links: 0, elapsedMs: 0, received: [] };
	const note = (message: string, details?: Record<string, unknown>): void => {
		done.logger.push(`${message} ${JSON.stringify(details ?? {})}`);
	};
	const deps = { http: storage, clock, logger: { info: note, warn: note }, random: () => 0.5 };
	const link = async () => ({ url: `https://storage.test/${++done.links}.zip?${SECRET}` });
	const { signal } = new AbortController();
	const wanted: FileRequest = { link, expect: 'zip', signal, ...request };
	const take = async (body: AsyncIterable<Uint8Array>) => {
		const number = done.received.push(Buffer.alloc(0)) - 1;
		for await (const chunk of storeError ? rethrowing(body, storeError) : body) {
			const bytes = Buffer.concat([done.received[number]!, chunk]);
			done.received[number] = bytes;
			await onChunk?.(bytes.length);
		}
	};
	const work = fetchFile(deps, wanted, receive ?? take);
	await clock.run(work.catch((thrown: unknown) => void (done.thrown = thrown)));
	done.elapsedMs = clock.now() - start;
	leftNothing(done);
	return done;
}

async function* rethrowing(body: AsyncIterable<Uint8Array>, error: Error) {
	try {
		yield* body;
	} catch {
		throw error;
	}
}

/** Expects the whole file after so many tries. */
export function complete(done: Run, tries = 1, expected = file): void {
	expect(done.thrown).toBeUndefined();
	expect(done.received.at(-1)?.equals(expected)).toBe(true);
	expect(done.storage.requests).toHaveLength(tries);
}

/** Expects a FileError after so many tries. */
export function failed(done: Run, code: string, message: RegExp, tries = 1): void {
	expect(done.thrown).toBeInstanceOf(FileError);
	expect(done.thrown).toMatchObject({ code, message: expect.stringMatching(message) });
	expect(done.storage.requests).toHaveLength(tries);
}

/** No timer, no connection, no secret. */
function leftNothing(done: Run): void {
	expect(done.clock.pending).toBe(0);
	expect(done.storage.open).toBe(0);
	expect(done.storage.hanging).toBe(0);
	const { thrown } = done;
	const told = thrown instanceof Error ? `${thrown.message} ${thrown.stack ?? ''}` : '';
	expect([told, ...done.logger].join('\n')).not.toMatch(/topsecret|storage\.test/);
}
