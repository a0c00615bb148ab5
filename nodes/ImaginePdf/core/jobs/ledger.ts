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
	/** The call of the node: what it works on, other calls of the process leave alone. */
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

/** The entries of one execution's memory; all calls of the node in a process share them. */
class Memory {
	readonly entries: LedgerEntry[];
	/** Counts changes. */
	version = 0;
	private positions = new Map<LedgerEntry, number>();

	constructor(private readonly texts: unknown[]) {
		// Anything unreadable counts as nothing.
		this.entries = texts.flatMap((text) => readEntry(text) ?? []);
		this.place();
		if (this.entries.length === texts.length) return;
		texts.length = this.entries.length;
		for (const entry of this.entries) this.write(entry);
	}

	add(entry: LedgerEntry): void {
		this.entries.push(entry);
		this.positions.set(entry, this.texts.length);
		this.texts.push('');
		this.write(entry);
	}

	/** To be called after every change, since n8n may save the execution at any time. */
	write(entry: LedgerEntry): void {
		const position = this.positions.get(entry);
		if (position === undefined) return;
		this.version++;
		this.texts[position] = entry.rows.length === 0 ? '' : writeEntry(entry);
	}

	/** Takes out entries without rows: of thousands, one by one would take long. */
	sweep(): void {
		const left = this.entries.filter(({ rows }) => rows.length > 0);
		if (left.length === this.entries.length) return;
		for (const [index, entry] of left.entries()) {
			this.texts[index] = this.texts[this.positions.get(entry) ?? index];
			this.entries[index] = entry;
		}
		this.texts.length = left.length;
		this.entries.length = left.length;
		this.place();
	}

	private place(): void {
		this.positions = new Map(this.entries.map((entry, index) => [entry, index]));
	}
}

const memories = new WeakMap<unknown[], Memory>();

function memoryOf(texts: unknown[]): Memory {
	const memory = memories.get(texts) ?? new Memory(texts);
	memories.set(texts, memory);
	return memory;
}

export class Ledger {
	private readonly memory: Memory;
	private readonly identities = new Map<PreparedRow, RowIdentity>();
	/** What the ledger has of rows of this run. */
	private readonly known = new Map<PreparedRow, LedgerRow>();
	/** Rows of this run for which the one repetition of 'Submit Again' was used by a job that has failed. */
	private readonly resubmitted = new Set<PreparedRow>();
	private index: { version: number; byItem: Map<number, LedgerRow[]> } | undefined;

	/**
	 * @param texts kept by the caller for the life of the execution; only this class writes to it
	 * @param now milliseconds since the epoch
	 */
	constructor(
		texts: unknown[],
		readonly scope: LedgerScope,
		private readonly now: () => number,
	) {
		this.memory = memoryOf(texts);
	}

	get isTool(): boolean {
		return this.scope.where.startsWith(TOOL);
	}

	/** A row's identity, worked out once. */
	identify(row: PreparedRow): RowIdentity {
		const known = this.identities.get(row);
		if (known) return known;
		const identity = {
			place: placeOf(row),
			digest: digestOf(row, this.scope.look),
			items: row.itemIndexes,
		};
		this.identities.set(row, identity);
		return identity;
	}

	/**
	 * Rows of earlier tries that may concern this run: as a tool, those of all calls but of running ones.
	 * What was handed on counts no more in its execution, where an equal call is another purchase; a retry by
	 * hand makes every call anew.
	 */
	earlier(): LedgerRow[] {
		const { isTool } = this;
		const { where, execution, call } = this.scope;
		return this.memory.entries
			.filter((entry) => (isTool ? entry.where.startsWith(TOOL) : entry.where === where))
			.flatMap(({ rows }) => rows)
			.filter(
				({ reservedBy = call, handedOnIn }) =>
					!isTool || (reservedBy === call && handedOnIn !== execution),
			);
	}

	/** What this run and its earlier tries have paid for, or may have: all of it, or what is of these items. */
	left(itemIndexes?: readonly number[]): LedgerEntry[] {
		if (!itemIndexes) return entriesOf(this.leftRows());
		const { version } = this.memory;
		if (this.index?.version !== version) {
			const pairs = this.leftRows().flatMap((row) => row.items.map((item) => ({ item, row })));
			const byItem = new Map<number, LedgerRow[]>();
			for (const [item, all] of groupedBy(pairs, (pair) => pair.item))
				byItem.set(
					item,
					all.map(({ row }) => row),
				);
			this.index = { version, byItem };
		}
		const { byItem } = this.index;
		return entriesOf(itemIndexes.flatMap((item) => byItem.get(item) ?? []));
	}

	/** What the ledger has of these rows of this run. */
	entriesOf(rows: readonly PreparedRow[]): LedgerEntry[] {
		const known = rows.flatMap((row) => this.known.get(row) ?? []);
		return entriesOf(known.filter(({ entry }) => entry.rows.length > 0));
	}

	/** This run takes care of a row of an earlier try. */
	reserve(row: PreparedRow, found: LedgerRow): void {
		found.reservedBy = this.scope.call;
		this.known.set(row, found);
	}

	/** Outlives a job that was the repetition and has failed: one second charge, in all tries together. */
	allowNoRepetition(row: PreparedRow): void {
		this.resubmitted.add(row);
	}

	/**
	 * To be called before a request that costs credits leaves. Rows of which it is not known whether they
	 * were charged move here: this is the one repetition that 'Submit Again' allows.
	 */
	sending(design: string, rows: readonly PreparedRow[]): LedgerEntry {
		const { where, execution, account, kind, call } = this.scope;
		const inDoubt = rows.flatMap((row) => {
			const known = this.known.get(row);
			return known?.entry.state === 'unknown' ? known : [];
		});
		const [first] = inDoubt;
		const entry: LedgerEntry = {
			...{ state: 'sending', kind, where, execution, account, design },
			at: first?.entry.at ?? this.now(),
			resubmitted: first !== undefined || rows.some((row) => this.resubmitted.has(row)),
			reason: first?.entry.reason,
			rows: [],
		};
		for (const row of rows) {
			const sent = { entry, ...this.identify(row), reservedBy: call };
			entry.rows.push(sent);
			this.known.set(row, sent);
		}
		this.memory.add(entry);
		this.remove(inDoubt);
		return entry;
	}

	accepted(entry: LedgerEntry, job: Pick<LedgerEntry, 'jobId' | 'link' | 'fileName'>): void {
		const at = this.now();
		this.change(entry, { ...job, state: 'accepted', at, reason: undefined });
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

	/**
	 * The results of these rows are handed on. A retry by hand calls a tool anew from the first call on, so
	 * what a tool has handed on is kept for that.
	 */
	handedOn(rows: readonly PreparedRow[]): void {
		const known = rows.flatMap((row) => this.known.get(row) ?? []);
		if (!this.isTool) return this.remove(known);
		for (const row of known) row.handedOnIn = this.scope.execution;
		for (const entry of entriesOf(known)) this.memory.write(entry);
	}

	/** Ends this run: what it leaves behind is there for the next try. */
	close(): void {
		for (const row of this.known.values()) {
			row.reservedBy = undefined;
			const { state, rows } = row.entry;
			if (state === 'sending' && rows.length > 0) this.unknown(row.entry, INTERRUPTED);
		}
		this.memory.sweep();
	}

	private leftRows(): LedgerRow[] {
		const { where, execution } = this.scope;
		return this.earlier().filter(
			({ entry, handedOnIn }) =>
				entry.where === where &&
				handedOnIn === undefined &&
				(entry.failedIn ?? execution) === execution,
		);
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
