import type { RowIssueCode } from './types';

/** Why one value cannot be sent; not yet bound to an item. */
export class Refusal {
	constructor(
		readonly code: RowIssueCode,
		/** A clause that continues "the field …". */
		private readonly what: string,
		/** What to do next: a sentence. */
		readonly remedy: string,
		private readonly place?: string,
	) {}

	/** A clause that continues "the field …", with the place inside the value. */
	get reason(): string {
		return this.place === undefined ? this.what : `${this.what} (${this.place})`;
	}

	/** The same refusal with the place inside the value; the outermost place comes first. */
	in(place: string): Refusal {
		const at = this.place === undefined ? place : `${place}, ${this.place}`;
		return new Refusal(this.code, this.what, this.remedy, at);
	}
}
