import { setImmediate as nextTurn } from 'node:timers/promises';

import { inLanes } from '../../nodes/ImaginePdf/core/async.ts';

/** Work whose every item waits until it is let go. */
class SlowWork {
	readonly begun: number[] = [];
	private readonly waiting: Array<{ done: () => void; fail: (reason: Error) => void }> = [];

	readonly work = async (item: number): Promise<string> => {
		this.begun.push(item);
		await new Promise<void>((done, fail) => this.waiting.push({ done, fail }));
		return `made of ${item}`;
	};

	async end(at: number, error?: Error): Promise<void> {
		if (error) this.waiting[at]?.fail(error);
		else this.waiting[at]?.done();
		await nextTurn();
	}
}

/** Gives so many numbers one by one, and may fail after the last. */
class Source {
	given = 0;
	isClosed = false;

	constructor(
		private readonly count: number,
		private readonly error?: Error,
	) {}

	async *[Symbol.asyncIterator]() {
		try {
			while (this.given < this.count) yield this.given++;
			if (this.error) throw this.error;
		} finally {
			this.isClosed = true;
		}
	}
}

/** What a promise has come to by now. */
async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
	const outcome = work.catch((error: Error) => error.message);
	return await Promise.race([outcome, nextTurn('waits')]);
}

describe.each<[string, (count: number) => readonly number[] | Source]>([
	['of a list', (count) => [...Array(count).keys()]],
	['of a source', (count) => new Source(count)],
])('Several at once, %s', (_, itemsOf) => {
	it('several at once: no more are worked on than there are lanes, in their order', async () => {
		const slow = new SlowWork();
		const items = itemsOf(5);
		const all = inLanes(3, items, slow.work);
		expect(await outcomeOf(all)).toBe('waits');
		expect(slow.begun).toEqual([0, 1, 2]);
		if (items instanceof Source) expect(items.given).toBe(3);
		await slow.end(1);
		expect(slow.begun).toEqual([0, 1, 2, 3]);
		for (const at of [0, 2, 3, 4]) await slow.end(at);
		expect(await outcomeOf(all)).toEqual([0, 1, 2, 3, 4].map((item) => `made of ${item}`));
	});

	it('several at once: after a failure no further one is begun, and it is thrown at once', async () => {
		const slow = new SlowWork();
		const items = itemsOf(5);
		const all = inLanes(3, items, slow.work);
		expect(await outcomeOf(all)).toBe('waits');
		await slow.end(1, new Error('The disk is full'));
		expect(await outcomeOf(all)).toBe('The disk is full');
		await slow.end(0);
		expect(slow.begun).toEqual([0, 1, 2]);
		if (items instanceof Source) expect(items.isClosed).toBe(true);
	});

	it('several at once: none of none', async () => {
		expect(await inLanes(3, itemsOf(0), new SlowWork().work)).toEqual([]);
	});
});

describe('Several at once', () => {
	it('several at once: a setting of a thousand million lanes costs nothing', async () => {
		expect(await inLanes(1e9, [1], async (item) => item)).toEqual([1]);
	});

	it('several at once: what the source throws is thrown although work goes on', async () => {
		const slow = new SlowWork();
		const source = new Source(1, new Error('The ZIP file is damaged'));
		expect(await outcomeOf(inLanes(3, source, slow.work))).toBe('The ZIP file is damaged');
		expect(slow.begun).toEqual([0]);
	});
});
