import { setImmediate as nextTurn } from 'node:timers/promises';

import { StoreQueue } from '../../nodes/ImaginePdf/n8n/store.ts';

const MIB = 1024 * 1024;

/** A store whose every file waits until it is let go. */
class SlowStore {
	readonly waiting: Array<{ done: () => void; fail: (reason: Error) => void }> = [];
	readonly stop = new AbortController();
	readonly storing = new StoreQueue(this.stop.signal);

	/** Hands a file over; tells whether there was room for another at once. */
	async hasRoomAfter(size: number): Promise<boolean> {
		let room = false;
		const added = this.storing.add(
			size,
			async () => await new Promise<void>((done, fail) => this.waiting.push({ done, fail })),
		);
		added.then(
			() => (room = true),
			() => undefined,
		);
		await nextTurn();
		return room;
	}
}

const never = async () => await new Promise<void>(() => undefined);

describe('Storing', () => {
	it('small files are stored together, but no more than sixteen at once', async () => {
		const store = new SlowStore();
		const rooms: boolean[] = [];
		for (let file = 0; file < 16; file++) rooms.push(await store.hasRoomAfter(1000));
		expect(rooms).toEqual([...Array<boolean>(15).fill(true), false]);
		expect(store.waiting).toHaveLength(16);
	});

	it('reading goes on when most of the files are stored', async () => {
		const store = new SlowStore();
		for (let file = 0; file < 15; file++) await store.hasRoomAfter(1000);
		let hasRoom = false;
		const added = store.storing.add(1000, async () => undefined).then(() => (hasRoom = true));
		for (let file = 0; file < 10; file++) store.waiting[file]?.done();
		await nextTurn();
		expect(hasRoom).toBe(false);
		store.waiting[10]?.done();
		await added;
		expect(hasRoom).toBe(true);
	});

	it('a large file is stored before there is room for another', async () => {
		const store = new SlowStore();
		expect(await store.hasRoomAfter(9 * MIB)).toBe(false);
	});

	it('a large file that is stored makes room again', async () => {
		const store = new SlowStore();
		await store.hasRoomAfter(9 * MIB);
		store.waiting[0]?.done();
		expect(await store.hasRoomAfter(1000)).toBe(true);
	});

	it('storing ends only when all files are stored', async () => {
		const store = new SlowStore();
		await store.hasRoomAfter(1000);
		let ended = false;
		const finished = store.storing.finish().then(() => (ended = true));
		await nextTurn();
		expect(ended).toBe(false);
		store.waiting[0]?.done();
		await finished;
		expect(ended).toBe(true);
	});

	it('a rejection of the store is thrown at the next file or at the end', async () => {
		const store = new SlowStore();
		await store.hasRoomAfter(1000);
		await store.hasRoomAfter(1000);
		store.waiting[0]?.fail(new Error('The disk is full'));
		await nextTurn();
		await expect(store.storing.add(1000, async () => undefined)).rejects.toThrow('disk is full');
		store.waiting[1]?.done();
		await expect(store.storing.finish()).rejects.toThrow('disk is full');
	});

	it.each<[string, number, (store: SlowStore) => Promise<void>]>([
		['while there is no room', 15, async ({ storing }) => await storing.add(1000, never)],
		['at the end', 1, async ({ storing }) => await storing.finish()],
	])('the store is not waited for after Stop, %s', async (_when, files, wait) => {
		const store = new SlowStore();
		for (let file = 0; file < files; file++) await store.hasRoomAfter(1000);
		const outcome = wait(store).then(
			() => 'stored',
			(reason: Error) => reason.message,
		);
		await nextTurn();
		store.stop.abort(new Error('Stopped'));
		expect(await outcome).toBe('Stopped');
		await store.storing.settle();
	});

	it('nothing is stored after Stop', async () => {
		const store = new SlowStore();
		store.stop.abort(new Error('Stopped'));
		await expect(store.hasRoomAfter(1000)).resolves.toBe(false);
		expect(store.waiting).toHaveLength(0);
	});

	it('nothing is left running where something other than the store has failed', async () => {
		const store = new SlowStore();
		await store.hasRoomAfter(1000);
		let settled = false;
		const settling = store.storing.settle().then(() => (settled = true));
		await nextTurn();
		expect(settled).toBe(false);
		store.waiting[0]?.fail(new Error('The disk is full'));
		await expect(settling).resolves.toBe(true);
	});
});
