import {
	designOf,
	KEYS,
	type DesignVariable,
	type EmulatorOptions,
	type Row,
} from '../../emulator/index.mts';
import type { RunResult } from '../../engine/harness/index.mts';
import { byId, NODE, openEngineSetup, type EngineSetup } from '../../engine/support/setup.mts';
import { runWithFiles } from '../../engine/support/pictures.mts';
import { table, UPLOADED, type Rows, type SourceCase, type SourceCases } from './case.mts';
import { follow } from './follow.mts';

type Parameters = Record<string, unknown>;

/** How the service may tell a design, which is not documented; each case meets another form. */
const FORMS: Array<NonNullable<EmulatorOptions['choices']>> = [
	{ nodes: 'byId', variableTypes: 'told' },
	{ nodes: 'list', variableTypes: 'untold', tableCells: 'data.content', headerRow: 'styles' },
	{ nodes: 'nested', variableTypes: 'untold', variableStore: 'byId', tableCells: 'data' },
	{ nodes: 'nested', variableTypes: 'untold', variableStore: 'array', nodeNames: 'unnamed' },
	{ nodes: 'list', variableTypes: 'untold', variableStore: 'byNode', nodeNames: 'unnamed' },
];
const PLAIN = {
	...FORMS[0],
	variableStore: 'design',
	nodeNames: 'named',
	tableCells: 'strings',
	headerRow: 'data',
} as const;

const SUBMIT = { resource: 'batch', operation: 'submit', waitForCompletion: false };
const GENERATE = { resource: 'pdf', operation: 'generate' };

/** Runs a family of sources, each through Submit, Generate and Check Only. */
export function describeSources(family: string, cases: SourceCases): void {
	describe(`Items of real sources: ${family}`, () => {
		let setup: EngineSetup;
		beforeAll(async () => {
			setup = await openEngineSetup();
		});
		afterAll(async () => {
			await setup.close();
		});

		const all = Object.entries(cases).map(([source, one], index) => {
			const { refused, sends } = one;
			const title = `${source} is ${refused ? 'refused' : 'taken'}`;
			return { title: sends && refused ? `${title}, and its advice helps` : title, one, index };
		});
		it.each(all)('$title', async ({ one, index }) => {
			await new CaseRun(setup, one, index).judge();
		});
	});
}

/** A design that has what a row sends. */
function designFor(row: Record<string, unknown> = {}): Array<string | DesignVariable> {
	return Object.entries(row).map(([name, value]) =>
		Array.isArray(value) ? table(name, ...value[0]) : name,
	);
}

class CaseRun {
	private readonly designId: string;

	constructor(
		private readonly setup: EngineSetup,
		private readonly one: SourceCase,
		private readonly index: number,
	) {
		const { emulator } = setup;
		const { design = designFor([one.sends ?? []].flat()[0]) } = one;
		const form = 'designId' in design ? {} : (FORMS[index % FORMS.length] ?? {});
		const made =
			'designId' in design
				? design
				: designOf({ designId: `source_${index}`, name: 'Title', variables: design });
		this.designId = made.designId;
		emulator.addDesign(KEYS.demo, made);
		const hasTokens = made.variables.some(({ tokens }) => tokens);
		// Only the second generation has a tree, and tokens that are no variables of their own.
		emulator.generations.first = index % 2 === 0 && form.nodeNames !== 'unnamed' && !hasTokens;
		Object.assign(emulator.behaviour.choices, PLAIN, form);
	}

	async judge(): Promise<void> {
		const { parameters = {}, refused, mended, sends } = this.one;
		const items = [this.one.items].flat();
		if (!refused) return await this.expectSent(items, parameters);
		const message = await this.expectRefused();
		if (!sends) return;
		if (mended) return await this.expectSent([mended].flat(), parameters);
		const followed = follow(message, { items, parameters }, this.one);
		await this.expectSent(followed.items, followed.parameters);
	}

	/** @returns what the user reads */
	private async expectRefused(): Promise<string> {
		const { parameters = {}, refused = /^/ } = this.one;
		const items = [this.one.items].flat();
		const messages = new Set<string>();
		for (const kind of this.kinds()) {
			const { charged, sent, result } = await this.run(items, { ...parameters, ...kind });
			const { message = '', description = '' } = result.error ?? {};
			expect({ message: `${message}\n${description}`, charged, sent }).toEqual({
				message: expect.stringMatching(refused),
				charged: 0,
				sent: [],
			});
			messages.add(`${message}\n${description}`);
		}
		expect([...messages]).toHaveLength(1);
		return [...messages].join('');
	}

	/** The rows are those that are wanted, in Check Only and paid, and each is paid once. */
	private async expectSent(items: Rows, parameters: Parameters): Promise<void> {
		const { hint } = this.one;
		const sends = [this.one.sends ?? []].flat();
		for (const kind of this.kinds(parameters)) {
			const { charged, sent, result } = await this.run(items, { ...parameters, ...kind });
			expect(result.error).toBeUndefined();
			const isPaid = kind === SUBMIT || kind === GENERATE;
			const values = isPaid ? sent : result.json(NODE).map(({ values: told }) => told);
			expect(values).toEqual(isPaid ? sends : sends.map(checked));
			expect(charged).toBe(isPaid ? sends.length : 0);
			const hints = result.hints(NODE).map(({ message }) => message);
			if (hint) expect(hints.join('\n')).toMatch(hint);
			expect(hints.join('\n')).not.toMatch(/(?<!\+ )'([^']+)' as '\1'/);
		}
	}

	/** A check of a batch or of single PDFs, by turns, and what is paid. */
	private kinds(parameters: Parameters = this.one.parameters ?? {}): Parameters[] {
		const { only = this.index % 2 === 0 ? 'submit' : 'generate' } = this.one;
		const options = { ...Object(parameters['options']), checkOnly: true };
		const paid = this.one.only === 'generate' ? GENERATE : SUBMIT;
		return [{ ...(only === 'submit' ? SUBMIT : GENERATE), options }, paid];
	}

	private async run(items: Rows, parameters: Parameters) {
		const { emulator } = this.setup;
		const before = emulator.charges.length;
		const node = { parameters: { designId: byId(this.designId), ...parameters } };
		const settings = { settings: { timezone: this.one.timezone ?? 'UTC' } };
		const hasFiles = items.some((item) => 'files' in item);
		const result: RunResult = hasFiles
			? await runWithFiles(this.setup, items as never, node, settings)
			: await this.setup.run(items as never, node, settings);
		const charges = emulator.charges.slice(before);
		return {
			result,
			charged: charges.reduce((sum, { rows }) => sum + rows, 0),
			sent: charges.flatMap(({ values }): readonly Row[] => values),
		};
	}
}

/** What is uploaded when a run is paid is told in words before. */
function checked(row: Record<string, unknown>): Record<string, unknown> {
	const values = Object.entries(row).map(([name, value]) => [
		name,
		value === UPLOADED ? expect.stringContaining('to be uploaded') : value,
	]);
	return Object.fromEntries(values);
}
