import {
	byItem,
	coveredRows,
	GONE,
	isEntry,
	isGone,
	isGroup,
	rowCountOf,
	rowsLeft,
	type Kind,
	type KnownEntry,
	type LedgerEntry,
	type LedgerGroup,
} from './ledgerEntry';
import { digestOf, placeOf, readPlaces, writePlaces, type Look, type Place } from './rowIdentity';
import type { PreparedRow } from '../rows/types';

/*
 * The memory of which rows were paid for. It lives in a plain list that n8n keeps with the execution, so
 * that a further try of the node (Retry On Fail, "Retry execution") fetches the jobs of an earlier one
 * instead of paying again. It holds ids, places and digests only: no values, no key, no readable link.
 */

/** Whose memory it is. */
export interface LedgerScope {
	/** The run of the node in its execution: each pass of a loop has its own. */
	run: number;
	/** An automatic try has the same, a retry by hand another. */
	execution: string;
	/** Digest of base URL and credential. */
	account: string;
	kind: Kind;
	look: Look;
	/** Set as a tool of an AI agent, where the run index counts tries: a digest of the call's input. */
	toolInput?: string;
}

export class Ledger {
	/** Groups that this run has opened, by design. */
	private readonly own = new Map<string, LedgerGroup>();
	/** As a tool: entries that this run works on; other calls leave them alone. */
	private readonly held = new Set<LedgerEntry>();
	/** Groups with entries that are to be taken out. */
	private readonly swept = new Set<LedgerGroup>();
	private readonly digests = new Map<PreparedRow, string>();
	/** What is settled at last by a new purchase of a row, by the row's place. */
	private readonly superseded = new Map<Place, { known: KnownEntry; place: Place }>();
	private items: Map<number, KnownEntry[]> | undefined;

	/**
	 * @param groups kept by the caller for the life of the execution; only this class writes to it
	 * @param now milliseconds since the epoch
	 * @param live entries of all runs of the process that have not ended
	 */
	constructor(
		private readonly groups: unknown[],
		readonly scope: LedgerScope,
		private readonly now: () => number,
		private readonly live: WeakSet<object> = new WeakSet(),
	) {}

	/**
	 * What earlier tries have left that may concern this run; anything unreadable counts as nothing. As a
	 * tool, that is every earlier call which has ended.
	 */
	earlier(): KnownEntry[] {
		const { run, toolInput } = this.scope;
		const isTool = toolInput !== undefined;
		return this.groups.filter(isGroup).flatMap((group) => {
			if (isTool ? group.toolInput === undefined : group.run !== run) return [];
			const entries = group.entries.filter(isEntry);
			const left = isTool ? entries.filter((entry) => !this.live.has(entry)) : entries;
			return left.map((entry) => ({ group, entry }));
		});
	}

	/** What earlier tries of this very run have left, all of it or that with rows of these items. */
	earlierOf(itemIndexes?: readonly number[]): KnownEntry[] {
		const { toolInput } = this.scope;
		const own = () =>
			this.earlier().filter(
				({ group, entry }) => group.toolInput === toolInput && rowsLeft(entry).length > 0,
			);
		if (!itemIndexes) return own();
		this.items ??= byItem(own());
		return [...new Set(itemIndexes.flatMap((item) => this.items?.get(item) ?? []))];
	}

	/** A row's digest, worked out once. */
	digest(row: PreparedRow): string {
		const known = this.digests.get(row);
		if (known !== undefined) return known;
		const digest = digestOf(row, this.scope.look);
		this.digests.set(row, digest);
		return digest;
	}

	/** This run takes care of an earlier entry. */
	hold({ entry }: KnownEntry): void {
		if (this.scope.toolInput === undefined) return;
		this.held.add(entry);
		this.live.add(entry);
	}

	/** Once a new purchase of this row is settled, the earlier entry does not count for it any more. */
	supersede(row: PreparedRow, known: KnownEntry, place: Place): void {
		this.superseded.set(placeOf(row), { known, place });
	}

