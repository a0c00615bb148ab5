/** A failure in the user's words, and what programs need of it. */
export interface FailureDetails {
	/** What happened, in plain words; contains the job id when a paid job is concerned. */
	message: string;
	/** What to do next, and the service's own words. */
	description: string;
	/** The API's `error.code`, or one of our own, stable across releases. */
	code: string;
	/** HTTP status, where there was an answer. */
	httpStatus?: number;
	/** True when the service or the network is behind it, false for bad input and the like. */
	fromService: boolean;
	/** Jobs that are concerned and may have been paid for. */
	jobIds?: string[];
	designId?: string;
	/** Input items that are concerned, in ascending order. */
	itemIndexes?: number[];
}

/** What could not be done, in words that name the next step to the person who built the workflow. */
export class Failure extends Error {
	override readonly name = 'Failure';
	readonly details: Readonly<FailureDetails>;

	constructor(details: FailureDetails) {
		super(details.message);
		this.details = details;
	}

	/** The same failure with more known about it. */
	with(more: Partial<FailureDetails>): Failure {
		return new Failure({ ...this.details, ...more });
	}
}
