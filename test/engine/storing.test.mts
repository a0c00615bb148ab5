import { setImmediate as nextTurn } from 'node:timers/promises';

import { Storing } from '../../nodes/ImaginePdf/n8n/storing.ts';

const MIB = 1024 * 1024;

/** A store whose every file waits until it is let go. */
class SlowStore {
	readonly waiting: Array<{ done: () => void; fail: (reason: Error) => void }> = [];
	readonly storing = new Storing();

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

describe('Storing', () => {
	it('lets small files wait together, but not more than eight', async () => {
		const store = new SlowStore();
		const rooms: boolean[] = [];
		for (let file = 0; file < 8; file++) rooms.push(await store.hasRoomAfter(1000));
		expect(rooms).toEqual([...Array<boolean>(7).fill(true), false]);
		expect(store.waiting).toHaveLength(8);
	});

	it('waits for a large file before there is room for another', async () => {
		const store = new SlowStore();
		expect(await store.hasRoomAfter(9 * MIB)).toBe(false);
	});

	it('has room again when the large file is stored', async () => {
		const store = new SlowStore();
		await store.hasRoomAfter(9 * MIB);
		store.waiting[0]?.done();
		expect(await store.hasRoomAfter(1000)).toBe(true);
	});

	it('ends only when all files are stored', async () => {
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

	it('throws what storing threw, at the next file or at the end', async () => {
		const store = new SlowStore();
		await store.hasRoomAfter(1000);
		await store.hasRoomAfter(1000);
		store.waiting[0]?.fail(new Error('The disk is full'));
		await nextTurn();
		await expect(store.storing.add(1000, async () => undefined)).rejects.toThrow('disk is full');
		store.waiting[1]?.done();
		await expect(store.storing.finish()).rejects.toThrow('disk is full');
	});

	it('leaves nothing running where something else has failed', async () => {
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
