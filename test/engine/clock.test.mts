import { systemClock } from '../../nodes/ImaginePdf/n8n/session.ts';

/** The longest delay of a timer of Node; a longer one ends after a millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

describe("The node's clock", () => {
	beforeEach(() => {
		jest.useFakeTimers();
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	it('the clock ends a sleep of many years at once on Stop', async () => {
		const stop = new AbortController();
		const sleeping = systemClock.sleep(1e13, stop.signal);
		await jest.advanceTimersByTimeAsync(LONGEST_TIMER_MS - 1);
		const ended = expect(sleeping).rejects.toThrow('stopped');
		stop.abort(new Error('stopped'));
		await ended;
		expect(jest.getTimerCount()).toBe(0);
	});

	it('the clock has a time that does not jump when the clock of the machine is set', () => {
		const before = systemClock.monotonicNow();
		jest.setSystemTime(Date.now() + 86_400_000);
		expect(systemClock.monotonicNow() - before).toBeLessThan(1000);
	});
});
