import {
	entriesOf,
	INTERRUPTED,
	readEntry,
	writeEntry,
	type JobKind,
	type LedgerEntry,
	type LedgerRow,
} from './ledgerEntry';
import { identityOf, type RenderOptions, type RowIdentity } from './rowIdentity';
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
	kind: JobKind;
	renderOptions: RenderOptions;
	/** The call of the node. Calls of a tool leave alone what another call of the process works on. */
	call: object;
}

const TOOL = 'tool:';

/**
 * Which run of the node it is. In a loop each pass has an index of its own in the execution. For a tool of an AI
 * agent that index counts tries, so a digest of the call's input stands for it.
 */
export function whereOf(run: number, toolInput?: string): string {
	return toolInput === undefined ? String(run) : `${TOOL}${toolInput}`;
}

/** A row of this run. */
export interface OwnRow extends RowIdentity {
	/** What the ledger has of it. */
	known?: LedgerRow | undefined;
}

/** The entries of one execution. */
interface Memory {
	/** The key under which each entry is saved. */
	keys: Map<LedgerEntry, string>;
	lastKey: number;
}

/** All calls of the node in a process share what they have read. */
const memories = new WeakMap<Texts, Memory>();

/** Anything unreadable counts as nothing. */
function memoryIn(texts: Texts): Memory {
	let memory = memories.get(texts);
	if (!memory) {
		memories.set(texts, (memory = { keys: new Map(), lastKey: 0 }));
		for (const [key, text] of Object.entries(texts)) {
			const entry = readEntry(text);
			if (entry) memory.keys.set(entry, key);
			memory.lastKey = Math.max(memory.lastKey, Number(key) || 0);
		}
	}
	return memory;
}

export class Ledger {
	private readonly memory: Memory;
	private readonly ownRows = new Map<PreparedRow, OwnRow>();
	private leftByItem: Map<number, [LedgerRow, ...LedgerRow[]]> | undefined;

	/**
	 * @param texts kept by the caller for the life of the execution; only this class writes to it
	 * @param now milliseconds since the epoch
	 */
	constructor(
		private readonly texts: Texts,
		readonly scope: LedgerScope,
		private readonly now: () => number,
	) {
		this.memory = memoryIn(texts);
	}

	get isTool(): boolean {
		return this.scope.where.startsWith(TOOL);
	}

	/** What the ledger knows of a row of this run. Its identity is computed once. */
	identify(row: PreparedRow): OwnRow {
		let own = this.ownRows.get(row);
		if (!own) this.ownRows.set(row, (own = identityOf(row, this.scope.renderOptions)));
		return own;
	}

	/**
	 * Rows of earlier tries that may concern this run. A tool sees the rows of all calls that are not running.
	 * What was handed on no longer counts in the same execution, where an equal call is another purchase. A retry
	 * by hand makes every call again.
	 */
	earlier(): LedgerRow[] {
		const { where, execution, call } = this.scope;
		const { isTool } = this;
		const rows: LedgerRow[] = [];
		for (const entry of this.memory.keys.keys()) {
			if (isTool ? !entry.where.startsWith(TOOL) : entry.where !== where) continue;
			for (const row of entry.rows) {
				const isOfOtherCall = row.reservedBy !== undefined && row.reservedBy !== call;
				if (!isTool || !(isOfOtherCall || row.handedOnIn === execution)) rows.push(row);
			}
		}
		return rows;
	}

	/** What this run and its earlier tries have paid for, or may have. */
	left(): LedgerEntry[] {
		return entriesOf(this.leftRows());
	}

	/** The entries of these items as they were at the first call, before this run has paid. */
	leftOf(itemIndexes: readonly number[]): LedgerEntry[] {
		if (!this.leftByItem) {
			this.leftByItem = new Map();
			for (const row of this.leftRows())
				for (const item of row.itemIndexes) addTo(this.leftByItem, item, row);
		}
		return entriesOf(itemIndexes.flatMap((item) => this.leftByItem?.get(item) ?? []));
	}

	/** Takes a row of an earlier try over for this run. */
	reserve(own: OwnRow, found: LedgerRow): void {
		found.reservedBy = this.scope.call;
		own.known = found;
	}

