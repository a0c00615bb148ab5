import {
	openDownload,
	type DownloadOptions,
} from '../../../../nodes/ImaginePdf/core/download/download.ts';
import { SimulatedClock } from '../../../client/clock.mts';
import { FakeStorage } from './fake-storage.mts';

export const SECRET = 'X-Amz-Signature=topsecret';
export const STALL_MS = 30_000;
const HOUR_MS = 3_600_000;

/** A ZIP as far as its first bytes go. */
export function zipLike(size: number): Buffer {
	const bytes = Buffer.alloc(size);
	for (let at = 0; at < size; at++) bytes[at] = (at * 7 + (at >> 8)) & 0xff;
	bytes.write('PK\x03\x04', 'latin1');
	return bytes;
}

export interface Run {
	clock: SimulatedClock;
	storage: FakeStorage;
	/** Everything that was written to the logger, as text. */
	logger: string[];
	/** Number of presigned URLs that were asked for. */
	urls: number;
	/** Milliseconds that passed. */
	elapsedMs: number;
	/** What was received before the end. */
	bytes: Buffer;
	/** What `openDownload` or the body threw. */
	thrown?: unknown;
	/** As soon as the download was open. */
	size?: number | undefined;
}

export interface RunOptions extends Partial<DownloadOptions> {
	getUrl?: () => Promise<{ url: string }>;
	clock?: SimulatedClock;
	/** Called for every chunk, with the bytes so far. */
	onChunk?: (received: number) => void | Promise<void>;
}

/** Downloads to the end on the simulated clock, and tells everything about it. */
export async function download(storage: FakeStorage, options: RunOptions = {}): Promise<Run> {
	const { getUrl, onChunk, clock = new SimulatedClock(), ...more } = options;
	const start = clock.now();
	const run: Run = { clock, storage, logger: [], urls: 0, elapsedMs: 0, bytes: Buffer.alloc(0) };
	const note = (message: string, details?: Record<string, unknown>): void => {
		run.logger.push(`${message} ${JSON.stringify(details ?? {})}`);
	};
	const deps = {
		http: storage,
		clock,
		logger: { info: note, warn: note },
		random: () => 0.5,
		getUrl: async () => {
			run.urls++;
			return await (getUrl?.() ??
				Promise.resolve({ url: `https://storage.test/${run.urls}.zip?${SECRET}` }));
		},
	};
	const settings = {
		stallMs: STALL_MS,
		deadline: start + HOUR_MS,
		expect: 'zip' as const,
		...more,
	};
	const work = async (): Promise<void> => {
		const chunks: Uint8Array[] = [];
		let received = 0;
		try {
			const opened = await openDownload(deps, settings);
			run.size = opened.size;
			for await (const chunk of opened.body) {
				chunks.push(chunk);
				received += chunk.length;
				await onChunk?.(received);
			}
		} catch (thrown) {
			run.thrown = thrown;
		}
		run.bytes = Buffer.concat(chunks);
	};
	await clock.run(work());
	run.elapsedMs = clock.now() - start;
	return run;
}
