import { AnswerFault, ApiError, TransportError } from './api/errors';
import { FileError } from './download/expectedFile';
import { Failure, type FailureDetails } from './failure';
import { ISSUES_URL, lowerFirst, plural } from './text';
import { ArchiveError } from './zip/archive';

/*
 * Whatever was thrown, in words for users: what happened, and what to do next. What is paid for is
 * added where it leaves the node.
 */

/** What was being done when it went wrong. */
export interface ErrorContext {
	doing: 'submit' | 'status' | 'download' | 'generate' | 'design' | 'upload' | 'preview' | 'other';
	jobId?: string;
	designId?: string;
	/** Rows of the request, for a submit. */
	rows?: number;
}

/** What happened, and what to do next. */
type Message = Pick<FailureDetails, 'message' | 'description' | 'isRepeatable'>;

const CREDENTIAL = "credential 'ImaginePDF API'";

/**
 * Turns whatever was thrown into what the user reads. The only place that does so; a Failure is taken as
 * it is.
 * @param context what was being done, so that the text can name the job and say what was charged
 */
export function toFailure(error: unknown, context: ErrorContext): Failure {
	if (error instanceof Failure) return error;
	const { jobId, designId } = context;
	return new Failure({
		// A job that is asked for is paid for, whatever the service refuses now, unless it knows no such job.
		...(jobId && { jobIds: [jobId], isPaid: !isUnknownJob(error, context) }),
		...(designId && { designId }),
		...detailsOf(error, context),
	});
}

function detailsOf(error: unknown, context: ErrorContext): FailureDetails {
	if (error instanceof ApiError) return refused(error, context);
	if (error instanceof TransportError) return unreachable(error, context);
	if (error instanceof FileError || error instanceof ArchiveError)
		return fileMessage(error, context);
	return unforeseen(error, context.jobId);
}

function refused(error: ApiError, context: ErrorContext): FailureDetails {
	const { message, description, ...more } = messageFor(error, context);
	return {
		...more,
		message: withJob(message, context.jobId),
		description: `${rowLimitAdvice(error, context)}${description}${serviceWords(error)}`,
		code: error.code,
		fromService: true,
		httpStatus: error.status,
	};
}

function isUnknownJob(error: unknown, { doing }: ErrorContext): boolean {
	return doing !== 'download' && error instanceof ApiError && error.status === 404;
}

function unreachable(error: TransportError, { doing, jobId }: ErrorContext): FailureDetails {
	const sent = costs(doing) && error.neverSent ? ' Nothing was sent, so nothing was charged.' : '';
	const isSlow = error.code === 'ETIMEDOUT' || error.code === 'ECONNABORTED';
	const what = isSlow ? 'did not answer in time' : 'could not be reached';
	return {
		message: withJob(`ImaginePDF ${what}`, jobId),
		description: `Check the network of this n8n instance and the base URL in the ${CREDENTIAL}.${sent}${serviceWords(error)}`,
		code: error.code,
		fromService: true,
	};
}

function fileMessage(
	error: FileError | ArchiveError,
	{ doing, jobId }: ErrorContext,
): FailureDetails {
	const file = doing === 'preview' ? 'preview' : doing === 'generate' ? 'PDF' : 'ZIP file';
	const message = withJob(`The ${file} could not be fetched`, jobId);
	const httpStatus = error instanceof FileError ? error.httpStatus : undefined;
	const code = error.code.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
	return {
		message: `${message}: ${lowerFirst(error.message)}`,
		description: doing === 'preview' ? 'Try again later: a preview is free.' : '',
		code: `FILE_${code}`,
		fromService: true,
		...(httpStatus !== undefined && { httpStatus }),
	};
}

/** An error that this package does not know, e.g. a full disk. Only its message is kept. */
function unforeseen(error: unknown, jobId: string | undefined): FailureDetails {
	const words = error instanceof Error ? error.message : String(error);
	return {
		message: jobId
			? `The result of job ${jobId} could not be handed over`
			: 'Something unexpected happened in the ImaginePDF node',
		description: `What came up: ${words}. If it comes up again, report it with this message at ${ISSUES_URL}`,
		code: 'UNFORESEEN',
	};
}

/** Only quoted as advice: nothing branches on it. */
function rowLimitAdvice({ status, apiMessage }: ApiError, { rows = 0 }: ErrorContext): string {
	const isLimit = /\b(max|maximum|most|limit|exceed|up to|too many)/i.test(apiMessage);
	const numbers = (apiMessage.match(/\d+(?= rows\b)|(?<=\brows\b\D*)\d+/gi) ?? []).map(Number);
	const limit = numbers.find((number) => number > 0 && number < rows);
	if (status !== 400 || !isLimit || limit === undefined) return '';
	return `Lower the option 'Rows per Batch' to ${limit} or less. `;
}

/** What the answer itself said, marked as such, with a blank before it; empty where there is nothing. */
export function serviceWords(error: unknown): string {
	if (error instanceof TransportError) return ` (${error.code})`;
	if (!(error instanceof ApiError)) return '';
	const { status, code, apiMessage: words } = error;
	if (code === AnswerFault.unexpectedData) return ` Concerned: ${words} (HTTP ${status})`;
	const isPage = code === AnswerFault.notImaginePdf;
	const about = isPage ? `(HTTP ${status})` : `(HTTP ${status} ${code})`;
	if (words === '') return ` ${about}`;
	return ` ${isPage ? 'The answer began with' : 'ImaginePDF says'}: "${words}" ${about}`;
}

