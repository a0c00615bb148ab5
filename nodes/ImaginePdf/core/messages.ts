import { AnswerFault, type ApiError } from './api/errors';
import type { FailureDetails } from './failure';
import { ISSUES_URL, plural } from './text';

/** What was being done when it went wrong. */
export interface ErrorContext {
	doing:
		| 'submit'
		| 'status'
		| 'download'
		| 'generate'
		| 'designs'
		| 'design'
		| 'upload'
		| 'preview'
		| 'other';
	jobId?: string;
	designId?: string;
	/** Rows of the request, for a submit. */
	rows?: number;
}

/** What happened, and what to do next. */
export type Message = Pick<FailureDetails, 'message' | 'description' | 'isRepeatable'>;

export const CREDENTIAL = "credential 'ImaginePDF API'";

/** Refusals that mean the same whatever was being done, by `error.code` (docs/imaginepdf-api.md, "Errors"). */
const BY_CODE: Record<string, (context: ErrorContext) => Message> = {
	UNAUTHORIZED: wrongKey,
	INVALID_API_KEY: wrongKey,
	INVALID_TOKEN: wrongKey,
	API_KEY_EXPIRED: expiredKey,
	TOKEN_EXPIRED: expiredKey,
	PAYMENT_REQUIRED: noCredits,
	INSUFFICIENT_CREDITS: noCredits,
	INSUFFICIENT_PERMISSIONS: planLacks,
	FORBIDDEN: planLacks,
	DESIGN_NOT_FOUND: unknownDesign,
	PDF_NOT_FOUND: noOutput,
	VALIDATION_ERROR: notAccepted,
	INVALID_INPUT: notAccepted,
	MISSING_REQUIRED_FIELD: notAccepted,
	[AnswerFault.notImaginePdf]: notImaginePdf,
	[AnswerFault.unexpectedData]: unexpectedData,
};

/** Fallbacks by HTTP status, for codes that are not documented. */
const BY_STATUS: Record<number, (context: ErrorContext) => Message> = {
	400: notAccepted,
	401: wrongKey,
	402: noCredits,
	403: planLacks,
	404: notFound,
	405: notFound,
	413: tooLarge,
	429: tooManyRequests,
};

/** What a refusal of the service means, and what to do about it. */
export function messageFor(error: ApiError, context: ErrorContext): Message {
	return writerFor(error)(context);
}

function writerFor(error: ApiError): (context: ErrorContext) => Message {
	const byCode = Object.hasOwn(BY_CODE, error.code) ? BY_CODE[error.code] : undefined;
	const notOurs = error.code === AnswerFault.notImaginePdf;
	if (error.status === 429 || error.status === 413) return BY_STATUS[error.status] ?? serverTrouble;
	if (error.status >= 500) return serverTrouble;
	// Who asks for a key or for payment without ImaginePDF's form still means just that.
	if (byCode && !(notOurs && (error.status === 401 || error.status === 402))) return byCode;
	return BY_STATUS[error.status] ?? (error.status < 500 ? notAccepted : serverTrouble);
}

function wrongKey(): Message {
	return {
		message: 'ImaginePDF does not accept the API key',
		description: `Copy the API key of your workspace from ImaginePDF again and paste it into the ${CREDENTIAL}.`,
	};
}

function expiredKey(): Message {
	return {
		message: 'The ImaginePDF API key has expired',
		description: `Create a new API key in ImaginePDF and paste it into the ${CREDENTIAL}.`,
	};
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
		description: `Choose the design from the list, or check its ID and that the ${CREDENTIAL} belongs to its workspace.`,
	};
}

function noOutput(context: ErrorContext): Message {
	if (!context.jobId) return notFound(context);
	return {
		message: 'There is no file for this job',
		description:
			"The job may not be finished yet, or none of its rows could be rendered. Look at it with the operation 'Get Status'.",
	};
}

function notAccepted({ doing }: ErrorContext): Message {
	const description = 'Correct what ImaginePDF names, then try again.';
	return costs(doing)
		? {
				message: 'ImaginePDF does not accept these rows',
				description: `Nothing of them was rendered or charged. ${description}`,
			}
		: { message: 'ImaginePDF does not accept this request', description };
}

function notFound({ doing, jobId, designId }: ErrorContext): Message {
	// Its state could be asked for, so it is the file that is missing.
	if (jobId && doing === 'download') return noOutput({ doing, jobId });
	if (jobId) {
		return {
			message: 'ImaginePDF knows no such job in this workspace',
			description: `Check the job ID, and that the ${CREDENTIAL} belongs to the workspace that submitted it. ImaginePDF does not say how long it keeps finished jobs.`,
		};
	}
	if (designId && doing === 'design') {
		const { message, description } = unknownDesign({ doing, designId });
		// The address may be wrong instead: of a design the service itself says DESIGN_NOT_FOUND.
		return {
			message,
			description: `${description} If the list does not load either, check the base URL in the credential.`,
		};
	}
	return {
		message: 'The base URL does not offer this part of the ImaginePDF API',
		description: `Check the base URL in the ${CREDENTIAL}.`,
	};
}

function tooLarge({ doing }: ErrorContext): Message {
	return doing === 'generate'
		? {
				message: 'The row is too large for ImaginePDF',
				description: 'Send less text. Nothing was rendered or charged.',
			}
		: {
				message: 'The batch is too large for ImaginePDF',
				description:
					"Lower the option 'Rows per Batch', or send less text per row. Nothing was rendered or charged.",
			};
}

function tooManyRequests({ doing }: ErrorContext): Message {
	const message = 'ImaginePDF is receiving too many requests right now';
	if (!costs(doing)) return { message, description: 'Wait a little, then try again.' };
	const description = "Wait a little. The option 'Max Concurrent Jobs' lowers the load.";
	return { message, description, isRepeatable: true };
}

function serverTrouble(): Message {
	return {
		message: 'ImaginePDF could not answer the request',
		description: "The trouble is on ImaginePDF's side. Try again later.",
	};
}

function notImaginePdf(): Message {
	return {
		message: 'The answer did not come from ImaginePDF',
		description: `Check the base URL in the ${CREDENTIAL}, and whether a proxy or a login page stands between n8n and ImaginePDF.`,
	};
}

function unexpectedData(): Message {
	return {
		message: 'The answer of ImaginePDF is not as documented',
		description: `A field is missing, or is not as expected. Update this node; if that does not help, report it at ${ISSUES_URL}`,
	};
}
