import type { Observation } from './pace';

/** A moment, by our own clock, at which so many rows of a job were through. */
export interface Mark {
	done: number;
	at: number;
}

/** What the looks at a job say about how it gets on. */
export interface Progress {
	/** Ascending in both; the first is the start of the work. */
	marks: readonly Mark[];
	/** The longest time without progress that did end, in milliseconds: what bursts look like. */
	stillMs: number;
	/** Rows that are not through yet. */
	left: number;
}

/** Older looks say little about the pace of now, and reading them all would take ever longer. */
const LOOKS_KEPT = 100;

/** No plan takes as many rows in one job; a count beyond it is nonsense. */
const MOST_ROWS = 1_000_000;

/** Some services cut their dates to whole seconds (so do the API page's examples). */
const SECOND_MS = 1000;

/** From the service's writing `createdAt` to our reading its answer to the submit, at most. */
const SUBMIT_TRIP_MS = 1000;

/** From the service's answering a look to our reading the answer, at most. */
const LOOK_TRIP_MS = 200;

/**
 * Makes of a job's looks a list of moments at which rows were through. Nothing in them is taken on
 * trust: counts that fall or exceed the total, and dates that contradict our own clock, are left
 * out of account.
 *
 * @param startedAt when the work can have begun at the earliest, by our own clock
 * @param acceptedAt when this run submitted the job, where it did
 */
export function readProgress(
	history: readonly Observation[],
	rows: number,
	startedAt: number,
	acceptedAt: number | undefined,
): Progress {
	const looks = history.slice(-LOOKS_KEPT);
	const shift = clockShift(looks, acceptedAt);
	const [first] = looks;
	const isCut = first !== undefined && looks.length < history.length;
	let previous = isCut ? first.at : startedAt;
	let done = isCut ? doneIn(first) : 0;
	let workFrom = previous;
	const marks: Mark[] = done > 0 ? [{ done, at: previous }] : [];
	let still = 0;
	let stillMs = 0;
	for (const look of looks) {
		const counted = doneIn(look);
		const changedAt = changeSeen(look, shift, previous);
		const latest = marks.at(-1);
		if (counted > done) {
			if (!latest) marks.push({ done: 0, at: workFrom });
			marks.push({ done: counted, at: changedAt ?? look.at });
			stillMs = Math.max(stillMs, still);
			done = counted;
		} else if (latest) {
			still = Math.max(0, look.at - latest.at);
		} else {
			workFrom = look.status === 'queued' ? look.at : (changedAt ?? workFrom);
		}
		previous = Math.max(previous, look.at);
	}
	return { marks, stillMs, left: Math.max(0, totalOf(looks, rows) - done) };
}

/** Rows that are through, whether they became a PDF or not. */
function doneIn({ completed, failed, total }: Observation): number {
	const counted = whole(completed) + whole(failed);
	return whole(total) > 0 ? Math.min(counted, total) : counted;
}

function totalOf(looks: readonly Observation[], rows: number): number {
	return whole(looks.at(-1)?.total) || whole(rows);
}

function whole(count: number | undefined): number {
	return count !== undefined && count > 0 ? Math.min(count, MOST_ROWS) : 0;
}

/** When the job last changed, by our own clock, if that fits in between the looks. */
function changeSeen(
	{ at, updatedAt }: Observation,
	shift: number | undefined,
	previous: number,
): number | undefined {
	if (shift === undefined || updatedAt === undefined) return undefined;
	return Math.min(at, Math.max(previous, updatedAt + grain(updatedAt) / 2 + shift));
}

/**
 * What to add to the service's dates to have our own clock's, from what must be true: a job changed
 * before we saw the change and after we last did not; it was created before we knew of it. `undefined`
 * where the dates are missing, contradict each other, or do not narrow it down.
 */
function clockShift(
	looks: readonly Observation[],
	acceptedAt: number | undefined,
): number | undefined {
	let low = -Infinity;
	let high = Infinity;
	let previous: Observation | undefined;
	for (const look of looks) {
		const { createdAt, updatedAt } = look;
		if (acceptedAt !== undefined && createdAt !== undefined) {
			low = Math.max(low, acceptedAt - SUBMIT_TRIP_MS - createdAt - grain(createdAt));
			high = Math.min(high, acceptedAt - createdAt);
		}
		if (updatedAt !== undefined) {
			high = Math.min(high, look.at - updatedAt);
			if (previous && doneIn(look) > doneIn(previous)) {
				low = Math.max(low, previous.at - LOOK_TRIP_MS - updatedAt - grain(updatedAt));
			}
		}
		previous = look;
	}
	const known = low <= high && Number.isFinite(low) && Number.isFinite(high);
	return known ? (low + high) / 2 : undefined;
}

/** By how much a date may be cut. */
function grain(date: number): number {
	return date % SECOND_MS === 0 ? SECOND_MS : 0;
}
