import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { StoppedError, settle } from '../core/async';
import { Failure } from '../core/failure';
import { jobIdsIn, paidText } from '../core/jobs/paidMessages';
import { toFailure } from '../core/messages';
import { rememberId } from '../n8n/crashMark';
import { Exit, toNodeError } from '../n8n/exit';
import { numberEqualFileNames } from '../n8n/files';
import { isToolRun } from '../n8n/n8nCompat';
import { loggerOf, openSession, redactFor, systemClock } from '../n8n/session';
import { answerForModel } from '../n8n/toolAnswer';
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
		const message = `The operation '${name}' of '${resource}' is not known`;
		const description = 'Choose the operation again in the node.';
		throw new NodeOperationError(context.getNode(), message, { description, itemIndex: 0 });
	}
	if (context.getInputData().length === 0) return [];
	rememberId(context);
	const outcome = await settle(async () => {
		const session = await openSession(context);
		return await operation.run({ session, settings: operation.read(context) });
	});
	if (!outcome.ok) return await handleFailure(context, outcome.error);
	numberEqualFileNames(outcome.value);
	return isToolRun(context) ? answerForModel(outcome.value) : outcome.value;
}

async function handleFailure(
	context: IExecuteFunctions,
	error: unknown,
): Promise<INodeExecutionData[]> {
	const redact = await redactFor(context);
	const exit = new Exit(context, { redact, clock: systemClock });
	if (error instanceof StoppedError) {
		const left = exit.left();
		const note = paidText(left);
		if (note) loggerOf(context, redact).warn(`Stopped. ${note}`, { jobIds: jobIdsIn(left) });
		// After an error n8n waits for the next try, also when it was stopped; after a result it does not.
		if (context.getNode().retryOnFail) return [];
		throw toNodeError(context.getNode(), stopped(), redact);
	}
	const failure = toFailure(error, { doing: 'other' });
	if (!context.continueOnFail()) throw exit.error(failure);
	const { itemIndexes = [...context.getInputData().keys()] } = failure.details;
	if (exit.left().length === 0) return [exit.item(failure, itemIndexes)];
	// What is paid for is named with the item whose it is.
	const common = failure.with({ jobIds: [], isPaid: false });
	return itemIndexes.map((item) => exit.item(common, [item]));
}

function stopped(): Failure {
	return new Failure({
		message: 'The execution was stopped',
		description:
			"Jobs that were already submitted go on at ImaginePDF and are paid for. Their IDs are in n8n's log; fetch them with the operation 'Download'.",
		code: 'STOPPED',
	});
}
