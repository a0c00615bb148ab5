import { Failure } from './failure';

/** What the documented ids look like: `design_abc123` (API page, "Batch"). */
const DOCUMENTED_ID = /^design_[A-Za-z0-9]+$/;

/**
 * The design id in what a user entered. A pasted web address is accepted when exactly one of its
 * parts looks like a documented id; anything less certain is refused rather than guessed.
 * @throws Failure naming the item, when there is no single id in the text
 */
export function designIdFrom(entered: string, itemIndex: number): string {
	const text = entered.trim();
	if (!/[/\\?#\s]/.test(text)) return text;
	const candidates = new Set(text.split(/[/\\?#&=\s]+/).filter((part) => DOCUMENTED_ID.test(part)));
	const [only] = candidates;
	if (only !== undefined && candidates.size === 1 && URL.canParse(text)) return only;
	throw new Failure({
		message: `'Design' is not an ID: '${shortened(text)}' [item ${itemIndex}]`,
		description:
			"Choose the design from the list, or enter only its ID, e.g. 'design_abc123', without a web address or slashes. Nothing was submitted.",
		code: 'INVALID_DESIGN_ID',
		fromService: false,
		itemIndexes: [itemIndex],
	});
}

function shortened(text: string): string {
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
