import type { IExecuteFunctions, INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { errorItemJson } from './n8nCompat';
import type { Redact } from './redact';
import type { Failure } from '../core/failure';

export type NodeError = NodeApiError | NodeOperationError;

/**
 * The n8n form of a failure: `NodeApiError` where the service or the network is behind it, else
 * `NodeOperationError`. Neither a cause nor a response is attached, since those hold keys and URLs.
 */
export function toNodeError(node: INode, failure: Failure, redact: Redact): NodeError {
	const { fromService, httpStatus, itemIndexes, code, jobIds, designId } = failure.details;
	const message = redact(failure.details.message);
	const description = redact(failure.details.description);
	// n8n writes the index behind the message, which would blame one item for a whole batch.
	const about = itemIndexes?.length === 1 ? { itemIndex: itemIndexes[0] } : {};
	const httpCode = httpStatus === undefined ? undefined : String(httpStatus);
	const error = fromService
		? new NodeApiError(node, { message } as JsonObject, {
				message,
				description,
				...about,
				...(httpCode && { httpCode }),
			})
		: new NodeOperationError(node, message, { description, ...about });
	// n8n replaces texts that contain a system code such as EPERM, which an id may do by chance.
	error.message = message;
	error.description = description;
	Object.assign(error.context, {
		code: redact(code),
		...(jobIds?.length && { jobIds }),
		...(designId && { designId }),
	});
	return error;
}

/** The JSON of an item that stands for what failed, in the form its output needs. */
export function errorJson(
	context: IExecuteFunctions,
	failure: Failure,
	redact: Redact,
): JsonObject {
	const { httpStatus, code, jobIds = [], designId } = failure.details;
	return errorItemJson(context, {
		message: redact(failure.details.message),
		description: redact(failure.details.description),
		...(jobIds.length === 1 && { jobId: jobIds[0] }),
		...(jobIds.length > 1 && { jobIds }),
		...(designId && { designId }),
		...(httpStatus !== undefined && { httpCode: String(httpStatus) }),
		code: redact(code),
	});
}
