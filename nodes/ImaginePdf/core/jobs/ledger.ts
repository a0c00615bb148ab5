import {
	entriesOf,
	INTERRUPTED,
	readEntry,
	writeEntry,
	type Kind,
	type LedgerEntry,
	type LedgerRow,
} from './ledgerEntry';
import { digestOf, placeOf, type Look, type RowIdentity } from './rowIdentity';
import { groupedBy } from '../objects';
import type { PreparedRow } from '../rows/types';

/*
 * The memory of which rows were paid for. It lives in a plain list that n8n keeps with the execution, so
 * that a further try of the node (Retry On Fail, "Retry execution") fetches the jobs of an earlier one
 * instead of paying again.
 */

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
	readonly entries: LedgerEntry[];
	/** Counts changes. */
	version = 0;
	private readonly positions = new Map<LedgerEntry, number>();

	/** Anything unreadable counts as nothing. */
	constructor(private readonly texts: unknown[]) {
		this.entries = texts.flatMap((text) => readEntry(text) ?? []);
		if (this.entries.length < texts.length)
			texts.splice(0, Infinity, ...this.entries.map(writeEntry));
		for (const [position, entry] of this.entries.entries()) this.positions.set(entry, position);
	}

	/** To be called after every change, since n8n may save the execution at any time. */
	write(entry: LedgerEntry): void {
		const position = this.positions.get(entry) ?? this.entries.push(entry) - 1;
		this.positions.set(entry, position);
		this.texts[position] = entry.rows.length === 0 ? '' : writeEntry(entry);
		this.version++;
	}

	/** Takes out entries without rows: of thousands, one by one would take long. */
	sweep(): void {
		let left = 0;
		for (const [position, entry] of this.entries.entries()) {
			if (entry.rows.length === 0) this.positions.delete(entry);
			else {
				this.entries[left] = entry;
				this.texts[left] = this.texts[position];
				this.positions.set(entry, left++);
			}
		}
		this.entries.length = left;
		this.texts.length = left;
	}
}

const memories = new WeakMap<unknown[], Memory>();

export class Ledger {
	private readonly memory: Memory;
	private readonly identities = new Map<PreparedRow, RowIdentity>();
	/** What the ledger has of rows of this run. */
	private readonly known = new Map<PreparedRow, LedgerRow>();
	private leftByItem: { version: number; rows: Map<number, LedgerRow[]> } | undefined;

	/**
	 * @param texts kept by the caller for the life of the execution; only this class writes to it
	 * @param now milliseconds since the epoch
	 */
	constructor(
		texts: unknown[],
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
		const known = this.identities.get(row);
		if (known) return known;
		const digest = digestOf(row, this.scope.look);
		const identity = { place: placeOf(row), digest, items: row.itemIndexes };
		this.identities.set(row, identity);
		return identity;
	}

	/**
	 * Rows of earlier tries that may concern this run: as a tool, those of all calls but of running ones.
	 * What was handed on counts no more in its execution, where an equal call is another purchase; a retry by
	 * hand makes every call anew.
	 */
	earlier(): LedgerRow[] {
		const { where, execution, call } = this.scope;
		const { entries } = this.memory;
		if (!this.isTool)
			return entries.filter((entry) => entry.where === where).flatMap(({ rows }) => rows);
		return entries
			.filter((entry) => entry.where.startsWith(TOOL))
			.flatMap(({ rows }) => rows)
			.filter(
				({ reservedBy = call, handedOnIn }) => reservedBy === call && handedOnIn !== execution,
			);
	}

	/** What this run and its earlier tries have paid for, or may have: all of it, or what is of these items. */
	left(itemIndexes?: readonly number[]): LedgerEntry[] {
		const { version } = this.memory;
		if (!itemIndexes) return entriesOf(this.leftRows());
		if (this.leftByItem?.version !== version) {
			const rows = new Map<number, LedgerRow[]>();
			for (const row of this.leftRows())
				for (const item of row.items) rows.set(item, [...(rows.get(item) ?? []), row]);
			this.leftByItem = { version, rows };
		}
		const { rows } = this.leftByItem;
		return entriesOf(itemIndexes.flatMap((item) => rows.get(item) ?? []));
	}

