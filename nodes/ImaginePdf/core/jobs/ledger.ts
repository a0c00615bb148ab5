import {
	entriesOf,
	INTERRUPTED,
	readEntry,
	writeEntry,
	type Kind,
	type LedgerEntry,
	type LedgerRow,
} from './ledgerEntry';
import { identityOf, type Look, type RowIdentity } from './rowIdentity';
import { addTo } from '../objects';
import type { PreparedRow } from '../rows/types';

/*
 * The memory of which rows were paid for. It lives in a plain object that n8n keeps with the execution, so
 * that a further try of the node (Retry On Fail, "Retry execution") fetches the jobs of an earlier one
 * instead of paying again.
 */

/** What n8n keeps: the text of each entry. */
export type Texts = Record<string, unknown>;

/** Whose memory it is. */
export interface LedgerScope extends Pick<LedgerEntry, 'where' | 'execution' | 'account'> {
	kind: Kind;
	look: Look;
	/** The call of the node: as a tool, what one call works on, other calls of the process leave alone. */
	call: object;
}

const TOOL = 'tool:';

/**
 * Which run of the node it is: by its index in the execution, since each pass of a loop has its own. As a
 * tool of an AI agent the index counts tries, and a digest of the call's input tells.
 */
export function whereOf(run: number, toolInput?: string): string {
	return toolInput === undefined ? String(run) : `${TOOL}${toolInput}`;
}

/** The entries of one execution; all calls of the node in a process share them. */
class Memory {
	readonly keys = new Map<LedgerEntry, string>();
	private last = 0;

	/** Anything unreadable counts as nothing. */
	constructor(private readonly texts: Texts) {
		for (const [key, text] of Object.entries(texts)) {
			const entry = readEntry(text);
			if (entry) this.keys.set(entry, key);
			this.last = Math.max(this.last, Number(key) || 0);
		}
	}

	/** To be called after every change, since n8n may save the execution at any time. */
	write(entry: LedgerEntry): void {
		const key = this.keys.get(entry) ?? String(++this.last);
		if (entry.rows.length === 0) {
			this.keys.delete(entry);
			delete this.texts[key];
		} else {
			this.keys.set(entry, key);
			this.texts[key] = writeEntry(entry);
		}
	}
}

const memories = new WeakMap<Texts, Memory>();

export class Ledger {
	private readonly memory: Memory;
	private readonly identities = new Map<PreparedRow, RowIdentity>();
	private readonly knownRows = new Map<PreparedRow, LedgerRow>();
	private leftByItem: Map<number, [LedgerRow, ...LedgerRow[]]> | undefined;

	/**
	 * @param texts kept by the caller for the life of the execution; only this class writes to it
	 * @param now milliseconds since the epoch
	 */
	constructor(
		texts: Texts,
		readonly scope: LedgerScope,
		private readonly now: () => number,
	) {
		this.memory = memories.get(texts) ?? new Memory(texts);
		memories.set(texts, this.memory);
	}

	get isTool(): boolean {
		return this.scope.where.startsWith(TOOL);
	}

	/** By what a row is found again, worked out once. */
	identify(row: PreparedRow): RowIdentity {
		let identity = this.identities.get(row);
		if (!identity) this.identities.set(row, (identity = identityOf(row, this.scope.look)));
		return identity;
	}

	/**
	 * Rows of earlier tries that may concern this run: as a tool, those of all calls but of running ones.
	 * What was handed on counts no more in its execution, where an equal call is another purchase; a retry by
	 * hand makes every call anew.
	 */
	earlier(): LedgerRow[] {
		const { where, execution, call } = this.scope;
		const { isTool } = this;
		const concerns = (entry: LedgerEntry) =>
			isTool ? entry.where.startsWith(TOOL) : entry.where === where;
		const rows = [...this.memory.keys.keys()].flatMap((one) => (concerns(one) ? one.rows : []));
		return rows.filter(
			({ reservedBy = call, handedOnIn }) =>
				!isTool || (reservedBy === call && handedOnIn !== execution),
		);
	}

	/** What this run and its earlier tries have paid for, or may have. */
	left(): LedgerEntry[] {
		return entriesOf(this.leftRows());
	}

	/** What is of these items, as it was when this was first asked: before this run has paid. */
	leftOf(itemIndexes: readonly number[]): LedgerEntry[] {
		if (!this.leftByItem) {
			this.leftByItem = new Map();
			for (const row of this.leftRows())
				for (const item of row.itemIndexes) addTo(this.leftByItem, item, row);
		}
		return entriesOf(itemIndexes.flatMap((item) => this.leftByItem?.get(item) ?? []));
	}

