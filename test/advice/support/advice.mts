import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { shapeOf } from '../../engine/harness/documented.mts';
import type { RetryOptions, RunResult } from '../../engine/harness/index.mts';
import {
	good,
	invoices,
	NODE,
	openEngineSetup,
	QUICK,
	type EngineSetup,
	type EngineSetupOptions,
	type NodeUnderTest,
} from '../../engine/support/setup.mts';
import { Page } from '../../package/support/markdown.mts';

/*
 * The page of messages promises that what it advises works, and what it costs. Each case here gets to a
 * message, does what the page says, and looks at what came of it; credits are counted for all of it.
 */

interface About {
	/** The first cell of its row. */
	message: string;
	/** What is done about it, for the name of the test. */
	by: string;
	/** Credits that are charged in all, the first run included; 2 unless told. */
	credits?: number;
	/** How many of them are charged for rows that were paid for before, as the advice says. */
	again?: number;
	options?: EngineSetupOptions;
}

/** One message of the page, and what a reader does about it. */
export interface AdviceCase extends About {
	follow(given: Given): Promise<void>;
}

type Values = Record<string, unknown>;

/** A case in which the node is run, and then runs again, or a job is downloaded. */
export interface OneStep extends About {
	/** Two invoices unless told. */
	items?: IDataObject[];
	node?: NodeUnderTest;
	/** What goes wrong, until all faults are taken back. */
	trouble?(given: Given): unknown;
	/** Runs the node in another way than with its items before it. */
	run?(given: Given): Promise<RunResult>;
	/** In the description of the message. */
	says: string | RegExp;
	/** Credits that were charged by then. */
	paid?: number;
	/** What else is set right. */
	mend?(given: Given, failed: RunResult): unknown;
	/** Parameters that are changed for a retry of the execution, also as the description says. */
	retry?: Values | ((description: string) => Values);
	/** What else is changed for it. */
	more?(given: Given): RetryOptions;
	/** Parameters of a download of the job that the description names. */
	download?: Values;
	/** How the node is set in a new execution. */
	anew?: NodeUnderTest;
	/** Items of the new execution, where they are others. */
	anewItems?: IDataObject[];
	/** How many PDFs each item holds in the end. */
	gives?: number[];
	/** What else is so in the end. */
	check?(given: Given): void;
}

/** What a case works with. */
export interface Given {
	setup: EngineSetup;
	/**
	 * The description of a run's message, of the item where several are told.
	 * @throws where the message is not that of the case
	 */
	told(result: RunResult, item?: number): string;
	/** Enters other data into the credential that the run's node uses. */
	renew(ran: RunResult, data: Partial<ICredentialDataDecryptedObject>): void;
}

/** Follows the advice of every message in a section of the page. */
export function followAdvice(section: string, cases: ReadonlyArray<AdviceCase | OneStep>): void {
	const page = Page.read('docs/messages.md').section(section);
	const documented = page.rows.map(([message = '']) => message);

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
			setup = await openEngineSetup({ timing: QUICK, ...one.options });
			const repeated = watchRows(setup);
			const { credits = 2, again = 0 } = one;
			if ('follow' in one) await one.follow(given(setup, one.message));
			else await takeStep(one, given(setup, one.message));
			expect(setup.charged()).toBe(credits);
			expect(repeated()).toBe(again);
		});
	});
}

function titleOf({ message, by, credits = 2, again = 0 }: About): string {
	const cost = again === 0 ? `${credits}` : `${credits} (${again} of them a second time)`;
	return `'${message}': ${by}; credits in all: ${cost}`;
}

async function takeStep(one: OneStep, all: Given): Promise<void> {
	const { setup } = all;
	const { items = invoices(2), node = {} } = one;
	one.trouble?.(all);
	const failed = (await one.run?.(all)) ?? (await setup.run(items, node));
	const description = all.told(failed);
	expect(description).toMatch(one.says);
	// n8n shows these as what another service has said.
	const isOfService = /^ImaginePDF (could|did) not/.test(one.message);
	if (isOfService && failed.error) expect(failed.error.name).toBe('NodeApiError');
	if (one.paid !== undefined) expect(setup.charged()).toBe(one.paid);
	setup.emulator.faults.clear();
	one.mend?.(all, failed);
	const result = await nextStep(one, setup, failed, description);
	// What is asked of a design is free, and has no PDFs.
	const { gives = one.credits === 0 ? [] : [2] } = one;
	expect(countsOf(good(result))).toEqual(gives);
	expect(result.items(NODE)).not.toEqual([]);
	one.check?.(all);
}

async function nextStep(
	{ retry, more, download, anew, anewItems = invoices(2), ...one }: OneStep,
	setup: EngineSetup,
	failed: RunResult,
	description: string,
): Promise<RunResult> {
	if (download) {
		const named = `${failed.error?.message} ${description}`;
		const [jobId = ''] = /job_\w+/.exec(named) ?? [];
		return await setup.download([jobId], download);
	}
	if (anew) return await setup.run(anewItems, anew);
	const edited = typeof retry === 'function' ? retry(description) : retry;
	return await setup.retry(failed, edited, more?.(given(setup, one.message)));
}

/** Counts credits for rows that were charged before. */
function watchRows({ emulator }: EngineSetup): () => number {
	const seen = new Set<string>();
	let repeated = 0;
	emulator.on('charge', ({ designId, values }) => {
		for (const row of values) {
			const own = `${designId} ${JSON.stringify(row)}`;
			if (seen.has(own)) repeated++;
			seen.add(own);
		}
	});
	return () => repeated;
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
		renew: (ran, data) => {
			const { baseUrl } = emulator;
			engine.renewCredential(ran, NODE, 'imaginePdfApi', { baseUrl, ...data });
		},
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

/** The PDFs in each of these files. */
export function countsOf(result: RunResult): number[] {
	return filesOf(result).flatMap(({ json: { fileCount = 1, page } }) =>
		page === undefined ? Number(fileCount) : [],
	);
}

/** On Error: Continue, for a retry. */
export const continuing = (): RetryOptions => ({
	settings: { [NODE]: { onError: 'continueRegularOutput' } },
});

/** Another API key, for a retry. */
export const withKey =
	(apiKey: string) =>
	({ setup }: Given): RetryOptions => ({
		credentials: { [NODE]: { imaginePdfApi: { apiKey, baseUrl: setup.emulator.baseUrl } } },
	});
