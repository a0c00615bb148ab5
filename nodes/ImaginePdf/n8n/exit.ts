import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { openLedger } from './ledgerStore';
import { errorItemJson, offersRetry } from './n8nCompat';
import { pairedTo } from './output';
import type { Redact } from './redact';
import type { Failure } from '../core/failure';
import { whereOf, type Ledger } from '../core/jobs/ledger';
import type { LedgerEntry } from '../core/jobs/ledgerEntry';
import { withPaid } from '../core/jobs/paidMessages';
import type { Clock } from '../core/ports';

/** Items that come to nothing, and why. */
export interface FailedItems {
	readonly failure: Failure;
	readonly itemIndexes: readonly number[];
}

export type NodeError = NodeApiError | NodeOperationError;

/**
 * The one way out for what went wrong: as the error that the node stops with, or as an item with On Error:
 * Continue. It alone knows what is paid for, from the ledger, and says so with whatever failed.
 */
export class Exit {
	private readonly redact: Redact;
	private readonly ledger: Ledger;

	constructor(
		private readonly context: IExecuteFunctions,
		{ redact, clock }: { redact: Redact; clock: Clock },
	) {
		this.redact = redact;
		this.ledger = openLedger(context, clock);
	}

	/** The error that the node stops with, which names everything of the run that is paid for or may be. */
	error(failure: Failure): NodeError {
		const isFirstRun = this.ledger.scope.where === whereOf(0);
		const reported = withPaid(failure, this.left(), offersRetry(this.context), isFirstRun);
		return toNodeError(this.context.getNode(), reported, this.redact);
	}

	/** The error items of all of these. */
	items(failed: readonly FailedItems[]): INodeExecutionData[] {
		return failed.map(({ failure, itemIndexes }) => this.item(failure, itemIndexes));
	}

	/**
	 * The error item that stands for inputs.
	 * @param paid what is reported with it: what is paid for of these items, since an earlier try may have paid
	 */
	item(
		failure: Failure,
		itemIndexes: readonly number[] = failure.details.itemIndexes ?? [],
		paid = this.ledger.leftOf(itemIndexes),
	): INodeExecutionData {
		const reported = withPaid(failure.with({ itemIndexes: [...itemIndexes] }), paid, false);
		const { httpStatus, code, jobIds = [], designId, message, description } = reported.details;
		const json = errorItemJson(this.context, {
			message: this.redact(message),
			description: this.redact(description),
			...(jobIds.length === 1 && { jobId: this.redact(jobIds.join()) }),
			...(jobIds.length > 1 && { jobIds: jobIds.map(this.redact) }),
			...(designId && { designId: this.redact(designId) }),
			...(httpStatus !== undefined && { httpCode: String(httpStatus) }),
			code: this.redact(code),
		});
		return { json, pairedItem: pairedTo(itemIndexes) };
	}

	/** What this run and its earlier tries have paid for and not emitted. */
	left(): LedgerEntry[] {
		return this.ledger.left();
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
	const httpCode = httpStatus === undefined ? {} : { httpCode: String(httpStatus) };
	const error = fromService
		? new NodeApiError(node, { message }, { message, description, ...about, ...httpCode })
		: new NodeOperationError(node, message, { description, ...about });
	// n8n replaces texts that contain a system code such as EPERM, which an id may do by chance.
	Object.assign(error, { message, description });
	Object.assign(error.context, {
		code: redact(code),
		...(jobIds?.length && { jobIds: jobIds.map(redact) }),
		...(designId && { designId: redact(designId) }),
	});
	return error;
}