	isReserved({ reservedBy }: LedgerRow): boolean {
		return reservedBy === this.scope.call;
	}

	/**
	 * To be called before a request that costs credits leaves. Rows of which it is not known whether they
	 * were charged move here: this is the one repetition that 'Submit Again' allows. It stays used up where
	 * its job has failed: one second charge, in all tries together.
	 */
	sending(design: string, rows: readonly PreparedRow[]): LedgerEntry {
		const { where, execution, account, kind } = this.scope;
		const known = this.knownOf(rows);
		const inDoubt = known.filter(({ entry }) => entry.state === 'unknown' && entry.rows.length > 0);
		const [first] = inDoubt;
		const entry: LedgerEntry = {
			...{ state: 'unknown', kind, where, execution, account, design },
			at: first?.entry.at ?? this.now(),
			resubmitted: first !== undefined || known.some((row) => row.entry.resubmitted),
			reason: first ? first.entry.reason || INTERRUPTED : '',
			...{ isPlain: false, jobId: '', link: '', fileName: '', rows: [] },
		};
		this.remove(inDoubt);
		for (const row of rows) {
			const own = this.identify(row);
			const { place, digest, itemIndexes } = own;
			const sent = { entry, place, digest, itemIndexes };
			entry.rows.push(sent);
			this.reserve(own, sent);
		}
		this.change(entry);
		return entry;
	}

	accepted(
		entry: LedgerEntry,
		job: Pick<LedgerEntry, 'jobId'> & Partial<Pick<LedgerEntry, 'isPlain' | 'link' | 'fileName'>>,
	): void {
		this.change(entry, { ...job, state: 'accepted', at: this.now(), reason: '' });
	}

	unknown(entry: LedgerEntry, reason: string): void {
		this.change(entry, { at: this.now(), reason });
	}

	/** This request was not charged. If it repeats another one, the outcome of that one stays unknown. */
	notCharged(entry: LedgerEntry): void {
		if (entry.reason === '') this.remove(entry.rows);
		else this.change(entry, { resubmitted: false });
	}

	/** A try that has left no record may have repeated it. */
	usedUp(entry: LedgerEntry): void {
		this.change(entry, { resubmitted: true });
	}

	/** This execution saw that the job has ended without a single PDF; another one ignores it. */
	failedWithoutFiles(entry: LedgerEntry): void {
		this.change(entry, { state: 'failed', execution: this.scope.execution });
	}

	/** Whether the job failed in another execution: the user has seen that, and retries for a new one. */
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
		for (const entry of entriesOf(known)) this.change(entry);
	}

	/** Releases what this run has reserved, for the next try or another search. */
	close(): void {
		for (const own of this.ownRows.values()) {
			if (own.known) own.known.reservedBy = undefined;
			own.known = undefined;
		}
	}

	private leftRows(): LedgerRow[] {
		const isLeft = ({ entry, handedOnIn }: LedgerRow) =>
			entry.where === this.scope.where && handedOnIn === undefined && !this.isForgotten(entry);
		return this.earlier().filter(isLeft);
	}

	private knownOf(rows: readonly PreparedRow[]): LedgerRow[] {
		const known = rows.map((row) => this.identify(row).known);
		return known.filter((one) => one !== undefined);
	}

	/** Forgets these rows. */
	private remove(rows: readonly LedgerRow[]): void {
		const gone = new Set(rows);
		for (const entry of entriesOf(rows))
			this.change(entry, { rows: entry.rows.filter((row) => !gone.has(row)) });
	}

	/** Changes an entry and saves it at once, since n8n may save the execution at any time. */
	private change(entry: LedgerEntry, change: Partial<LedgerEntry> = {}): void {
		Object.assign(entry, change);
		const { keys } = this.memory;
		const key = keys.get(entry) ?? String(++this.memory.lastKey);
		if (entry.rows.length === 0) {
			keys.delete(entry);
			delete this.texts[key];
		} else {
			keys.set(entry, key);
			this.texts[key] = writeEntry(entry);
		}
	}
}
