import type { IExecuteFunctions, INode, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { openLedger } from './ledgerStore';
import { errorItemJson, offersRetry } from './n8nCompat';
import { pairedTo } from './output';
import type { Redact } from './redact';
import type { Failure } from '../core/failure';
import type { Ledger } from '../core/jobs/ledger';
import type { LedgerEntry } from '../core/jobs/ledgerEntry';
import { withPaid } from '../core/jobs/paidMessages';
import type { Clock } from '../core/ports';

export type NodeError = NodeApiError | NodeOperationError;

/**
 * The one way out for what went wrong: as the error that the node stops with, or as an item with On Error:
 * Continue. It alone knows what is paid for, from the ledger, and says so with whatever failed.
 */
export class Exit {
	private readonly canRetry: boolean;

	private readonly redact: Redact;
	private readonly ledger: Ledger;

	constructor(
		private readonly context: IExecuteFunctions,
		{ redact, clock }: { redact: Redact; clock: Clock },
	) {
		this.canRetry = offersRetry(context);
		this.redact = redact;
		this.ledger = openLedger(context, clock);
	}

	/** What the node stops with, and all of the run that is paid for or may be. */
	error(failure: Failure): NodeError {
		const told = withPaid(failure, this.left(), this.canRetry);
		return toNodeError(this.context.getNode(), told, this.redact);
	}

	/** The item that stands for inputs, with what is paid for of these: an earlier try may have paid. */
	item(failure: Failure, itemIndexes: readonly number[]): INodeExecutionData {
		return this.itemWith(failure.with({ itemIndexes: [...itemIndexes] }), this.left(itemIndexes));
	}

	/** The item that stands for a job of this run: of what is paid for, its own entry only. */
	outcome(failure: Failure): INodeExecutionData {
		const own = new Set(failure.details.entries);
		return this.itemWith(
			failure,
			this.left().filter((entry) => own.has(entry)),
		);
	}

	/** What this run and its earlier tries have paid for and not emitted. */
	left(itemIndexes?: readonly number[]): LedgerEntry[] {
		return this.ledger.left(itemIndexes);
	}

	private itemWith(failure: Failure, entries: readonly LedgerEntry[]): INodeExecutionData {
		const told = withPaid(failure, entries, false);
		return {
			json: errorJson(this.context, told, this.redact),
			pairedItem: pairedTo(told.details.itemIndexes ?? [0]),
		};
	}
}

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
function errorJson(context: IExecuteFunctions, failure: Failure, redact: Redact): JsonObject {
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
