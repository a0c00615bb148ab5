import { ISSUES_URL } from './wording';

export { downloadLaterHint as wayBack, type ErrorContext as Occasion } from './messages';
export { toFailure as explain } from './toFailure';

export function unforeseenAdvice(error: unknown): string {
	const words = error instanceof Error ? error.message : String(error);
	return `What came up: ${words}. If it comes up again, report it with this message at ${ISSUES_URL}`;
}
