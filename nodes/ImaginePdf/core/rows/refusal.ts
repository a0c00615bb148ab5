import type { RowIssueCode } from './types';

/** Why one value cannot be sent; not yet bound to an item. */
export class Refusal {
	constructor(
		readonly code: RowIssueCode,
		/** A clause that continues "the field …". */
		readonly reason: string,
		/** What to do next: a sentence. */
		readonly remedy: string,
	) {}

	/** The same refusal with the place inside the value. */
	in(place: string): Refusal {
		return new Refusal(this.code, `${this.reason} (${place})`, this.remedy);
	}
}
