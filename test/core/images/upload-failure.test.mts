import { ApiError, TransportError } from '../../../nodes/ImaginePdf/core/api/errors.ts';
import { Failure } from '../../../nodes/ImaginePdf/core/failure.ts';
import {
	together,
	unusable,
	uploadFailure,
} from '../../../nodes/ImaginePdf/core/images/uploadFailure.ts';

const source = (size: number) => ({ itemIndexes: [3], binaryField: 'photo', size });
const refusal = (status: number, code = 'VALIDATION_ERROR') =>
	new ApiError(status, code, 'file must have at most 1048576 bytes.');

function details(error: unknown) {
	if (!(error instanceof Failure)) throw new Error('That is no failure');
	return error.details;
}

describe('What a failed upload says', () => {
	it.each([
		[400, 'VALIDATION_ERROR'],
		[413, 'NOT_IMAGINEPDF'],
	])(
		'a failed upload of a large picture says size, item and what to do for HTTP %i',
		(status, code) => {
			const told = details(uploadFailure(refusal(status, code), source(2_400_000)));
			expect(told.message).toBe(
				"The picture in 'photo' of item 3 is too large for ImaginePDF: it has 2.4 MB",
			);
			expect(told.description).toContain(
				"1 MB. Make it smaller first, e.g. with n8n's 'Edit Image'",
			);
			expect(told.description).toContain('at most 1048576 bytes');
			expect(told).toMatchObject({ itemIndexes: [3], httpStatus: status });
		},
	);

	it('a failed upload of a small picture does not speak of size', () => {
		const told = details(uploadFailure(refusal(400), source(40_000)));
		expect(told.message).toBe("The picture in 'photo' of item 3 was not accepted by ImaginePDF");
		expect(told.description).not.toContain('smaller');
	});

	it('a failed upload with a wrong key says the same as other requests do', () => {
		const told = details(uploadFailure(refusal(401, 'INVALID_API_KEY'), source(2_400_000)));
		expect(told.message).toBe(
			"The picture in 'photo' of item 3 could not be uploaded: ImaginePDF does not accept the API key",
		);
	});

	it('a failed upload says that the service could not be reached', () => {
		const told = details(uploadFailure(new TransportError('ECONNREFUSED', ''), source(1)));
		expect(told.message).toContain('could not be uploaded: ImaginePDF could not be reached');
	});

	it('a failed upload of the transparent picture names it', () => {
		const told = details(
			uploadFailure(refusal(500, 'S3_ERROR'), { itemIndexes: [0, 1], size: 68 }),
		);
		expect(told.message).toContain('The blank picture for missing images could not be uploaded');
	});

	it('a failed upload keeps the words of an error that is no answer of the service', () => {
		const { code, description } = details(uploadFailure(new Error('disk full'), source(1)));
		expect(code).toBe('UNFORESEEN');
		expect(description).toContain('disk full');
	});

	it('twelve bad items are reported at once: ten by name and the others counted', () => {
		const failures = Array.from({ length: 12 }, (_, index) =>
			unusable(
				{ itemIndexes: [index], binaryField: 'photo' },
				{ code: 'PICTURE_EMPTY', reason: 'is empty', remedy: 'Look at it.' },
			),
		);
		const [first, ...more] = failures;
		const told = details(together([first!, ...more]));
		expect(told.message).toBe('12 pictures cannot be uploaded: items 0 to 11');
		expect(told.description).toContain("The file in 'photo' of item 9 is empty and 2 more. Look");
		expect(told.itemIndexes).toHaveLength(12);
	});
});
