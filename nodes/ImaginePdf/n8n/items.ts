import type { INodeExecutionData } from 'n8n-workflow';

import type { FailedItems } from './exit';
import { addHint } from './output';
import { PictureUploads, withPictures, type Rows } from './pictures';
import type { Session } from './session';
import { inLanes, settle } from '../core/async';
import { readDesign } from '../core/designs/readDesign';
import { Failure } from '../core/failure';
import { UPLOADS_AT_ONCE } from '../core/limits';
import { isRecord } from '../core/objects';
import { lowerFirst } from '../core/text';
import { buildRows } from '../core/rows/build';
import { LABEL, RowsRefused, type RowIssue } from '../core/rows/issues';
import type { Variables } from '../core/designs/variable';
import type { BuildOptions, BuiltRows, RowInput, RowSource } from '../core/rows/types';
import { toFailure } from '../core/messages';

/** How rows are read and built. */
export interface RowSettings extends Omit<BuildOptions, 'variablesOf' | 'timeZone'> {
	rowSource: RowSource;
	/** Empty where an item names no design. */
	designIdOf: (itemIndex: number) => string;
	/** What the mapper of the editor holds. */
	mappingOf: (itemIndex: number) => {
		mappingMode?: string | undefined;
		value?: Record<string, unknown> | null | undefined;
	};
	rowsJsonOf: (itemIndex: number) => unknown;
	/** The name for each item's file. It is read before anything is paid for, since it may be refused. */
	fileNameOf: (itemIndex: number) => string;
	/** Nothing is uploaded then. */
	checkOnly: boolean;
}

/**
 * From items to checked rows: reads each item's parameters, asks for the designs' variables, builds, and
 * uploads pictures. Nothing is submitted. With On Error: Continue, items that cannot be sent are told apart
 * and the others go on.
 * @throws Failure naming the items and the remedy
 */
export async function prepareRows(session: Session, settings: RowSettings): Promise<Rows> {
	const { context } = session;
	const items = new Items(session);
	for (const [itemIndex, item] of context.getInputData().entries()) {
		await items.read(itemIndex, item, settings);
	}
	const variables = await items.readVariables(settings.missingVariables === 'sample');
	const { rows, hint } = await items.build({
		...settings,
		timeZone: context.getTimezone(),
		nodeBefore: context.getInputSourceData?.()?.previousNode,
		variablesOf: (designId) => variables.get(designId) ?? NOT_ASKED,
	});
	if (hint) addHint(context, session.redact(hint.text), hint.type);
	const { uploads, refused } = items;
	return await withPictures(session, uploads, { rows, refused }, settings.checkOnly);
}

const NOT_ASKED: Variables = { known: false, reason: 'they were not asked for' };

/** The items that can still become rows, and those that cannot. */
class Items {
	readonly refused: FailedItems[] = [];
	private inputs: RowInput[] = [];
	readonly uploads: PictureUploads;
	/** With On Error: Continue the good items go on. */
	private readonly goesOn: boolean;

	constructor(private readonly session: Session) {
		this.uploads = new PictureUploads(session);
		this.goesOn = session.context.continueOnFail();
	}

	async read(itemIndex: number, item: INodeExecutionData, settings: RowSettings): Promise<void> {
		const written: Record<string, unknown> = this.session.context.getNode().parameters;
		const outcome = await settle(async () => readItem(itemIndex, item, settings, written));
		// A setting is mostly wrong for all items.
		if (outcome.ok) this.inputs.push(outcome.value);
		else if (!this.goesOn || !(outcome.error instanceof Failure)) throw outcome.error;
		else this.refused.push({ failure: outcome.error, itemIndexes: [itemIndex] });
	}

	/** The variables of every design that the items name; each is asked for once. */
	async readVariables(isSampleWanted: boolean): Promise<ReadonlyMap<string, Variables>> {
		const { client, signal } = this.session;
		const found = new Map<string, Variables>();
		for (const designId of new Set(this.inputs.map((input) => input.designId))) {
			if (designId === '') continue;
			const design = await settle(() => readDesign(client, designId, { signal }), signal);
			if (design.ok) found.set(designId, design.value.variables);
			// Without its variables the design's sample content could show, which only that option allows.
			else if (!isSampleWanted) this.refuseDesign(designId, design.error);
		}
		return found;
	}

	/** @throws Failure of everything that is refused, unless On Error is Continue */
	async build(options: BuildOptions): Promise<BuiltRows> {
		for (;;) {
			const outcome = await settle(async () => buildRows(this.inputs, options));
			const issues = outcome.ok ? [] : await this.issuesOf(outcome.error, options);
			if (!this.goesOn) this.stopFor(issues);
			if (outcome.ok) return outcome.value;
			// Without the refused rows the others may be built differently.
			this.refuseRows(new RowsRefused(issues));
		}
	}

