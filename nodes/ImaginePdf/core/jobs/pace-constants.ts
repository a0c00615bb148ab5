/**
 * The poll pace in figures, times in milliseconds. Those without a reason of their own were fitted to
 * simulated jobs; docs/poll-pace.md says to which, and how they do on others.
 */
export const PACE = {
	/** Sooner than this after an answer, another tells nothing new. */
	floor: 500,
	/**
	 * The longest that a job's end may go unseen is 10 s; this leaves room for a slow answer and for
	 * the wait at the gate.
	 */
	ceiling: 9500,
	/** Looks are spread by this share, so that jobs submitted together do not stay in step. */
	jitter: 0.05,

	/** First look at a job that has just been accepted: this, and so much more for each row. */
	first: 1600,
	firstPerRow: 175,
	firstMost: 4000,

	/** While no row is through: as long as the job is old, from the least to the most. */
	unseenLeast: 1600,
	unseenMost: 4350,
	/** The most grows with the job's age by this share, up to `every`. */
	unseenGrowth: 0.005,

	/** What a fixed loop takes. A look that is saved while the end is far may be spent near it. */
	every: 5000,
	/** Looks that any job may cost, and the most that short jobs may borrow from how long ones save. */
	creditStart: 1.6,
	creditExtra: 4.7,
	/** A job of this age may have borrowed half of it. */
	creditHalf: 14_600,

	/** Weight of the rate of the later half of the rows, against the rate of all. */
	recentWeight: 0.33,
	/** Share of the longest standstill so far that the next may end early, as bursts do. */
	burstShare: 0.67,
	/** Rows that must have followed the first mark, as a multiple of its own, to measure from it. */
	baseFactor: 2.7,

	/** How far the end may be off: always, per row's time, per time left, per change of the rate. */
	doubtMs: 200,
	doubtPerRow: 0.52,
	doubtOfRest: 0.035,
	doubtOfChange: 1.4,
	/** A row that takes longer than this adds no more doubt. */
	slowRow: 6000,

	/** The end is overdue after so many times the time that was left at the last progress. */
	lateFrom: 2.44,
	/** An overdue job may take so many times as long again as it has stood still. */
	lateShare: 2.2,

	/** A look that comes just too early costs a request, one just after the end hardly any time. */
	margin: 130,
	/** While the start of the work is a guess and the end is far: look after this share of the way. */
	probeShare: 0.4,
	probeFrom: 6500,
} as const;
