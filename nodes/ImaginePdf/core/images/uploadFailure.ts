import { SHRINK, type UnusablePicture } from './picture';
import { ApiError } from '../api/errors';
import { Failure } from '../failure';
import { SMALL_PICTURE_BYTES } from '../limits';
import { serviceWords, toFailure } from '../messages';
import { firstFew, itemsText, lowerFirst, plural } from '../text';

/** Where a picture comes from. */
export interface PictureSource {
	/** Input items, ascending; several where their pictures are equal. */
	readonly itemIndexes: readonly number[];
	/** The binary field; unset for the blank picture, which comes from none. */
	readonly binaryField?: string;
	/** Bytes. */
	readonly size: number;
}

/** Failures that a message names one by one before it counts. */
const NAMED = 10;

/** A file that cannot be uploaded, in words. */
export function unusable(
	{ itemIndexes, binaryField }: Pick<PictureSource, 'itemIndexes' | 'binaryField'>,
	{ code, reason, remedy }: UnusablePicture,
): Failure {
	return new Failure({
		message: `The file in '${binaryField}' of ${itemsText(itemIndexes)} ${reason}`,
		description: remedy,
		code,
		itemIndexes: [...itemIndexes],
	});
}

/** What became of an upload, in words. */
export function uploadFailure(error: unknown, { itemIndexes, binaryField, size }: PictureSource) {
	if (error instanceof Failure) return error;
	const what =
		binaryField === undefined
			? 'The blank picture for missing images'
			: `The picture in '${binaryField}' of ${itemsText(itemIndexes)}`;
	const failure = toFailure(error, { doing: 'upload' }).with({ itemIndexes: [...itemIndexes] });
	// Other refusals are about the key, the plan or the route.
	if (!(error instanceof ApiError) || ![400, 413, 415, 422].includes(error.status)) {
		const reason = lowerFirst(failure.details.message);
		return failure.with({ message: `${what} could not be uploaded: ${reason}` });
	}
	const words = serviceWords(error);
	if (size <= SMALL_PICTURE_BYTES) {
		const remedy = 'Look whether it opens elsewhere, and whether an SVG has content.';
		const message = `${what} was not accepted by ImaginePDF`;
		return failure.with({ message, description: `${remedy}${words}` });
	}
	// Of a million bytes each, as file managers count.
	const megabytes = `${(size / 1_000_000).toFixed(1)} MB`;
	return failure.with({
		message: `${what} is too large for ImaginePDF: it has ${megabytes}`,
		description: `ImaginePDF may take no more than 1 MB. ${SHRINK}${words}`,
	});
}

/** Several failures as one: all items at once, so that nobody has to look for the next one. */
export function together(failures: readonly [Failure, ...Failure[]]): Failure {
	const [first, ...more] = failures;
	if (more.length === 0) return first;
	const itemIndexes = [
		...new Set(failures.flatMap(({ details }) => details.itemIndexes ?? [])),
	].sort((a, b) => a - b);
	const named = failures.slice(0, NAMED).map(({ details }) => details.message);
	const remedies = new Set(failures.slice(0, NAMED).map(({ details }) => details.description));
	return first.with({
		message: `${plural(failures.length, 'picture')} cannot be uploaded: ${itemsText(itemIndexes)}`,
		description: `${firstFew(named, failures.length)}. ${[...remedies].join(' ')}`,
		itemIndexes,
	});
}
