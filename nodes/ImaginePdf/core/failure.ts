/** A failure in the user's words, and the facts that programs need of it. */
export interface FailureDetails {
	/** What happened, in plain words; contains the job id when a paid job is concerned. */
	message: string;
	/** What to do next, and the service's own words. What is paid for is added where it leaves the node. */
	description: string;
	/** The API's `error.code`, or one of our own, stable across releases. */
	code: string;
	/** HTTP status, where there was an answer. */
	httpStatus?: number;
	/** The service or the network is behind it, and not bad input or the like. */
	fromService?: boolean;
	/** Jobs that are concerned. */
	jobIds?: string[];
	/** These jobs are paid for, and can be fetched later. */
	isPaid?: boolean;
	designId?: string;
	/** Input items that are concerned, in ascending order. */
	itemIndexes?: number[];
	/** It was found before anything was submitted. */
	isBeforePaying?: boolean;
	/** There are other jobs in its run. */
	isPart?: boolean;
	/** Once its cause is mended, the same items can be sent again. */
	isRepeatable?: boolean;
	/** A plain retry meets the same again, and stops there. */
	stopsAgain?: boolean;
	/** It is not known whether its request was charged; `isSecond` where it was already the repetition. */
	unknown?: { isSecond: boolean };
	/** The ledger's entries that it is about, so that nothing is said of them twice. */
	entries?: readonly object[];
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

	/** The same failure with more to say. */
	adding(...sentences: readonly string[]): Failure {
		const said = [this.details.description, ...sentences].filter((sentence) => sentence !== '');
		return this.with({ description: said.join(' ') });
	}
}
