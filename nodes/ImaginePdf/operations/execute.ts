import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { StoppedError, settle } from '../core/async';
import { Failure } from '../core/failure';
import { jobIdsIn, stoppedNote } from '../core/jobs/jobMessages';
import { withEarlier } from '../core/jobs/report';
import { toFailure } from '../core/toFailure';
import { systemClock } from '../n8n/clock';
import { toNodeError } from '../n8n/errors';
import { openLedger } from '../n8n/ledgerStore';
import { errorItem } from '../n8n/output';
import { loggerOf, redactFor } from '../n8n/session';
import { findOperation } from './index';

/**
 * Runs the operation that the node's parameters name. Whatever goes wrong leaves as an n8n error, or
 * as an error item for all inputs with On Error: Continue.
 * @throws NodeApiError, NodeOperationError
 */
export async function executeOperation(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	const operation = findOperation(resource, name);
	if (!operation) {
		throw new NodeOperationError(
			context.getNode(),
			`The operation '${name}' of '${resource}' is not known`,
			{
				description: 'Choose the operation again in the node.',
				itemIndex: 0,
			},
		);
	}
	const outcome = await settle(() => operation.execute(context));
	if (outcome.ok) return outcome.value;
	return await handleFailure(context, outcome.error);
}

async function handleFailure(
	context: IExecuteFunctions,
	error: unknown,
): Promise<INodeExecutionData[]> {
	const redact = await redactFor(context);
	const ledger = openLedger(context, systemClock);
	if (error instanceof StoppedError) {
		const left = ledger.left();
		const note = stoppedNote(left);
		if (note) loggerOf(context, redact).warn(note, { jobIds: jobIdsIn(left) });
		// After an error n8n waits for the next try, also when it was stopped; after a result it does not.
		if (context.getNode().retryOnFail) return [];
		throw toNodeError(context.getNode(), stopped(), redact);
	}
	const canRetry = !context.continueOnFail();
	const failure = withEarlier(toFailure(error, { doing: 'other', canRetry }), ledger, canRetry);
	if (canRetry) throw toNodeError(context.getNode(), failure, redact);
	const all = [...context.getInputData().keys()];
	return [errorItem(context, failure, redact, failure.details.itemIndexes ?? all)];
}

function stopped(): Failure {
	return new Failure({
		message: 'The execution was stopped',
		description:
			"Jobs that were already submitted go on at ImaginePDF and are paid for. Their IDs are in n8n's log; fetch them with the operation 'Download'.",
		code: 'STOPPED',
		fromService: false,
	});
}
