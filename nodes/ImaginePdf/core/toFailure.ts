import { AnswerFault, ApiError, NO_TIME_LEFT, TransportError } from './api/errors';
import { FileError } from './download/expectedFile';
import { Failure, type FailureDetails } from './failure';
import { CREDENTIAL, messageFor, type ErrorContext, type Message } from './messages';
import { ISSUES_URL, lowerFirst } from './text';
import { ArchiveError } from './zip/archive';

/**
 * Turns whatever was thrown into what the user reads: what happened, and what to do next. The only
 * place that does so; a Failure is taken as it is.
 *
 * @param context what was being done, so that the text can name the job and say what was charged
 */
export function toFailure(error: unknown, context: ErrorContext): Failure {
	if (error instanceof Failure) return error;
	const { jobId, designId } = context;
	const about = {
		// A job that is asked for is paid for, whatever the service refuses now, unless it knows no such job.
		...(jobId && { jobIds: [jobId], isPaid: !isUnknownJob(error, context) }),
		...(designId && { designId }),
	};
	if (error instanceof ApiError) return refused(error, context).with(about);
	if (error instanceof TransportError) {
		const message = unreachable(error, context);
		return new Failure({ ...about, ...message, code: error.code, fromService: true });
	}
	if (error instanceof FileError || error instanceof ArchiveError) {
		return new Failure({ ...about, ...fileMessage(error, context), fromService: true });
	}
	return unforeseen(error, jobId).with(about);
}

function refused(error: ApiError, context: ErrorContext): Failure {
	const { message, description, ...more } = messageFor(error, context);
	return new Failure({
		...more,
		message: withJob(message, context.jobId),
		description: `${rowLimitAdvice(error, context)}${description}${serviceWords(error)}`,
		code: error.code,
		httpStatus: error.status,
		fromService: true,
	});
}

function isUnknownJob(error: unknown, { doing }: ErrorContext): boolean {
	return doing !== 'download' && error instanceof ApiError && error.status === 404;
}

function unreachable(error: TransportError, { doing, jobId }: ErrorContext): Message {
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

function fileMessage(
	error: FileError | ArchiveError,
	{ doing, jobId }: ErrorContext,
): Message & Pick<FailureDetails, 'code' | 'httpStatus'> {
	const message = withJob(`The ${fileOf(doing)} could not be fetched`, jobId);
	const free = doing === 'preview' ? 'Try again later: a preview is free.' : '';
	const status = error instanceof FileError ? error.httpStatus : undefined;
	const code = error.code.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
	return {
		message: `${message}: ${lowerFirst(error.message)}`,
		description: `${free}${status === undefined ? '' : `(HTTP ${status})`}`,
		code: `FILE_${code}`,
		...(status !== undefined && { httpStatus: status }),
	};
}

function fileOf(doing: ErrorContext['doing']): string {
	if (doing === 'preview') return 'preview';
	return doing === 'generate' ? 'PDF' : 'ZIP file';
}

/** What this package has no words for, e.g. a full disk: of such an error only its words are kept. */
function unforeseen(error: unknown, jobId: string | undefined): Failure {
	const words = error instanceof Error ? error.message : String(error);
	return new Failure({
		message: jobId
			? `The result of job ${jobId} could not be handed over`
			: 'Something unexpected happened in the ImaginePDF node',
		description: `What came up: ${words}. If it comes up again, report it with this message at ${ISSUES_URL}`,
		code: 'UNFORESEEN',
		fromService: false,
	});
}

/** "Maximum 50 rows": the number is only quoted as advice, nothing branches on it. */
function rowLimitAdvice(error: ApiError, { doing, rows }: ErrorContext): string {
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
export function serviceWords(error: ApiError): string {
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
