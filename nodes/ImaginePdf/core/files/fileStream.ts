import { changed, explainRefusal, judge, type Verdict } from './answer';
import { FileError } from './errors';
import type { ExpectedFile } from './head';
import { contradicts, provenSame, rangeValidator, type FileIdentity } from './identity';
import { Interruption, interruption, troubleIn } from './interruption';
import { Patience, type Trouble } from './patience';
import { PrefixHash } from './prefix';
import { checkedFromHead, skipPrefix } from './transforms';
import type { Watch } from './watch';
import { settle } from '../api/retry';
import type { Clock, Http, Journal, StorageAnswer } from '../ports';

/** A link to a file that needs no key, and is secret for that reason. */
export interface PresignedUrl {
	url: string;
}

/** What fetching a file needs. */
export interface DownloadDeps {
	http: Http;
	clock: Clock;
	journal: Journal;
	/** 0 (inclusive) to 1 (exclusive). */
	random: () => number;
	/** Asked at the start, and again when the URL is refused. What it throws is handed on. */
	getUrl: () => Promise<PresignedUrl>;
}

type Chunks = AsyncIterable<Uint8Array>;
type ChunkGenerator<T> = AsyncGenerator<Uint8Array, T, undefined>;

/** One file over as many connections as it takes. */
export class FileStream {
	private readonly patience: Patience;
	private url: PresignedUrl | undefined;
	private file: FileIdentity = {};
	private received = 0;
	private rangesWork = true;
	/** Kept only where the storage gives no strong ETag: hashing everything has its price. */
	private prefix: PrefixHash | undefined;

	constructor(
		private readonly deps: DownloadDeps,
		private readonly watch: Watch,
		private readonly stallMs: number,
		private readonly expect: ExpectedFile,
	) {
		this.patience = new Patience(watch, deps.journal, deps.random);
	}

	/** Length of the file, as soon as the storage has told it. */
	get size(): number | undefined {
		return this.file.size;
	}

	/** The bytes of the file, each once and in order. */
	async *bytes(): ChunkGenerator<void> {
		for (;;) {
			const trouble = yield* this.overOneConnection();
			if (trouble === undefined) return;
			await this.patience.afterTrouble(trouble, this.received);
		}
	}

	/** What one connection brings. Returns why that is not the whole rest, if it is not. */
	private async *overOneConnection(): ChunkGenerator<Trouble | undefined> {
		let discard: (() => void) | undefined;
		let hasEnded = false;
		try {
			const from = this.rangeStart();
			const answer = await this.ask(from);
			discard = () => answer.discard();
			// Stop ends the connection also while the consumer works on what it has.
			this.watch.over.addEventListener('abort', discard, { once: true });
			const verdict = judge(answer, from, this.file, this.deps.clock.now());
			for await (const chunk of this.accepted(answer, verdict)) {
				this.account(chunk);
				yield chunk;
			}
			// Its connection may serve another request by now.
			hasEnded = true;
			return this.shortfall();
		} catch (thrown) {
			const trouble = troubleIn(thrown);
			return this.received === this.size ? undefined : trouble;
		} finally {
			if (discard) this.watch.over.removeEventListener('abort', discard);
			if (!hasEnded) discard?.();
		}
	}

	/** First byte of the range that is asked for; 0 for the whole file. */
	private rangeStart(): number {
		return this.rangesWork && rangeValidator(this.file) !== undefined ? this.received : 0;
	}

	private async ask(from: number): Promise<StorageAnswer> {
		this.watch.over.throwIfAborted();
		this.url ??= await this.watch.guard(this.deps.getUrl(), Infinity);
		// A connection that is given up must not stay open, neither while it is made nor later: a body that
		// a client has wrapped may leave the connection behind it open when it is destroyed.
		const controller = new AbortController();
		const request = this.deps.http.storage({
			url: this.url.url,
			headers: this.headers(from),
			timeoutMs: Math.max(1, Math.min(this.stallMs, this.watch.left)),
			signal: controller.signal,
		});
		const outcome = await settle(() => this.watch.guard(request));
		if (outcome.ok) {
			const { value: answer } = outcome;
			const discard = () => {
				controller.abort();
				answer.discard();
			};
			return { ...answer, discard };
		}
		controller.abort();
		request.then(
			(late) => late.discard(),
			() => undefined,
		);
		throw interruption(outcome.error, this.watch);
	}

	private headers(from: number): Record<string, string> {
		const validator = from > 0 ? rangeValidator(this.file) : undefined;
		return {
			'Accept-Encoding': 'identity',
			...(validator && { Range: `bytes=${from}-`, 'If-Range': validator }),
		};
	}

	/** The new bytes of an answer. */
	private async *accepted(answer: StorageAnswer, verdict: Verdict): ChunkGenerator<void> {
		switch (verdict.kind) {
			case 'whole':
				return yield* this.fromFirstByte(this.chunks(answer.body), verdict.identity);
			case 'rest':
				this.file = { ...verdict.identity, ...this.file };
				return yield* this.chunks(answer.body);
			case 'otherPart':
				this.rangesWork = false;
				throw new Interruption({
					kind: 'passing',
					code: 'tooManyAttempts',
					what: 'the storage sent another part of the file than asked for',
				});
			case 'refused':
				this.url = undefined;
				throw new Interruption(await explainRefusal(verdict, this.chunks(answer.body)));
			case 'passing':
				throw new Interruption(verdict);
		}
	}

	private fromFirstByte(chunks: Chunks, identity: FileIdentity): Chunks {
		if (this.received === 0) {
			this.file = identity;
			this.prefix = identity.etag === undefined ? new PrefixHash() : undefined;
			return checkedFromHead(chunks, this.expect, identity.size);
		}
		if (contradicts(this.file, identity)) throw changed();
		const known = this.prefix;
		if (provenSame(this.file, identity) || known === undefined) {
			if (!provenSame(this.file, identity)) throw changed();
			return skipPrefix(
				chunks,
				this.received,
				() => undefined,
				() => undefined,
			);
		}
		const again = new PrefixHash();
		const compare = (): void => {
			if (!again.equals(known)) throw changed();
		};
		return skipPrefix(chunks, this.received, (bytes) => again.add(bytes), compare);
	}

	private async *chunks(body: Chunks): ChunkGenerator<void> {
		// Not `for await`: closing the body would wait for a read that never ends.
		const iterator = body[Symbol.asyncIterator]();
		for (;;) {
			const outcome = await settle(() => this.watch.guard(iterator.next()));
			if (!outcome.ok) throw interruption(outcome.error, this.watch);
			if (outcome.value.done === true) return;
			if (outcome.value.value.length > 0) yield outcome.value.value;
		}
	}

	private account(chunk: Uint8Array): void {
		this.received += chunk.length;
		if (this.size !== undefined && this.received > this.size) {
			throw new FileError('length', 'The file is longer than the storage announced');
		}
		this.prefix?.add(chunk);
		this.patience.progress();
	}

	private shortfall(): Trouble | undefined {
		if (this.size === undefined || this.received === this.size) return undefined;
		const missing = this.size - this.received;
		return { kind: 'passing', code: 'length', what: `the last ${missing} bytes are missing` };
	}
}