function withJob(message: string, jobId: string | undefined): string {
	return jobId ? `${message} (job ${jobId})` : message;
}

/** Whether credits were at stake. */
function costs(doing: ErrorContext['doing']): boolean {
	return doing === 'submit' || doing === 'generate';
}

type Said = (context: ErrorContext) => Message;

/** What a refusal means, by its HTTP status (docs/imaginepdf-api.md, "Errors"). */
const BY_STATUS: Record<number, Said> = {
	401: () => ({
		message: 'ImaginePDF does not accept the API key',
		description: `Copy the API key of your workspace from ImaginePDF again and paste it into the ${CREDENTIAL}.`,
	}),
	402: noCredits,
	403: planLacks,
	404: notFound,
	405: notFound,
	413: tooLarge,
	429: tooManyRequests,
};

/** Where `error.code` says more than the status. */
const BY_CODE: Record<string, Said> = {
	API_KEY_EXPIRED: keyExpired,
	TOKEN_EXPIRED: keyExpired,
	DESIGN_NOT_FOUND: unknownDesign,
	[AnswerFault.notImaginePdf]: () => ({
		message: 'The answer did not come from ImaginePDF',
		description: `Check the base URL in the ${CREDENTIAL}, and whether a proxy or a login page stands between n8n and ImaginePDF.`,
	}),
	[AnswerFault.unexpectedData]: () => ({
		message: 'The answer of ImaginePDF is not as documented',
		description: `A field is missing, or is not as expected. Update this node; if that does not help, report it at ${ISSUES_URL}`,
	}),
};

function messageFor({ status, code }: ApiError, context: ErrorContext): Message {
	if (status >= 500)
		return {
			message: 'ImaginePDF could not answer the request',
			description: "The trouble is on ImaginePDF's side. Try again later.",
		};
	// These statuses mean the same without ImaginePDF's envelope.
	const isPlain = code === AnswerFault.notImaginePdf && [401, 402, 413, 429].includes(status);
	const byCode = !isPlain && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
	return (byCode ?? BY_STATUS[status] ?? notAccepted)(context);
}

/** In a run others may have been charged. */
const FREE = 'Nothing of this request was rendered or charged.';

function keyExpired(): Message {
	return {
		message: 'The ImaginePDF API key has expired',
		description: `Create a new API key in ImaginePDF and paste it into the ${CREDENTIAL}.`,
	};
}

function noCredits({ rows, doing }: ErrorContext): Message {
	const need = doing === 'submit' && rows ? `This batch needs ${plural(rows, 'credit')}. ` : '';
	return {
		message: 'The ImaginePDF workspace does not have enough credits',
		description: `${need}${costs(doing) ? `${FREE} ` : ''}Add credits in ImaginePDF.`,
		isRepeatable: costs(doing),
	};
}

function planLacks({ doing }: ErrorContext): Message {
	const isPaid = doing === 'status' || doing === 'download';
	if (!isPaid && doing !== 'submit')
		return {
			message: 'The ImaginePDF plan of this workspace does not include API access',
			description: `Change to a plan that includes API keys, or choose a ${CREDENTIAL} of another workspace.`,
		};
	// Rows of a job are paid for: as single PDFs they would be paid for again.
	const instead =
		", or use the resource 'PDF' with the operation 'Generate', which works without them";
	return {
		message: 'The ImaginePDF plan of this workspace does not include batch generation',
		description: `Change to a plan with batches${isPaid ? '' : instead}.`,
	};
}

function unknownDesign({ designId }: ErrorContext): Message {
	return {
		message: `Design '${designId ?? ''}' was not found in this workspace`,
		description: `Choose the design from the list, or check its ID and that the ${CREDENTIAL} belongs to its workspace. If the list does not load either, check the base URL in the credential.`,
	};
}

function notAccepted({ doing }: ErrorContext): Message {
	return {
		message: `ImaginePDF does not accept ${costs(doing) ? 'these rows' : 'this request'}`,
		description: `${costs(doing) ? `${FREE} ` : ''}Correct what ImaginePDF names, then try again.`,
	};
}

function notFound({ doing, jobId, designId }: ErrorContext): Message {
	// Its state could be asked for, so it is the file that is missing.
	if (jobId && doing === 'download')
		return {
			message: 'There is no file for this job',
			description:
				"The job may not be finished yet, or none of its rows could be rendered. Look at it with the operation 'Get Status'.",
		};
	if (jobId)
		return {
			message: 'ImaginePDF knows no such job in this workspace',
			description: `Check the job ID, and that the ${CREDENTIAL} belongs to the workspace that submitted it. ImaginePDF does not say how long it keeps finished jobs.`,
		};
	if (designId && doing === 'design') return unknownDesign({ doing, designId });
	return {
		message: 'The base URL does not offer this part of the ImaginePDF API',
		description: `Check the base URL in the ${CREDENTIAL}.`,
	};
}

function tooLarge({ doing }: ErrorContext): Message {
	const [what, remedy] =
		doing === 'generate'
			? ['row', 'Send less text.']
			: ['batch', "Lower the option 'Rows per Batch', or send less text per row."];
	return {
		message: `The ${what} is too large for ImaginePDF`,
		description: `${remedy} ${FREE}`,
	};
}

function tooManyRequests({ doing }: ErrorContext): Message {
	return {
		message: 'ImaginePDF is receiving too many requests right now',
		description: costs(doing)
			? "Wait a little. The option 'Max Concurrent Jobs' lowers the load."
			: 'Wait a little, then try again.',
		isRepeatable: costs(doing),
	};
}
