import { damaged } from './errors';

/**
 * Raw deflate through the platform's `DecompressionStream` (Node.js 20.12 and later), which works
 * outside the main thread. Only this function touches the source, so that nobody is left waiting
 * for it when the output breaks. Bytes behind the end of the deflate stream are refused from
 * Node.js 24 on and ignored before.
 *
 * @param compressed the whole deflate stream; read one chunk ahead of the decompressor at most
 * @param onOutput takes each piece of the output; what it throws ends the work
 * @throws ArchiveError `damaged` for data that is no complete deflate stream; what `compressed` or
 * `onOutput` throw
 */
export async function streamInflate(
	compressed: AsyncIterable<Uint8Array>,
	onOutput: (bytes: Uint8Array) => void,
): Promise<void> {
	const { readable, writable } = new DecompressionStream('deflate-raw');
	const writer = writable.getWriter();
	const reader = readable.getReader();
	const output = new Output(reader, onOutput);
	let complete = false;
	try {
		for await (const chunk of compressed) {
			await output.orDone(writer.write(chunk));
			// zlib stops at the end of the stream and never takes what follows it.
			if (output.done) throw output.failure ?? damaged('an entry is longer than its data');
		}
		await output.orDone(writer.close());
		await output.end();
		complete = true;
	} finally {
		if (!complete) release(writer, reader);
	}
}

type Outcome = { failure: unknown } | { failure?: undefined };

/** The output side: runs by itself as long as there is output, and never rejects unheard. */
class Output {
	private readonly finished: Promise<void>;
	private outcome: Outcome | undefined;

	constructor(
		private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
		private readonly onOutput: (bytes: Uint8Array) => void,
	) {
		this.finished = this.run();
	}

	/** True when no more output will come, for whatever reason. */
	get done(): boolean {
		return this.outcome !== undefined;
	}

	get failure(): unknown {
		return this.outcome?.failure;
	}

	/** Waits for `input` to be taken, or for the output to end before that. */
	async orDone(input: Promise<void>): Promise<void> {
		// A broken stream tells through the output what is wrong with it.
		const taken = input.catch(() => this.finished);
		await Promise.race([taken, this.finished]);
	}

	/** Resolves when all output is out; throws what ended it otherwise. */
	async end(): Promise<void> {
		await this.finished;
		if (this.outcome?.failure !== undefined) throw this.outcome.failure;
	}

	private async run(): Promise<void> {
		try {
			for (;;) {
				const next = await this.read();
				if (next === undefined) break;
				this.onOutput(next);
			}
			this.outcome = {};
		} catch (failure) {
			this.outcome = { failure };
		}
	}

	private async read(): Promise<Uint8Array | undefined> {
		try {
			return (await this.reader.read()).value;
		} catch {
			return await Promise.reject(damaged('an entry cannot be decompressed'));
		}
	}
}

/** Frees the decompressor early. Both sides may be broken already, which is no news. */
function release(
	writer: WritableStreamDefaultWriter<Uint8Array>,
	reader: ReadableStreamDefaultReader<Uint8Array>,
): void {
	reader.cancel().catch(() => undefined);
	writer.abort().catch(() => undefined);
}
