import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { Exit } from './exit';
import { blankPicture, PictureUploads, type ReadyPicture } from './pictureUploads';
import type { Session } from './session';
import { inLanes, settle } from '../core/async';
import type { Failure } from '../core/failure';
import { together } from '../core/images/uploadFailure';
import { UPLOADS_AT_ONCE } from '../core/limits';
import { setOwn } from '../core/objects';
import type { PreparedRow, RowValues } from '../core/rows/types';
import { toFailure } from '../core/messages';

/** Rows that can be sent, and the error items of those that cannot, with On Error: Continue. */
export interface Rows {
	readonly rows: readonly PreparedRow[];
	readonly refused: readonly INodeExecutionData[];
}

/** A picture for a variable of a row. */
interface Wanted {
	variable: string;
	/** The same for the same file. */
	key: string;
	check: () => Promise<ReadyPicture>;
}

interface RowWithPictures {
	row: PreparedRow;
	wanted: readonly Wanted[];
}

/**
 * Looks at the pictures that rows take from binary fields. Then, unless it is only a check, uploads them,
 * each distinct one once and a few at a time, and puts their references into the rows' values. Called
 * before anything is paid for.
 * @throws Failure naming the items, unless On Error is Continue; the signal's reason when stopped
 */
export async function withPictures(
	context: IExecuteFunctions,
	session: Session,
	prepared: Rows,
	isCheck: boolean,
): Promise<Rows> {
	const uploads = new PictureUploads(context, session);
	const wanted = wantedPictures(prepared.rows, uploads, session.signal);
	// Looks at every picture, so that one message names all items.
	const checked = await forEachPicture(
		context,
		session,
		wanted,
		true,
		async ({ check }) => await check(),
	);
	if (isCheck)
		return {
			rows: checked.good.map(({ row }) => row),
			refused: [...prepared.refused, ...checked.refused],
		};
	const uploaded = await forEachPicture(
		context,
		session,
		checked.good,
		false,
		async ({ key, check }) => {
			const picture = checked.results.get(key) ?? (await check());
			return (await uploads.upload(picture, session.signal)).ref;
		},
	);
	const rows = uploaded.good.map((one) => filled(one, uploaded.results));
	return { rows, refused: [...prepared.refused, ...checked.refused, ...uploaded.refused] };
}

/** The pictures of each row; one transparent picture serves all that lack one. */
function wantedPictures(
	rows: readonly PreparedRow[],
	uploads: PictureUploads,
	signal: AbortSignal,
): RowWithPictures[] {
	const lacking = rows.filter(({ blankPictures }) => blankPictures.length > 0);
	const blank = blankPicture([...new Set(lacking.flatMap(({ itemIndexes }) => itemIndexes))]);
	return rows.map((row) => {
		const own = row.pictures.map(({ variable, ...place }) => ({
			variable,
			key: `${place.itemIndex} ${place.binaryField}`,
			check: async () => await uploads.check(place, signal),
		}));
		const blanks = row.blankPictures.map((variable) => ({
			variable,
			key: '',
			check: async () => await Promise.resolve(blank),
		}));
		return { row, wanted: [...own, ...blanks] };
	});
}

/**
 * Does the work once for each distinct picture, a few at a time, and takes out the rows of those that fail.
 * @param isEachTold whether all are gone through although one has failed and the node is to stop
 */
async function forEachPicture<T>(
	context: IExecuteFunctions,
	session: Session,
	rows: readonly RowWithPictures[],
	isEachTold: boolean,
	work: (wanted: Wanted) => Promise<T>,
): Promise<{
	good: RowWithPictures[];
	refused: INodeExecutionData[];
	results: ReadonlyMap<string, T>;
}> {
	const { signal } = session;
	const distinct = new Map(rows.flatMap(({ wanted }) => wanted.map((one) => [one.key, one])));
	const results = new Map<string, T>();
	const failures = new Map<string, Failure>();
	const goesOn = context.continueOnFail();
	await inLanes(UPLOADS_AT_ONCE, [...distinct.values()], async (wanted) => {
		if (failures.size > 0 && !goesOn && !isEachTold) return;
		const outcome = await settle(async () => await work(wanted));
		signal.throwIfAborted();
		if (outcome.ok) results.set(wanted.key, outcome.value);
		else failures.set(wanted.key, toFailure(outcome.error, { doing: 'upload' }));
	});
	if (failures.size === 0) return { good: [...rows], refused: [], results };
	const [first, ...more] = [...distinct.keys()].flatMap((key) => failures.get(key) ?? []);
	// What stopped an upload mostly stops all of them, e.g. a wrong key: one message says it.
	const whole = first && (first.details.fromService ? first : together([first, ...more]));
	if (whole && !goesOn) throw nothingSubmitted(whole);
	const failureOf = ({ wanted }: RowWithPictures) =>
		wanted.map(({ key }) => failures.get(key)).find((failure) => failure !== undefined);
	const exit = new Exit(context, session);
	const refused = rows.flatMap((one) => {
		const failure = failureOf(one);
		return failure ? [exit.item(nothingSubmitted(failure), one.row.itemIndexes)] : [];
	});
	return { good: rows.filter((one) => !failureOf(one)), refused, results };
}

/** A row with the references of its pictures as values. */
function filled({ row, wanted }: RowWithPictures, refs: ReadonlyMap<string, string>): PreparedRow {
	if (wanted.length === 0) return row;
	const values: RowValues = { ...row.values };
	for (const { variable, key } of wanted) setOwn(values, variable, refs.get(key) ?? '');
	return { ...row, values };
}

function nothingSubmitted(failure: Failure): Failure {
	return failure.with({ isBeforePaying: true });
}
