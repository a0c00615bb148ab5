import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { Exit } from './exit';
import { PictureUploads, type PicturePlace } from './pictureUploads';
import type { Session } from './session';
import { settle } from '../core/async';
import type { Failure } from '../core/failure';
import type { CheckedPicture } from '../core/images/pictureCheck';
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
): Promise<{ rows: PreparedRow[]; refused: INodeExecutionData[] }> {
	const pictures = new RowPictures(context, session, prepared.rows);
	await pictures.check();
	if (!isCheck) await pictures.upload();
	const rows = isCheck ? pictures.good() : pictures.filled();
	return { rows, refused: [...prepared.refused, ...pictures.errors()] };
}

class RowPictures {
	private readonly refused = new Map<PreparedRow, Failure>();
	private readonly uploads: PictureUploads;
	private readonly checked = new Map<string, CheckedPicture>();
	private readonly refs = new Map<string, string>();
	private blankRef = '';

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
		private readonly rows: readonly PreparedRow[],
	) {
		this.uploads = new PictureUploads(context, session);
	}

	/** Rows that can be sent so far. */
	good(): PreparedRow[] {
		return this.rows.filter((row) => !this.refused.has(row));
	}

	/** The items that stand for the others. */
	errors(): INodeExecutionData[] {
		const exit = new Exit(this.context, this.session);
		return Array.from(this.refused, ([row, failure]) => exit.item(failure, row.itemIndexes));
	}

	/** These rows with the references as values. */
	filled(): PreparedRow[] {
		return this.good().map((row) => {
			if (row.pictures.length === 0 && row.blankPictures.length === 0) return row;
			const values: RowValues = { ...row.values };
			for (const picture of row.pictures) {
				setOwn(values, picture.variable, this.refs.get(keyOf(picture)) ?? '');
			}
			for (const variable of row.blankPictures) setOwn(values, variable, this.blankRef);
			return { ...row, values };
		});
	}

	/** Looks at every picture, so that one message names all items. */
	async check(): Promise<void> {
		await this.eachPlace('all', async (place) => {
			const found = await this.uploads.check(place, this.session.signal);
			this.checked.set(keyOf(place), found);
		});
	}

	async upload(): Promise<void> {
		const { signal } = this.session;
		await this.eachPlace('until one fails', async (place) => {
			const found = this.checked.get(keyOf(place));
			if (!found) return;
			const { ref } = await this.uploads.upload(place, found, signal);
			this.refs.set(keyOf(place), ref);
		});
		await this.uploadBlank();
	}

	private async uploadBlank(): Promise<void> {
		const rows = this.good().filter(({ blankPictures }) => blankPictures.length > 0);
		if (rows.length === 0) return;
		const itemIndexes = [...new Set(rows.flatMap((row) => row.itemIndexes))];
		const { signal } = this.session;
		const outcome = await settle(() => this.uploads.uploadBlank(itemIndexes, signal));
		signal.throwIfAborted();
		if (outcome.ok) this.blankRef = outcome.value.ref;
		else {
			const failure = toFailure(outcome.error, { doing: 'upload' });
			this.refuse(new Map(rows.map((row) => [row, failure])));
		}
	}

	/**
	 * Does the work for each picture of the good rows, a few at a time, and takes bad rows out. Where the
	 * node is set to stop, it goes through all of them first or ends with the first that fails.
	 */
	private async eachPlace(
		extent: 'all' | 'until one fails',
		work: (place: PicturePlace) => Promise<void>,
	): Promise<void> {
		const rows = this.good();
		const places = new Map(
			rows.flatMap(({ pictures }) => pictures.map((place) => [keyOf(place), place] as const)),
		);
		const failures = new Map<string, Failure>();
		const waiting = places.entries();
		const stops = extent !== 'all' && !this.context.continueOnFail();
		const lane = async () => {
			for (const [key, place] of waiting) {
				if (stops && failures.size > 0) return;
				const outcome = await settle(() => work(place));
				this.session.signal.throwIfAborted();
				if (!outcome.ok) failures.set(key, toFailure(outcome.error, { doing: 'upload' }));
			}
		};
		await Promise.all(Array.from({ length: Math.min(UPLOADS_AT_ONCE, places.size) }, lane));
		const bad = new Map<PreparedRow, Failure>();
		for (const row of rows) {
			const own = row.pictures.map((place) => failures.get(keyOf(place)));
			const failure = own.find((found) => found !== undefined);
			if (failure) bad.set(row, failure);
		}
		this.refuse(bad);
	}

	/** Takes rows out, or ends the node where it is set to stop. */
	private refuse(bad: ReadonlyMap<PreparedRow, Failure>): void {
		const [first, ...more] = new Set(bad.values());
		if (!first) return;
		// What stopped an upload mostly stops all of them, e.g. a wrong key: one message says it.
		const whole = first.details.fromService ? first : together([first, ...more]);
		if (!this.context.continueOnFail()) throw nothingSubmitted(whole);
		for (const [row, failure] of bad) {
			const own = failure.with({ itemIndexes: [...row.itemIndexes] });
			this.refused.set(row, nothingSubmitted(own));
		}
	}
}

function nothingSubmitted(failure: Failure): Failure {
	return failure.with({ isBeforePaying: true });
}

function keyOf({ itemIndex, binaryField }: PicturePlace): string {
	return `${itemIndex} ${binaryField}`;
}
