import type { ExecutionLifecycleHooks } from 'n8n-core';
import type { IDataObject, INodeParameters, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

import type { InMemoryCredentials } from './credentials.mts';
import { n8nCore } from './modules.mts';

/** Part of n8n's server, which this package does not use; a call is a mistake in the test. */
function notHere(what: string) {
	return async (): Promise<never> => {
		throw new Error(`${what} is not part of the test engine`);
	};
}

interface About {
	credentials: InMemoryCredentials;
	executionId?: string;
	hooks?: ExecutionLifecycleHooks;
	/** n8n's variables. */
	variables?: IDataObject;
	/** When the workflow's time is up, in ms since the epoch. */
	deadline?: number | undefined;
	/** What the editor's panel holds at the moment. */
	currentNodeParameters?: INodeParameters;
}

/** What n8n's server hands to every execution and to every editor request. */
export function additionalData({
	credentials,
	deadline,
	variables = {},
	...about
}: About): IWorkflowExecuteAdditionalData {
	const local = 'http://localhost:5678';
	return {
		...about,
		credentialsHelper: credentials,
		...(deadline !== undefined && { executionTimeoutTimestamp: deadline }),
		externalSecretsProxy: new n8nCore.ExternalSecretsProxy(),
		currentNodeExecutionIndex: 0,
		variables,
		restApiUrl: `${local}/rest`,
		instanceBaseUrl: `${local}/`,
		formBaseUrl: `${local}/form`,
		formWaitingBaseUrl: `${local}/form-waiting`,
		formTestBaseUrl: `${local}/form-test`,
		webhookBaseUrl: `${local}/webhook`,
		webhookWaitingBaseUrl: `${local}/webhook-waiting`,
		webhookTestBaseUrl: `${local}/webhook-test`,
		mcpBaseUrl: `${local}/mcp`,
		mcpTestBaseUrl: `${local}/mcp-test`,
		logAiEvent: () => {},
		executeWorkflow: notHere('Calling another workflow'),
		getRunExecutionData: notHere('Reading another execution'),
		getRuntimeCredential: notHere('A runtime credential'),
		startRunnerTask: notHere('A task runner'),
	};
}
