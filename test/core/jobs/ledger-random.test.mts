import { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import {
	Ledger,
	whereOf,
	type LedgerScope,
	type Texts,
} from '../../../nodes/ImaginePdf/core/jobs/ledger.ts';
import { planTry } from '../../../nodes/ImaginePdf/core/jobs/paidRows.ts';
import type { PlannedJob } from '../../../nodes/ImaginePdf/core/jobs/plan.ts';
import type { PreparedRow } from '../../../nodes/ImaginePdf/core/rows/types.ts';
import { seededRandom } from '../../emulator/random.mts';
import { SCOPE } from '../support/setup.mts';

/*
 * Random chains of tries, by n8n itself and by hand, against a service that charges, refuses, or answers so
 * that nobody knows: no row is charged more often than it was asked for, one second charge with Submit Again
 * aside, and no paid job is left without a word.
 */

/** `IMAGINEPDF_CHAINS` makes it more. */
const CHAINS = Number(process.env['IMAGINEPDF_CHAINS'] ?? 300);
const SEED = 20261128;
const NAMES = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn'];

class Chain {
	readonly charges = new Map<string, number>();
	/** Accepted jobs by their ids, with the names of their rows. */
	readonly jobs = new Map<string, string[]>();
	readonly submitAgain: boolean;
	/** Jobs that were bought in the last try. */
	fetched: string[] = [];
	private texts: Texts = {};
	private execution = 1;
	private readonly random: () => number;

	constructor(seed: number) {
		this.random = seededRandom(seed);
		this.submitAgain = this.chance(0.3);
	}

	chance = (share: number) => this.random() < share;
	below = (count: number) => Math.floor(this.random() * count);
	shuffled<T>(list: readonly T[]): T[] {
		const keyed = list.map((one) => ({ one, key: this.random() }));
		return keyed.sort((a, b) => a.key - b.key).map(({ one }) => one);
	}

	/** As n8n does when the execution is retried by hand. */
	byHand(): void {
		this.execution++;
		this.texts = JSON.parse(JSON.stringify(this.texts));
	}

	open(scope: Partial<LedgerScope> = {}): Ledger {
		const execution = `e${this.execution}`;
		return new Ledger(this.texts, { ...SCOPE, call: {}, execution, ...scope }, () => 0);
	}

	/** What there is to do for these rows; nothing where the ledger stops the try. */
	find(ledger: Ledger, rows: readonly PreparedRow[]) {
		try {
			const choice = this.submitAgain ? 'submitAgain' : 'stop';
			return { ...planTry(ledger, rows, 1 + this.below(3), choice), isStopped: false };
		} catch (error) {
			if (error instanceof Failure) return { notes: [], jobs: [], isStopped: true };
			throw error;
		}
	}

	/** A job's way to its files. @returns whether it has come to them */
	run(ledger: Ledger, job: PlannedJob): boolean {
		if (job.earlier) return job.earlier.state === 'accepted' && this.chance(0.7);
		for (let tries = 0; tries < 3; tries++) {
			const entry = ledger.sending(job.designId, job.rows);
			const names = job.rows.map(nameOf);
			const isCharged = this.chance(0.7);
			if (isCharged)
				for (const name of names) this.charges.set(name, (this.charges.get(name) ?? 0) + 1);
			if (isCharged && this.chance(0.7)) {
				const jobId = `job_${this.jobs.size}.`;
				this.jobs.set(jobId, names);
				this.fetched.push(jobId);
				ledger.accepted(entry, { jobId });
				return this.chance(0.7);
			}
			const isRefused = !isCharged && this.chance(0.5);
			if (isRefused) ledger.notCharged(entry);
			else ledger.unknown(entry, 'no answer');
			const isOpen = entry.state === 'unknown' && (!this.submitAgain || entry.resubmitted);
			if (isOpen || (isRefused && this.chance(0.5))) return false;
		}
		return false;
	}
}

/** By which charges are counted; `sent` may be something else. */
const nameOf = ({ matched }: PreparedRow) => matched['name'] ?? '';

const rowOf = (item: number, index: number, name: string, sent = name): PreparedRow => ({
	...{ itemIndexes: [item], itemIndex: item, rowIndex: index, designId: 'design_invoice' },
	...{ values: { sent }, blanked: [], matched: { name }, leftOut: [] },
	...{ pictures: [], blankPictures: [] },
});

/** One try of the node. @returns what is wrong with it */
function oneTry(chain: Chain, rows: readonly PreparedRow[]): { isOver: boolean; wrong: string[] } {
	const ledger = chain.open();
	const { jobs, notes, isStopped } = chain.find(ledger, rows);
	chain.fetched = [];
	const done = jobs.filter((job) => chain.run(ledger, job));
	const isOver = !isStopped && done.length === jobs.length;
	const told = [...notes, ...chain.fetched, ...jobs.map(({ earlier }) => earlier?.jobId)];
	const hidden = [...chain.jobs.keys()].filter((jobId) => !told.join().includes(jobId));
	if (isOver) ledger.handedOn(rows);
	ledger.close();
	return { isOver, wrong: isOver && hidden.length > 0 ? [`${hidden.join()} not told`] : [] };
}

describe('Random chains of tries', () => {
	/**
	 * A list for each item. With Submit Again none becomes shorter: what repeats a row that is gone may be
	 * the one in its place.
	 */
	const listsOf = (chain: Chain, items: string[][], edition: number) =>
		items.flatMap((names, item) =>
			chain
				.shuffled(names)
				.slice(0, chain.submitAgain ? names.length : 1 + chain.below(names.length))
				.map((name, index) => rowOf(item, index, name, `${name} ${edition}`)),
		);

	it('no row is charged twice however lists are reordered, shortened, extended and edited, and each paid job is told', () => {
		const wrong: string[] = [];
		for (let seed = SEED; seed < SEED + CHAINS; seed++) {
			const chain = new Chain(seed);
			const cut = 1 + chain.below(NAMES.length - 1);
			const items = [NAMES.slice(0, cut), NAMES.slice(cut)];
			const most = chain.submitAgain ? 2 : 1;
			let edition = 0;
			for (let tries = 0; tries < 5; tries++) {
				const { isOver, wrong: found } = oneTry(chain, listsOf(chain, items, edition));
				wrong.push(...found.map((what) => `${seed}: ${what}`));
				if (isOver) break;
				if (chain.chance(0.6)) continue;
				chain.byHand();
				if (chain.chance(0.2)) edition++;
			}
			const over = [...chain.charges].filter(([, count]) => count > most);
			if (over.length > 0) wrong.push(`${seed}: ${over.join('; ')}`);
		}
		expect(wrong).toEqual([]);
	});

	it('no item is charged for more rows than it had, where its values shift and move with every automatic try', () => {
		const wrong: string[] = [];
		for (let seed = SEED; seed < SEED + CHAINS; seed++) {
			const chain = new Chain(seed);
			const most = [0, 0, 0];
			for (let tries = 0; tries < 5; tries++) {
				const rows = most.flatMap((_, item) => {
					const places = chain.shuffled([0, 1, 2]).slice(0, 1 + chain.below(2));
					most[item] = Math.max(most[item] ?? 0, places.length);
					// What the next item had in the last try.
					return places.map((place) =>
						rowOf(item, place, String(item), `${item + tries}.${place}`),
					);
				});
				if (oneTry(chain, rows).isOver) break;
			}
			const over = most.filter(
				(count, item) =>
					(chain.charges.get(String(item)) ?? 0) > count * (chain.submitAgain ? 2 : 1),
			);
			if (over.length > 0) wrong.push(`${seed}: ${[...chain.charges].join('; ')}`);
		}
		expect(wrong).toEqual([]);
	});

	it("no row is charged more often than an agent's calls ask for it, whichever of them run at the same time", () => {
		const wrong: string[] = [];
		for (let seed = SEED; seed < SEED + CHAINS; seed++) {
			const chain = new Chain(seed);
			const calls = Array.from({ length: 1 + chain.below(4) }, () =>
				chain.shuffled(NAMES.slice(0, 3)).slice(0, 1 + chain.below(3)),
			);
			// What a retry by hand makes of other values is another order.
			const shifts = chain.chance(0.3);
			for (let hand = 0; hand < (shifts ? 1 : 3); hand++) {
				let open = chain.shuffled(calls);
				const emitted: string[] = [];
				for (let tries = 0; tries < 3; tries++) {
					const running = open.map((names) => {
						const where = whereOf(0, names.join());
						const ledger = chain.open({ where });
						const rows = names.map((name, index) =>
							rowOf(0, index, name, shifts ? `${name} ${tries}` : name),
						);
						return { names, rows, ledger, ...chain.find(ledger, rows) };
					});
					open = chain.shuffled(running).flatMap(({ names, rows, ledger, jobs, isStopped }) => {
						const isOver =
							!isStopped && jobs.filter((job) => chain.run(ledger, job)).length === jobs.length;
						if (isOver) ledger.handedOn(rows);
						ledger.close();
						if (isOver) emitted.push(...names);
						return isOver ? [] : [names];
					});
				}
				const bought = [...chain.jobs.values()].flat();
				const timesIn = (list: string[], name: string) => list.filter((one) => one === name).length;
				const shared = NAMES.filter((name) => timesIn(emitted, name) > timesIn(bought, name));
				if (shared.length > 0) wrong.push(`${seed}: two calls got the same ${shared.join()}`);
				chain.byHand();
			}
			const asked = (name: string) => calls.filter((names) => names.includes(name)).length;
			const over = [...chain.charges].filter(
				([name, count]) => count > asked(name) * (chain.submitAgain ? 2 : 1),
			);
			if (over.length > 0) wrong.push(`${seed}: ${over.join('; ')} of ${JSON.stringify(calls)}`);
		}
		expect(wrong).toEqual([]);
	});
});
