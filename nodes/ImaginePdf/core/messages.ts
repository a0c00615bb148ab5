import { AnswerFault, ApiError, TransportError } from './api/errors';
import { FileError } from './download/expectedFile';
import { Failure, type FailureDetails } from './failure';
import { ISSUES_URL, lowerFirst, plural } from './text';
import { ArchiveError } from './zip/archive';

/*
 * Whatever was thrown, in the words of a user: what happened, and what to do next. What is paid for is
 * told where it leaves the node.
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

export const CREDENTIAL = "credential 'ImaginePDF API'";

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
	const isFree = costs(doing) && error.neverSent;
	const sent = isFree ? ' Nothing was sent, so nothing was charged.' : '';
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

function rowLimitAdvice(
	{ status, apiMessage }: ApiError,
	{ doing, rows = 0 }: ErrorContext,
): string {
	const isLimit = /\b(max|maximum|most|limit|exceed|up to|too many)/i.test(apiMessage);
	if (doing !== 'submit' || status !== 400 || !isLimit) return '';
	// Only quoted as advice: nothing branches on it.
	const limit = apiMessage
		.match(/\d+/g)
		?.find((number) => Number(number) > 0 && Number(number) < rows);
	return `Lower the option 'Rows per Batch'${limit ? ` to ${Number(limit)} or less` : ''}. `;
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

const WRONG_KEY: Message = {
	message: 'ImaginePDF does not accept the API key',
	description: `Copy the API key of your workspace from ImaginePDF again and paste it into the ${CREDENTIAL}.`,
};

const EXPIRED_KEY: Message = {
	message: 'The ImaginePDF API key has expired',
	description: `Create a new API key in ImaginePDF and paste it into the ${CREDENTIAL}.`,
};

const SERVER_TROUBLE: Message = {
	message: 'ImaginePDF could not answer the request',
	description: "The trouble is on ImaginePDF's side. Try again later.",
};

const NOT_IMAGINEPDF: Message = {
	message: 'The answer did not come from ImaginePDF',
	description: `Check the base URL in the ${CREDENTIAL}, and whether a proxy or a login page stands between n8n and ImaginePDF.`,
};

const UNEXPECTED_DATA: Message = {
	message: 'The answer of ImaginePDF is not as documented',
	description: `A field is missing, or is not as expected. Update this node; if that does not help, report it at ${ISSUES_URL}`,
};

type Said = Message | ((context: ErrorContext) => Message);

/** Refusals that mean the same whatever was being done, by `error.code` (docs/imaginepdf-api.md, "Errors"). */
const BY_CODE: Record<string, Said> = {
	UNAUTHORIZED: WRONG_KEY,
	INVALID_API_KEY: WRONG_KEY,
	INVALID_TOKEN: WRONG_KEY,
	API_KEY_EXPIRED: EXPIRED_KEY,
	TOKEN_EXPIRED: EXPIRED_KEY,
	PAYMENT_REQUIRED: noCredits,
	INSUFFICIENT_CREDITS: noCredits,
	INSUFFICIENT_PERMISSIONS: planLacks,
	FORBIDDEN: planLacks,
	DESIGN_NOT_FOUND: unknownDesign,
	PDF_NOT_FOUND: notFound,
	VALIDATION_ERROR: notAccepted,
	INVALID_INPUT: notAccepted,
	MISSING_REQUIRED_FIELD: notAccepted,
	[AnswerFault.notImaginePdf]: NOT_IMAGINEPDF,
	[AnswerFault.unexpectedData]: UNEXPECTED_DATA,
};

/** Fallbacks by HTTP status, for codes that are not documented. */
const BY_STATUS: Record<number, Said> = {
	400: notAccepted,
	401: WRONG_KEY,
	402: noCredits,
	403: planLacks,
	404: notFound,
	405: notFound,
	413: tooLarge,
	429: tooManyRequests,
};