	/** This run takes care of a row of an earlier try. */
	reserve(row: PreparedRow, found: LedgerRow): void {
		found.reservedBy = this.scope.call;
		this.knownRows.set(row, found);
	}

	isReserved({ reservedBy }: LedgerRow): boolean {
		return reservedBy === this.scope.call;
	}

	/** What the ledger has of a row of this run. */
	known(row: PreparedRow): LedgerRow | undefined {
		return this.knownRows.get(row);
	}

	/**
	 * To be called before a request that costs credits leaves. Rows of which it is not known whether they
	 * were charged move here: this is the one repetition that 'Submit Again' allows. It stays used up where
	 * its job has failed: one second charge, in all tries together.
	 */
	sending(design: string, rows: readonly PreparedRow[]): LedgerEntry {
		const { where, execution, account, kind, call } = this.scope;
		const known = this.knownOf(rows);
		const inDoubt = known.filter(({ entry }) => entry.state === 'unknown' && entry.rows.length > 0);
		const [first] = inDoubt;
		const entry: LedgerEntry = {
			...{ state: 'unknown', kind, where, execution, account, design },
			at: first?.entry.at ?? this.now(),
			resubmitted: first !== undefined || known.some((row) => row.entry.resubmitted),
			reason: first ? first.entry.reason || INTERRUPTED : '',
			...{ jobId: '', link: '', fileName: '', rows: [] },
		};
		this.remove(inDoubt);
		for (const row of rows) {
			const sent = { entry, ...this.identify(row), reservedBy: call };
			entry.rows.push(sent);
			this.knownRows.set(row, sent);
		}
		this.memory.write(entry);
		return entry;
	}

	accepted(
		entry: LedgerEntry,
		job: Pick<LedgerEntry, 'jobId'> & Partial<Pick<LedgerEntry, 'link' | 'fileName'>>,
	): void {
		this.change(entry, { ...job, state: 'accepted', at: this.now(), reason: '' });
	}

	unknown(entry: LedgerEntry, reason: string): void {
		this.change(entry, { at: this.now(), reason });
	}

	/** It is certain that nothing was charged; of what it repeats, that is not known any better. */
	notCharged(entry: LedgerEntry): void {
		if (entry.reason === '') this.remove(entry.rows);
		else this.change(entry, { resubmitted: false });
	}

	/** A try of which nothing is known may have repeated it. */
	usedUp(entry: LedgerEntry): void {
		this.change(entry, { resubmitted: true });
	}

	/** This execution saw that the job has ended without a single PDF; another one does not look at it. */
	failedWithoutFiles(entry: LedgerEntry): void {
		this.change(entry, { state: 'failed', execution: this.scope.execution });
	}

	/** Whether a user has read that the service failed the job, and retries for another one. */
	isForgotten({ state, execution }: LedgerEntry): boolean {
		return state === 'failed' && execution !== this.scope.execution;
	}

	/**
	 * The results of these rows are handed on. A retry by hand calls a tool anew from the first call on, so
	 * what a tool has handed on is kept for that.
	 */
	handedOn(rows: readonly PreparedRow[]): void {
		const known = this.knownOf(rows);
		if (!this.isTool) return this.remove(known);
		for (const row of known) row.handedOnIn = this.scope.execution;
		for (const entry of entriesOf(known)) this.memory.write(entry);
	}

	/** What this run has reserved is there for the next try, or for another look. */
	close(): void {
		for (const row of this.knownRows.values()) row.reservedBy = undefined;
		this.knownRows.clear();
	}

	private leftRows(): LedgerRow[] {
		const isLeft = ({ entry, handedOnIn }: LedgerRow) =>
			entry.where === this.scope.where && handedOnIn === undefined && !this.isForgotten(entry);
		return this.earlier().filter(isLeft);
	}

	private knownOf(rows: readonly PreparedRow[]): LedgerRow[] {
		return rows.flatMap((row) => this.knownRows.get(row) ?? []);
	}

	private change(entry: LedgerEntry, change: Partial<LedgerEntry>): void {
		Object.assign(entry, change);
		this.memory.write(entry);
	}

	/** Nothing of these rows needs to be remembered any more. */
	private remove(rows: readonly LedgerRow[]): void {
		const gone = new Set(rows);
		for (const entry of entriesOf(rows)) {
			entry.rows = entry.rows.filter((row) => !gone.has(row));
			this.memory.write(entry);
		}
	}
}