	/** To be called before a request that costs credits leaves. */
	sending(designId: string, rows: readonly PreparedRow[], again: boolean): KnownEntry {
		const entry: LedgerEntry = {
			state: 'sending',
			places: writePlaces(rows.map(placeOf)),
			digests: rows.map((row) => this.digest(row)).join(''),
			at: this.now(),
			...(again && { again }),
		};
		const group = this.groupOf(designId);
		group.entries.push(entry);
		this.hold({ group, entry });
		return { group, entry };
	}

	accepted(known: KnownEntry, job: Pick<LedgerEntry, 'jobId' | 'link' | 'fileName'>): void {
		this.settle(known, { state: 'accepted', ...job });
	}

	unknown(known: KnownEntry, reason: string): void {
		this.settle(known, { state: 'unknown', reason });
	}

	/** This execution saw that the job has failed without a single PDF. */
	lost({ entry }: KnownEntry): void {
		entry.lostIn = this.scope.execution;
	}

	/** It is certain that nothing was charged, or nothing of it needs to be remembered any more. */
	forget({ group, entry }: KnownEntry): void {
		// Taken out of the list when the run ends: of thousands, one by one would take long.
		entry.places = GONE;
		this.swept.add(group);
	}

	/**
	 * The results of these rows are handed on. A retry by hand calls a tool anew from the first call on, so
	 * what a tool has handed on is kept for that; within an execution, another call is another purchase.
	 */
	handedOn(known: KnownEntry, places: readonly Place[]): void {
		const { toolInput, execution } = this.scope;
		if (toolInput === undefined) return this.release(known, places);
		const { entry } = known;
		const before = entry.doneIn === execution ? entry.donePlaces : undefined;
		const done = [...(before === undefined ? [] : readPlaces(before)), ...places];
		entry.doneIn = execution;
		entry.donePlaces = writePlaces(done);
	}

	/** Another purchase stands for these rows. */
	private release(known: KnownEntry, places: readonly Place[]): void {
		if (known.entry.places === GONE) return;
		if (places.length === rowCountOf(known.entry)) return this.forget(known);
		const gone = new Set(places);
		const left = coveredRows(known.entry).filter(({ place }) => !gone.has(place));
		if (left.length === 0) return this.forget(known);
		known.entry.places = writePlaces(left.map(({ place }) => place));
		known.entry.digests = left.map(({ digest }) => digest).join('');
	}

	/** Ends this run: what it leaves behind is there for the next try. */
	close(): void {
		for (const entry of this.held) this.live.delete(entry);
		this.held.clear();
		for (const group of this.swept) {
			group.entries = group.entries.filter((entry) => !isGone(entry));
			if (group.entries.length > 0) continue;
			const position = this.groups.indexOf(group);
			if (position >= 0) this.groups.splice(position, 1);
			if (this.own.get(group.design) === group) this.own.delete(group.design);
		}
		this.swept.clear();
	}

	private settle(known: KnownEntry, change: Partial<LedgerEntry>): void {
		Object.assign(known.entry, change, { at: this.now() });
		const replaced = new Map<LedgerEntry, { known: KnownEntry; places: Place[] }>();
		for (const { place } of coveredRows(known.entry)) {
			const old = this.superseded.get(place);
			if (!old) continue;
			this.superseded.delete(place);
			const { entry } = old.known;
			const found = replaced.get(entry) ?? { known: old.known, places: [] };
			found.places.push(old.place);
			replaced.set(entry, found);
		}
		for (const { known: old, places } of replaced.values()) this.release(old, places);
	}

	private groupOf(design: string): LedgerGroup {
		const known = this.own.get(design);
		if (known) return known;
		const { run, execution, account, kind, toolInput } = this.scope;
		const about = { run, execution, account, kind, design };
		const group = { ...about, ...(toolInput !== undefined && { toolInput }), entries: [] };
		this.own.set(design, group);
		this.groups.push(group);
		return group;
	}
}
