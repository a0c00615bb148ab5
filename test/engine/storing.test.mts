import { setImmediate as nextTurn } from 'node:timers/promises';

import { StoreQueue } from '../../nodes/ImaginePdf/n8n/store.ts';

const MIB = 1024 * 1024;

/** A store whose every file waits until it is let go. */
class SlowStore {
	readonly waiting: Array<{ done: () => void; fail: (reason: Error) => void }> = [];
	readonly stop = new AbortController();
	readonly queue = new StoreQueue(this.stop.signal);

	/** Hands files over; how many were taken before there was no room for another. */
	async taken(files: number, size: number): Promise<number> {
		let taken = 0;
		const adding = (async () => {
			for (; taken < files; taken++) {
				await this.queue.add(
					size,
					async () => await new Promise<void>((done, fail) => this.waiting.push({ done, fail })),
				);
			}
		})();
		adding.catch(() => undefined);
		await nextTurn();
		return taken;
	}

	letGo(files: number): void {
		for (const { done } of this.waiting.splice(0, files)) done();
	}
}

/** What a promise has come to by now. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
	let outcome = 'waits';
	work.then(
		() => (outcome = 'done'),
		(reason: Error) => (outcome = reason.message),
	);
	await nextTurn();
	return outcome;
}

describe('Storing', () => {
	it.each([
		['small files are stored together, sixteen at once while the next sixteen are read', 1000, 32],
		['of large files a few bytes only are in memory', 3 * MIB, 4],
		['a very large file is stored while one other is read', 9 * MIB, 2],
	])('%s', async (_, size, started) => {
		const store = new SlowStore();
		expect(await store.taken(100, size)).toBe(started - 1);
		expect(store.waiting).toHaveLength(started);
		store.letGo(started / 2);
		await nextTurn();
		expect(store.waiting).toHaveLength(started);
	});

	it('storing ends only when all files are stored', async () => {
		const store = new SlowStore();
		await store.taken(20, 1000);
		const finished = store.queue.finish();
		store.letGo(19);
		expect(await outcomeOf(finished)).toBe('waits');
		store.letGo(1);
		expect(await outcomeOf(finished)).toBe('done');
	});

	it('a rejection of the store is thrown when the next group is full, and at the end', async () => {
		const store = new SlowStore();
		await store.taken(31, 1000);
		store.waiting[3]?.fail(new Error('The disk is full'));
		store.letGo(31);
		const add = store.queue.add(1000, async () => undefined);
		expect(await outcomeOf(add)).toBe('The disk is full');
		const other = new SlowStore();
		await other.taken(1, 1000);
		other.waiting[0]?.fail(new Error('The disk is full'));
		expect(await outcomeOf(other.queue.finish())).toBe('The disk is full');
	});

	it.each<[string, (store: SlowStore) => Promise<unknown>]>([
		[
			'while there is no room',
			async ({ queue }) => await queue.add(9 * MIB, async () => undefined),
		],
		['at the end', async ({ queue }) => await queue.finish()],
	])('the store is not waited for after Stop, %s', async (_, wait) => {
		const store = new SlowStore();
		await store.taken(17, 1000);
		const outcome = wait(store);
		expect(await outcomeOf(outcome)).toBe('waits');
		store.stop.abort(new Error('Stopped'));
		expect(await outcomeOf(outcome)).toBe('Stopped');
		expect(await store.taken(1, 1000)).toBe(0);
	});
});
