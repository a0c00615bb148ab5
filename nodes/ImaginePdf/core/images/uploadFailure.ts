import { SHRINK, type UnusablePicture } from './picture';
import { ApiError } from '../api/errors';
import { Failure } from '../failure';
import { SMALL_PICTURE_BYTES } from '../limits';
import { serviceWords, toFailure } from '../messages';
import type { Picture } from '../rows/types';
import { firstFew, itemsText, lowerFirst, plural } from '../text';

/** A binary field of an item. */
export type PicturePlace = Omit<Picture, 'variable'>;

/** Failures that a message names one by one before it counts. */
const NAMED = 10;

/** A file that cannot be uploaded, in words. */
export function unusable(
	{ itemIndex, binaryField }: PicturePlace,
	{ code, reason, remedy }: UnusablePicture,
): Failure {
	return new Failure({
		message: `The file in '${binaryField}' of ${itemsText([itemIndex])} ${reason}`,
		description: remedy,
		code,
		itemIndexes: [itemIndex],
	});
}

/**
 * What became of an upload, in words.
 * @param picture comes from no place where it is the blank one; its size is in bytes
 */
export function uploadFailure(
	error: unknown,
	{ place, size }: { place?: PicturePlace; size: number },
): Failure {
	if (error instanceof Failure) return error;
	const what = place
		? `The picture in '${place.binaryField}' of ${itemsText([place.itemIndex])}`
		: 'The blank picture for missing images';
	const about = place && { itemIndexes: [place.itemIndex] };
	const failure = toFailure(error, { doing: 'upload' }).with({ ...about });
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
