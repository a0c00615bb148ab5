import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import { openLedger } from './ledgerStore';
import { addHint, errorItem } from './output';
import type { Session } from './session';
import { settle } from '../core/api/retry';
import { readDesign } from '../core/designs';
import { designIdFrom } from '../core/designId';
import { explain } from '../core/explain';
import { Failure } from '../core/failure';
import type { Ledger } from '../core/jobs/ledger';
import { withEarlier } from '../core/jobs/report';
import { buildRows, hintText, RowsRefused } from '../core/rows';
import type {
	BuildOptions,
	BuiltRows,
	MissingVariables,
	RowInput,
	RowSource,
	Variables,
} from '../core/rows/types';

/** How rows are read and built. */
export interface RowSettings {
	rowSource: RowSource;
	onlyFields: string;
	missingVariables: MissingVariables;
}

/** Rows that can be sent, and items that cannot. */
export interface ReadyRows {
	built: BuiltRows;
	/** Items that cannot be sent, with On Error: Continue. */
	refused: INodeExecutionData[];
}

const mapperSchema = z.object({
	mappingMode: z.string().optional(),
	value: z.record(z.unknown()).nullish(),
});

/**
 * From items to checked rows: reads each item's parameters, asks for the designs' variables, builds.
 * Nothing is submitted. With On Error: Continue, items that cannot be sent come back as error items
 * and the others go on.
 * @throws Failure naming the items and the remedy
 */
export async function prepareRows(
	context: IExecuteFunctions,
	session: Session,
	settings: RowSettings,
): Promise<ReadyRows> {
	const bench = new Bench(context, session, settings.rowSource);
	const variables = await bench.readVariables(settings);
	const built = bench.build({
		...settings,
		variablesOf: (designId) => variables.get(designId) ?? NOT_ASKED,
	});
	const hint = hintText(built.findings);
	if (hint) addHint(context, session.redact(hint));
	return { built, refused: bench.refused };
}

const NOT_ASKED: Variables = { known: false, reason: 'they were not asked for' };

/** The inputs that are still in the game, and the error items of those that are not. */
class Bench {
	readonly refused: INodeExecutionData[] = [];
	private inputs: RowInput[] = [];
	/** Opened once, since it is asked for every item that is refused. */
	private readonly ledger: Ledger;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
		private readonly source: RowSource,
	) {
		this.ledger = openLedger(context, session.clock);
		for (const index of context.getInputData().keys()) this.readInput(index);
	}

	/** The variables of every design that the items name; each is asked for once. */
	async readVariables({ missingVariables }: RowSettings): Promise<Map<string, Variables>> {
		const { client, signal } = this.session;
		const found = new Map<string, Variables>();
		for (const designId of new Set(this.inputs.map((input) => input.designId))) {
			if (designId === '') continue;
			const design = await settle(() => readDesign(client, designId, { signal }));
			signal.throwIfAborted();
			if (design.ok) found.set(designId, design.value.variables);
			// Without its variables a design's sample content could show; only who asked for it may go on.
			else if (missingVariables === 'sample') found.set(designId, NOT_ASKED);
			else this.refuseDesign(designId, design.error);
		}
		return found;
	}

	build(options: BuildOptions): BuiltRows {
		for (;;) {
			const outcome = attempt(() => buildRows(this.inputs, options));
			if (outcome.ok) return outcome.value;
			if (!(outcome.error instanceof RowsRefused)) throw outcome.error;
			// Without the refused items the others may fare differently, e.g. as to what is blank.
			this.refuseRows(outcome.error);
		}
	}

	private readInput(itemIndex: number): void {
		const input = attempt(() => readInput(this.context, itemIndex, this.source));
		if (input.ok) this.inputs.push(input.value);
		else if (input.error instanceof Failure) this.refuse(input.error, [itemIndex]);
		else throw input.error;
	}

	private refuseDesign(designId: string, error: unknown): void {
		const itemIndexes = this.inputs
			.filter((input) => input.designId === designId)
			.map((input) => input.itemIndex);
		const explained = explain(error, { doing: 'design', designId });
		if (!(explained instanceof Failure)) throw explained;
		this.refuse(explained.with({ itemIndexes }), itemIndexes);
	}

	private refuseRows(refusal: RowsRefused): void {
		if (!this.context.continueOnFail()) throw asFailure(refusal);
		const bad = refusal.perItem();
		this.inputs = this.inputs.filter((input) => !bad.has(input.itemIndex));
		for (const own of bad.values()) {
			const failure = this.withEarlier(asFailure(own));
			this.refused.push(errorItem(this.context, failure, this.session.redact));
		}
	}

	/** Nothing else is told of an item with On Error: Continue. */
	private withEarlier(failure: Failure): Failure {
		return withEarlier(failure, this.ledger, !this.context.continueOnFail());
	}

	/** Takes items out, or ends the node where it is set to stop. */
	private refuse(given: Failure, itemIndexes: readonly number[]): void {
		if (!this.context.continueOnFail()) throw given;
		const out = new Set(itemIndexes);
		this.inputs = this.inputs.filter((input) => !out.has(input.itemIndex));
		for (const itemIndex of itemIndexes) {
			const own = this.withEarlier(given.with({ itemIndexes: [itemIndex] }));
			this.refused.push(errorItem(this.context, own, this.session.redact));
		}
	}
}

function asFailure(refusal: RowsRefused): Failure {
	return new Failure({
		message: refusal.headline,
		description: `${refusal.description} Nothing was submitted.`,
		code: 'INVALID_ROWS',
		fromService: false,
		itemIndexes: [...refusal.itemIndexes],
	});
}

/**
 * The design an item names; empty where it names none.
 * @throws Failure when what was entered cannot be an id
 */
export function readDesignId(context: IExecuteFunctions, itemIndex: number): string {
	const entered: unknown = context.getNodeParameter('designId', itemIndex, '', {
		extractValue: true,
	});
	return typeof entered === 'string' ? designIdFrom(entered, itemIndex) : '';
}

function readInput(context: IExecuteFunctions, itemIndex: number, source: RowSource): RowInput {
	const designId = readDesignId(context, itemIndex);
	return { itemIndex, designId, ...readValues(context, itemIndex, source) };
}

function readValues(
	context: IExecuteFunctions,
	itemIndex: number,
	source: RowSource,
): Pick<RowInput, 'source' | 'values'> {
	const item = { source: 'items' as const, values: context.getInputData()[itemIndex]?.json };
	if (source === 'items') return item;
	if (source === 'json')
		return { source, values: context.getNodeParameter('rowsJson', itemIndex, {}) };
	const mapper = mapperSchema.parse(context.getNodeParameter('variables', itemIndex, {}));
	// Mapping automatically means: fields of the same name, which is what sending the item does.
	if (mapper.mappingMode === 'autoMapInputData') return item;
	return { source, values: mapper.value ?? {} };
}

type Attempt<T> = { ok: true; value: T } | { ok: false; error: unknown };

function attempt<T>(work: () => T): Attempt<T> {
	try {
		return { ok: true, value: work() };
	} catch (error) {
		return { ok: false, error };
	}
}
