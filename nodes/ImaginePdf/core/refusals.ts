import { AnswerFault, type ApiError } from './api/errors';
import type { FailureDetails } from './failure';
import { plural } from './wording';

/** What was being done when the service said no. */
export interface Occasion {
	doing: 'submit' | 'status' | 'download' | 'generate' | 'designs' | 'design';
	jobId?: string;
	designId?: string;
	/** Rows of the request, for a submit. */
	rows?: number;
}

export type Text = Pick<FailureDetails, 'message' | 'description'>;

export const CREDENTIAL = "credential 'ImaginePDF API'";

/** Refusals that mean the same whatever was being done, by `error.code` (API page, "Errors"). */
const BY_CODE: Record<string, (occasion: Occasion) => Text> = {
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

/** Fallbacks by HTTP status, for codes nobody has documented yet. */
const BY_STATUS: Record<number, (occasion: Occasion) => Text> = {
	400: notAccepted,
	401: wrongKey,
	402: noCredits,
	403: planLacks,
	404: notFound,
	405: notFound,
	413: tooLarge,
	429: tooManyRequests,
};

/** What a refusal means and what to do about it. */
export function textFor(error: ApiError): (occasion: Occasion) => Text {
	const byCode = Object.hasOwn(BY_CODE, error.code) ? BY_CODE[error.code] : undefined;
	const notOurs = error.code === AnswerFault.notImaginePdf;
	if (error.status === 429 || error.status === 413) return BY_STATUS[error.status] ?? serverTrouble;
	if (error.status >= 500) return serverTrouble;
	if (byCode && !(notOurs && error.status >= 400 && error.status < 404)) return byCode;
	return BY_STATUS[error.status] ?? serverTrouble;
}

function wrongKey(): Text {
	return {
		message: 'ImaginePDF does not accept the API key',
		description: `Copy the API key of your workspace from ImaginePDF again and paste it into the ${CREDENTIAL}.`,
	};
}

function expiredKey(): Text {
	return {
		message: 'The ImaginePDF API key has expired',
		description: `Create a new API key in ImaginePDF and paste it into the ${CREDENTIAL}.`,
	};
}

function noCredits({ rows, doing }: Occasion): Text {
	const need = doing === 'submit' && rows ? `This batch needs ${plural(rows, 'credit')}. ` : '';
	return {
		message: 'The ImaginePDF workspace does not have enough credits',
		description: `${need}Nothing of it was rendered or charged. Add credits in ImaginePDF, then run this again.`,
	};
}

function planLacks({ doing }: Occasion): Text {
	const batch = doing === 'submit' || doing === 'status' || doing === 'download';
	return batch
		? {
				message: 'The ImaginePDF plan of this workspace does not include batch generation',
				description:
					"Change to a plan with batches, or use the resource 'PDF' with the operation 'Generate', which works without them.",
			}
		: {
				message: 'The ImaginePDF plan of this workspace does not include API access',
				description: `Change to a plan that includes API keys, or choose a ${CREDENTIAL} of another workspace.`,
			};
}

function unknownDesign({ designId }: Occasion): Text {
	return {
		message: `Design '${designId ?? ''}' was not found in this workspace`,
		description: `Choose the design from the list, or check its ID and that the ${CREDENTIAL} belongs to its workspace.`,
	};
}

function noOutput(): Text {
	return {
		message: 'There is no file for this job',
		description:
			"The job may not be finished yet, or none of its rows could be rendered. Look at it with the operation 'Get Status'.",
	};
}

function notAccepted({ doing }: Occasion): Text {
	return {
		message:
			doing === 'submit' || doing === 'generate'
				? 'ImaginePDF does not accept these rows'
				: 'ImaginePDF does not accept this request',
		description:
			'Nothing was rendered or charged. Correct what ImaginePDF names, then run this again.',
	};
}

function notFound({ doing, jobId, designId }: Occasion): Text {
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

function tooLarge(): Text {
	return {
		message: 'The batch is too large for ImaginePDF',
		description: "Lower the option 'Rows per Batch', or send less text per row.",
	};
}

function tooManyRequests(): Text {
	return {
		message: 'ImaginePDF is receiving too many requests right now',
		description:
			"Wait a little, then run this again. The option 'Max Concurrent Jobs' lowers the load.",
	};
}

function serverTrouble({ doing }: Occasion): Text {
	const waiting = doing === 'status' || doing === 'download';
	return {
		message: 'ImaginePDF could not answer the request',
		description: waiting
			? "The trouble is on ImaginePDF's side. Try again later with the operation 'Download' and this job's ID: it costs nothing."
			: "The trouble is on ImaginePDF's side. Try again later.",
	};
}

function notImaginePdf(): Text {
	return {
		message: 'The answer did not come from ImaginePDF',
		description: `Check the base URL in the ${CREDENTIAL}, and whether a proxy or a login page stands between n8n and ImaginePDF.`,
	};
}

function unexpectedData(): Text {
	return {
		message: 'The answer of ImaginePDF is not as documented',
		description:
			'A field is missing or has another type than expected. Update this node; if that does not help, report it.',
	};
}
