import { Page } from '../../package/support/markdown.mts';

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A message of the page as it is shown, where the job it concerns may be named behind it. */
export function shapeOf(message: string): RegExp {
	return new RegExp(`^${message.split('…').map(literally).join('.+?')}(?: \\(job \\S+\\))?$`, 's');
}

const SHAPES = Page.read('docs/messages.md').rows.map(([message = '']) => shapeOf(message));

/** What the page says of `… rows` and `[item …]` is meant of one row and of several items, too; agents get details. */
function generally(message: string): string {
	return message
		.replace(/\n\nDetails: .*$/s, '')
		.replace(/^row \d+ of (?=\[item)/, '')
		.replace(/^((?:\[item \d+\],? )+)and \d+ more:/, '$1[item 99]:')
		.replace(/^1 row of/, '1 rows of');
}

/** Whether the page of messages has this message, so that its reader finds what to do. */
export function isDocumented(message: string): boolean {
	return SHAPES.some((shape) => shape.test(generally(message)));
}