function messageFor(error: ApiError, context: ErrorContext): Message {
	const { status, code } = error;
	const byCode = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
	const byStatus = status >= 500 ? SERVER_TROUBLE : (BY_STATUS[status] ?? notAccepted);
	// Who asks for a key or for payment without ImaginePDF's form still means just that.
	const isPlain = code === AnswerFault.notImaginePdf && (status === 401 || status === 402);
	const told = status === 429 || status === 413 || status >= 500 || isPlain ? byStatus : byCode;
	const message = told ?? byStatus;
	return typeof message === 'function' ? message(context) : message;
}

function noCredits({ rows, doing }: ErrorContext): Message {
	const message = 'The ImaginePDF workspace does not have enough credits';
	if (!costs(doing)) return { message, description: 'Add credits in ImaginePDF, then try again.' };
	const need = doing === 'submit' && rows ? `This batch needs ${plural(rows, 'credit')}. ` : '';
	const description = `${need}Nothing of it was rendered or charged. Add credits in ImaginePDF.`;
	return { message, description, isRepeatable: true };
}

/** Whether credits were at stake. */
function costs(doing: ErrorContext['doing']): boolean {
	return doing === 'submit' || doing === 'generate';
}

function planLacks({ doing }: ErrorContext): Message {
	const isPaid = doing === 'status' || doing === 'download';
	if (isPaid || doing === 'submit') {
		// Rows of a job are paid for: as single PDFs they would be paid for again.
		const instead =
			", or use the resource 'PDF' with the operation 'Generate', which works without them";
		return {
			message: 'The ImaginePDF plan of this workspace does not include batch generation',
			description: `Change to a plan with batches${isPaid ? '' : instead}.`,
		};
	}
	return {
		message: 'The ImaginePDF plan of this workspace does not include API access',
		description: `Change to a plan that includes API keys, or choose a ${CREDENTIAL} of another workspace.`,
	};
}

function unknownDesign({ designId }: ErrorContext): Message {
	return {
		message: `Design '${designId ?? ''}' was not found in this workspace`,
		description: `Choose the design from the list, or check its ID and that the ${CREDENTIAL} belongs to its workspace. If the list does not load either, check the base URL in the credential.`,
	};
}

function notAccepted({ doing }: ErrorContext): Message {
	const description = 'Correct what ImaginePDF names, then try again.';
	if (!costs(doing)) return { message: 'ImaginePDF does not accept this request', description };
	const free = 'Nothing of them was rendered or charged.';
	return {
		message: 'ImaginePDF does not accept these rows',
		description: `${free} ${description}`,
	};
}

function notFound({ doing, jobId, designId }: ErrorContext): Message {
	// Its state could be asked for, so it is the file that is missing.
	if (jobId && doing === 'download') {
		return {
			message: 'There is no file for this job',
			description:
				"The job may not be finished yet, or none of its rows could be rendered. Look at it with the operation 'Get Status'.",
		};
	}
	if (jobId) {
		return {
			message: 'ImaginePDF knows no such job in this workspace',
			description: `Check the job ID, and that the ${CREDENTIAL} belongs to the workspace that submitted it. ImaginePDF does not say how long it keeps finished jobs.`,
		};
	}
	if (designId && doing === 'design') return unknownDesign({ doing, designId });
	return {
		message: 'The base URL does not offer this part of the ImaginePDF API',
		description: `Check the base URL in the ${CREDENTIAL}.`,
	};
}

function tooLarge({ doing }: ErrorContext): Message {
	const free = 'Nothing was rendered or charged.';
	if (doing === 'generate')
		return {
			message: 'The row is too large for ImaginePDF',
			description: `Send less text. ${free}`,
		};
	const description = `Lower the option 'Rows per Batch', or send less text per row. ${free}`;
	return { message: 'The batch is too large for ImaginePDF', description };
}

function tooManyRequests({ doing }: ErrorContext): Message {
	const message = 'ImaginePDF is receiving too many requests right now';
	if (!costs(doing)) return { message, description: 'Wait a little, then try again.' };
	const description = "Wait a little. The option 'Max Concurrent Jobs' lowers the load.";
	return { message, description, isRepeatable: true };
}
