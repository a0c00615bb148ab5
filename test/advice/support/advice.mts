import type { ICredentialDataDecryptedObject, INodeExecutionData } from 'n8n-workflow';

import { shapeOf } from '../../engine/harness/documented.mts';
import type { RetryOptions, RunResult } from '../../engine/harness/index.mts';
import {
	NODE,
	openEngineSetup,
	type EngineSetup,
	type EngineSetupOptions,
} from '../../engine/support/setup.mts';
import { Page } from '../../package/support/markdown.mts';

/*
 * The page of messages promises that what it advises works, and what it costs. Each case here gets to a
 * message, does what the page says, and looks at what came of it; credits are counted for all of it.
 */

/** One message of the page, and what a reader does about it. */
export interface AdviceCase {
	/** The first cell of its row. */
	message: string;
	/** What is done about it, for the name of the test. */
	by: string;
	/** Credits that are charged in all, the first run included. */
	credits: number;
	/** How many of them are charged for rows that were paid for before, as the advice says. */
	again?: number;
	options?: EngineSetupOptions;
	follow(given: Given): Promise<void>;
}

/** What a case works with. */
export interface Given {
	setup: EngineSetup;
	/**
	 * The description of a run's message, of the item where several are told.
	 * @throws where the message is not that of the case
	 */
	told(result: RunResult, item?: number): string;
	/** "Retry" on the saved execution, with parameters of the node that were changed meanwhile. */
	retry(
		failed: RunResult,
		edited?: Record<string, unknown>,
		options?: RetryOptions,
	): Promise<RunResult>;
	/** Enters other data into the credential that the run's node uses. */
	renew(ran: RunResult, data: Partial<ICredentialDataDecryptedObject>): void;
	/** 'Batch: Download' of these jobs, in an execution of its own. */
	download(jobIds: string[], parameters?: Record<string, unknown>): Promise<RunResult>;
}

/** Queue and rows of jobs take next to no time: no case is about how long they take. */
const TIMING = { queueMs: 10, rowMs: 10 };

/** Follows the advice of every message in a section of the page. */
export function followAdvice(section: string, cases: readonly AdviceCase[]): void {
	const documented = Page.read('docs/messages.md')
		.section(section)
		.rows.map(([message = '']) => message);

	describe(`The advice of the section '${section}' in the page of messages`, () => {
		let setup: EngineSetup | undefined;
		afterEach(async () => {
			jest.restoreAllMocks();
			await setup?.close();
			setup = undefined;
		});

		it(`a test follows the advice of every message in the section '${section}', and of no other`, () => {
			expect(new Set(cases.map(({ message }) => message))).toEqual(new Set(documented));
		});

		it.each(cases.map((one) => ({ ...one, title: titleOf(one) })))('$title', async (one) => {
			setup = await openEngineSetup({ timing: TIMING, ...one.options });
			const { repeated, forget } = watchRows(setup);
			try {
				await one.follow(given(setup, one.message));
				expect(setup.charged()).toBe(one.credits);
				expect(repeated()).toBe(one.again ?? 0);
			} finally {
				forget();
			}
		});
	});
}

function titleOf({ message, by, credits, again = 0 }: AdviceCase): string {
	const cost = again === 0 ? `${credits}` : `${credits} (${again} of them a second time)`;
	return `'${message}': ${by}; credits in all: ${cost}`;
}

/** Counts credits for rows that were charged before. */
function watchRows({ emulator }: EngineSetup) {
	const seen = new Set<string>();
	let repeated = 0;
	const forget = emulator.on('charge', ({ designId, values }) => {
		for (const row of values) {
			const own = `${designId} ${JSON.stringify(row)}`;
			if (seen.has(own)) repeated++;
			seen.add(own);
		}
	});
	return { repeated: () => repeated, forget };
}

function given(setup: EngineSetup, message: string): Given {
	const { engine, emulator } = setup;
	return {
		setup,
		told(result, item) {
			const shown = shownOf(result, item);
			expect(shown.message).toMatch(shapeOf(message));
			return shown.description;
		},
		retry: async (failed, edited, options) =>
			await engine.retry(failed, {
				...options,
				...(edited && { edited: { [NODE]: edited } }),
			} as RetryOptions),
		renew: (ran, data) => {
			const { baseUrl } = emulator;
			engine.renewCredential(ran, NODE, 'imaginePdfApi', { baseUrl, ...data });
		},
		download: async (jobIds, parameters) =>
			await setup.run(
				jobIds.map((jobId) => ({ jobId })),
				{ parameters: { resource: 'batch', operation: 'download', ...parameters } },
			),
	};
}

/** What a user reads: of the error, or of an item with On Error: Continue. */
function shownOf(result: RunResult, item?: number): { message: string; description: string } {
	if (item === undefined) {
		// Of a stopped execution n8n saves no error; what the node ended with is in what the engine returns.
		const error = result.error ?? result.run.data.resultData.error;
		return { message: error?.message ?? '', description: String(error?.description ?? '') };
	}
	const { error, description } = result.json(NODE)[item] ?? {};
	return { message: String(error), description: String(description) };
}

/** The items that a run has handed on with a file. */
export function filesOf(result: RunResult): INodeExecutionData[] {
	return result.items(NODE).filter(({ binary }) => binary?.['data']);
}