	/** Stops the node for these issues and what was refused before; goes on where there is neither. */
	private stopFor(issues: readonly RowIssue[]): void {
		const [only, other] = new Set(this.refused.map(({ failure }) => failure));
		if (only && !other && issues.length === 0) throw only;
		const early = this.refused.map(({ failure, itemIndexes }) => issueOf(failure, itemIndexes));
		const all = [...early, ...issues];
		if (all.length > 0) throw asFailure(new RowsRefused(all));
	}

	/** Bad values and bad pictures are reported in one round. @throws what is no refusal of rows */
	private async issuesOf(refused: unknown, { images = [] }: BuildOptions): Promise<RowIssue[]> {
		if (!(refused instanceof RowsRefused)) throw refused;
		const concerned = new Set(refused.itemIndexes);
		const fields = this.inputs
			.filter(({ itemIndex }) => !this.goesOn || concerned.has(itemIndex))
			.flatMap(({ itemIndex, binaryFields = [] }) =>
				images
					.filter(({ binaryField }) => binaryFields.includes(binaryField))
					.map(({ binaryField }) => ({ itemIndex, binaryField })),
			);
		const issues = await inLanes(UPLOADS_AT_ONCE, fields, async (field): Promise<RowIssue[]> => {
			const checked = await settle(() => this.uploads.check(field), this.session.signal);
			if (checked.ok) return [];
			return [issueOf(toFailure(checked.error, { doing: 'upload' }), [field.itemIndex])];
		});
		return [...refused.issues, ...issues.flat()];
	}

	private refuseDesign(designId: string, error: unknown): void {
		const concerned = this.inputs.filter((input) => input.designId === designId);
		const itemIndexes = concerned.map(({ itemIndex }) => itemIndex);
		this.inputs = this.inputs.filter((input) => input.designId !== designId);
		const failure = toFailure(error, { doing: 'design', designId }).with({ itemIndexes });
		// Another reason, such as a wrong key, mostly holds for all designs.
		if (!this.goesOn && failure.details.code !== 'DESIGN_NOT_FOUND') throw failure;
		this.refused.push(...itemIndexes.map((item) => ({ failure, itemIndexes: [item] })));
	}

	/** Takes out what is refused: rows of an item's JSON, or whole items. */
	private refuseRows(refused: RowsRefused): void {
		const out = new Map<number, Set<number> | 'all'>();
		for (const part of refused.perRow()) {
			const rows = part.issues.flatMap(({ rowIndex }) => rowIndex ?? []);
			const isPart = rows.length === part.issues.length;
			for (const item of part.itemIndexes) out.set(item, isPart ? new Set(rows) : 'all');
			this.refused.push({ failure: asFailure(part), itemIndexes: part.itemIndexes });
		}
		this.inputs = this.inputs.flatMap((input) => {
			const own = out.get(input.itemIndex) ?? [];
			if (own === 'all') return [];
			return { ...input, without: new Set([...(input.without ?? []), ...own]) };
		});
	}
}

function issueOf({ details }: Failure, itemIndexes: readonly number[]): RowIssue {
	return { itemIndexes, reason: lowerFirst(details.message), remedy: details.description };
}

function asFailure(refusal: RowsRefused): Failure {
	return new Failure({
		message: refusal.headline,
		description: refusal.description,
		isBeforePaying: true,
		code: 'INVALID_ROWS',
		itemIndexes: [...refusal.itemIndexes],
	});
}

function readItem(
	itemIndex: number,
	{ json, binary = {} }: INodeExecutionData,
	settings: RowSettings,
	written: Readonly<Record<string, unknown>>,
): RowInput {
	const designId = settings.designIdOf(itemIndex);
	settings.fileNameOf(itemIndex);
	const given = readValues(itemIndex, json, settings, written);
	// One PDF for each item, where one for each group was wanted, would cost more than was meant.
	if (settings.groupBy && given.source !== 'items') {
		throw new Failure({
			message: `'${LABEL.groupBy}' needs the fields of the items`,
			description: `Choose 'Fields of Each Item' as the '${LABEL.rowSource}', map automatically, or empty the option '${LABEL.groupBy}'.`,
			isBeforePaying: true,
			code: 'INVALID_SETTING',
		});
	}
	return { itemIndex, designId, binaryFields: Object.keys(binary), item: json, ...given };
}

function readValues(
	itemIndex: number,
	values: INodeExecutionData['json'],
	{ rowSource: source, rowsJsonOf, mappingOf }: RowSettings,
	{ rowsJson, variables }: Readonly<Record<string, unknown>>,
): Pick<RowInput, 'source' | 'values' | 'written'> {
	if (source === 'items') return { source, values };
	if (source === 'json') return { source, values: rowsJsonOf(itemIndex), written: rowsJson };
	const { mappingMode, value } = mappingOf(itemIndex);
	// Mapping automatically means fields of the same name, as with the item itself.
	if (mappingMode === 'autoMapInputData') return { source: 'items', values };
	const written = isRecord(variables) ? variables.value : undefined;
	return { source, values: value ?? {}, written };
}