	/** This run takes care of a row of an earlier try. */
	reserve(row: PreparedRow, found: LedgerRow): void {
		found.reservedBy = this.scope.call;
		this.known.set(row, found);
	}

	/**
	 * To be called before a request that costs credits leaves. Rows of which it is not known whether they
	 * were charged move here: this is the one repetition that 'Submit Again' allows. It stays used up where
	 * its job has failed: one second charge, in all tries together.
	 */
	sending(design: string, rows: readonly PreparedRow[]): LedgerEntry {
		const { where, execution, account, kind, call } = this.scope;
		const inDoubt = this.knownOf(rows).filter(({ entry }) => entry.state !== 'accepted');
		const [first] = inDoubt;
		const entry: LedgerEntry = {
			...{ state: 'sending', kind, where, execution, account, design },
			at: first?.entry.at ?? this.now(),
			resubmitted:
				first !== undefined || rows.some((row) => this.known.get(row)?.entry.resubmitted === true),
			reason: first && (first.entry.reason ?? INTERRUPTED),
			rows: [],
		};
		this.remove(inDoubt);
		for (const row of rows) {
			const sent = { entry, ...this.identify(row), reservedBy: call };
			entry.rows.push(sent);
			this.known.set(row, sent);
		}
		this.memory.write(entry);
		return entry;
	}

	accepted(entry: LedgerEntry, job: Pick<LedgerEntry, 'jobId' | 'link' | 'fileName'>): void {
		this.change(entry, { ...job, state: 'accepted', at: this.now(), reason: undefined });
	}

	unknown(entry: LedgerEntry, reason: string): void {
		this.change(entry, { state: 'unknown', at: this.now(), reason });
	}

	/** It is certain that nothing was charged; of what it repeats, that is not known any better. */
	notCharged(entry: LedgerEntry): void {
		if (entry.reason === undefined) this.remove(entry.rows);
		else this.change(entry, { state: 'unknown', resubmitted: false });
	}

	/** This execution saw that the job has failed without a single PDF; another one does not look at it. */
	failedWithoutFiles(entry: LedgerEntry): void {
		this.change(entry, { failedIn: this.scope.execution });
	}

	/** Whether a user has read that the service failed the job, and retries for another one. */
	isForgotten({ failedIn }: LedgerEntry): boolean {
		return failedIn !== undefined && failedIn !== this.scope.execution;
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

	/** Ends this run: what it leaves behind is there for the next try. */
	close(): void {
		for (const row of this.known.values()) row.reservedBy = undefined;
		this.memory.sweep();
	}

	private leftRows(): LedgerRow[] {
		const isLeft = ({ entry, handedOnIn }: LedgerRow) =>
			entry.where === this.scope.where && handedOnIn === undefined && !this.isForgotten(entry);
		return this.earlier().filter(isLeft);
	}

	/** Without those that need not be remembered any more. */
	private knownOf(rows: readonly PreparedRow[]): LedgerRow[] {
		const known = rows.flatMap((row) => this.known.get(row) ?? []);
		return known.filter(({ entry }) => entry.rows.length > 0);
	}

	private change(entry: LedgerEntry, change: Partial<LedgerEntry>): void {
		Object.assign(entry, change);
		this.memory.write(entry);
	}

	/** Nothing of these rows needs to be remembered any more. */
	private remove(rows: readonly LedgerRow[]): void {
		for (const [entry, gone] of groupedBy(rows, (row) => row.entry)) {
			const all = new Set<LedgerRow>(gone);
			entry.rows = entry.rows.filter((row) => !all.has(row));
			this.memory.write(entry);
		}
	}
}
