import { AnswerFault, ApiError } from './api/errors';
import { NO_TIME_LEFT, TransportError } from './api/transport';
import { FileError } from './download/expectedFile';
import { Failure, type FailureDetails } from './failure';
import { CREDENTIAL, textFor, type Occasion, type Text } from './refusals';
import { ISSUES_URL, lowerFirst } from './wording';
import { ArchiveError } from './zip/archive';

export type { Occasion } from './refusals';

/** Turns what a call threw into what the user reads. Other errors pass through unchanged. */
export function explain(error: unknown, occasion: Occasion): unknown {
	const about = {
		fromService: true,
		...(occasion.jobId && { jobIds: [occasion.jobId] }),
		...(occasion.designId && { designId: occasion.designId }),
	};
	if (error instanceof TransportError) {
		return new Failure({ ...about, ...unreachable(error, occasion), code: error.code });
	}
	if (error instanceof FileError || error instanceof ArchiveError) {
		return new Failure({ ...about, ...fileTrouble(error, occasion) });
	}
	if (!(error instanceof ApiError)) return error;
	const tell = textFor(error);
	const text = tell(occasion);
	const description = `${limitAdvice(error, occasion)}${text.description}${paidAlready(occasion, text)}${theirWords(error)}`;
	return new Failure({
		...about,
		message: withJob(text.message, occasion.jobId),
		description,
		code: error.code,
		httpStatus: error.status,
	});
}

function unreachable(error: TransportError, { doing, jobId }: Occasion): Text {
	const sent =
		(doing === 'submit' || doing === 'generate') && error.neverSent
			? ' Nothing was sent, so nothing was charged.'
			: '';
	if (error.code === NO_TIME_LEFT) {
		return {
			message: withJob('There was no time left to ask ImaginePDF', jobId),
			description: `Raise the option 'Timeout', or lower 'Max Concurrent Jobs'.${sent}`,
		};
	}
	const slow = error.code === 'ETIMEDOUT' || error.code === 'ECONNABORTED';
	return {
		message: withJob(
			slow ? 'ImaginePDF did not answer in time' : 'ImaginePDF could not be reached',
			jobId,
		),
		description: `Check the network of this n8n instance and the base URL in the ${CREDENTIAL}.${sent} (${error.code})`,
	};
}

function fileTrouble(
	error: FileError | ArchiveError,
	{ doing, jobId, canRetry = true }: Occasion,
): Text & Pick<FailureDetails, 'code' | 'httpStatus'> {
	const message = withJob(`The ${fileOf(doing)} could not be fetched`, jobId);
	const next = jobId
		? wayBack(jobId)
		: doing === 'preview'
			? 'Try again later: a preview is free.'
			: canRetry
				? 'It is paid for: a retry of this execution fetches it without paying again, as long as its link is valid.'
				: 'It is paid for. Look for it in ImaginePDF; sending the item again costs another credit.';
	const status = error instanceof FileError ? error.httpStatus : undefined;
	const code = error.code.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
	return {
		message: `${message}: ${lowerFirst(error.message)}`,
		description: `${next}${status === undefined ? '' : ` (HTTP ${status})`}`,
		code: `FILE_${code}`,
		...(status !== undefined && { httpStatus: status }),
	};
}

function fileOf(doing: Occasion['doing']): string {
	if (doing === 'preview') return 'preview';
	return doing === 'generate' ? 'PDF' : 'ZIP file';
}

/** A job that is asked for is paid for, whatever the service refuses now. */
function paidAlready({ jobId }: Occasion, { description }: Text): string {
	const isTold = jobId === undefined || /'Download'|'Get Status'|the job ID/.test(description);
	return isTold ? '' : ` ${wayBack(jobId)}`;
}

/** How to come back to a paid job. */
export function wayBack(jobId: string): string {
	return `The job is paid for: fetch it later with the operation 'Download' and the job ID ${jobId}.`;
}

/** What to do about an error that this package has no words for. */
export function unforeseenAdvice(error: unknown): string {
	const words = error instanceof Error ? error.message : String(error);
	return `What came up: ${words}. If it comes up again, report it with this message at ${ISSUES_URL}`;
}

/** "Maximum 50 rows": the number is only quoted as advice, nothing branches on it. */
function limitAdvice(error: ApiError, { doing, rows }: Occasion): string {
	if (doing !== 'submit' || rows === undefined || error.status !== 400) return '';
	const numbers = (error.apiMessage.match(/\d+/g) ?? []).map(Number);
	const limit = numbers.find((number) => number > 0 && number < rows);
	const speaksOfLimit = /\b(max|maximum|most|limit|exceed|up to|too many)/i.test(error.apiMessage);
	if (!speaksOfLimit) return '';
	return limit === undefined
		? "Lower the option 'Rows per Batch'. "
		: `Lower the option 'Rows per Batch' to ${limit} or less. `;
}

/** What the answer itself said, marked as such. */
export function theirWords(error: ApiError): string {
	const words = error.apiMessage;
	if (error.code === AnswerFault.notImaginePdf) {
		return words
			? ` The answer began with: "${words}" (HTTP ${error.status})`
			: ` (HTTP ${error.status})`;
	}
	if (error.code === AnswerFault.unexpectedData)
		return ` Concerned: ${words} (HTTP ${error.status})`;
	const about = `HTTP ${error.status} ${error.code}`;
	return words ? ` ImaginePDF says: "${words}" (${about})` : ` (${about})`;
}

function withJob(message: string, jobId: string | undefined): string {
	return jobId ? `${message} (job ${jobId})` : message;
}
