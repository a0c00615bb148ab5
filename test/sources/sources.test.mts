import { designOf, KEYS, type EmulatorOptions } from '../emulator/index.mts';
import { NODE, openEngineSetup, type EngineSetup } from '../engine/support/setup.mts';
import { byId } from '../engine/support/sent.mts';
import { pdfText } from '../support/pdf-text.mts';
import { FORMS_AND_CRMS } from './forms-and-crms.mts';
import { SHOPS_AND_PAYMENTS } from './shops-and-payments.mts';
import { TABLES_AND_DATABASES } from './tables-and-databases.mts';

const CASES = [...SHOPS_AND_PAYMENTS, ...TABLES_AND_DATABASES, ...FORMS_AND_CRMS];

/** How the service may tell a design, which is not documented; each case meets another form. */
const FORMS: Array<NonNullable<EmulatorOptions['choices']>> = [
	{ nodes: 'byId', variableTypes: 'told' },
	{ nodes: 'list', variableTypes: 'untold', tableCells: 'data.content', headerRow: 'styles' },
	{ nodes: 'nested', variableTypes: 'untold', variableStore: 'byId', tableCells: 'data' },
	{ nodes: 'nested', variableTypes: 'untold', variableStore: 'array', nodeNames: 'unnamed' },
	{ nodes: 'list', variableTypes: 'untold', variableStore: 'byNode', nodeNames: 'unnamed' },
];

describe('Items of real sources', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => {
		await setup.close();
	});

	it('items of real sources come from at least 20 sources', () => {
		expect(new Set(CASES.map(({ source }) => source.split(':')[0])).size).toBeGreaterThanOrEqual(
			20,
		);
	});

	it.each(CASES.map((one, index) => [one.source, index, one] as const))(
		'items of real sources print what they say: %s',
		async (_, index, { items, variables, parameters, timezone, prints }) => {
			const { emulator, engine } = setup;
			const designId = `design_source${index}`;
			emulator.addDesign(KEYS.demo, designOf({ designId, name: 'Title', variables }));
			const form = FORMS[index % FORMS.length] ?? {};
			// Only the second generation has a tree, with a store of any shape.
			const isSecond = form.nodeNames === 'unnamed' || index % 2 === 1;
			emulator.generations.first = !isSecond;
			Object.assign(
				emulator.behaviour.choices,
				FORMS[0],
				{ variableStore: 'design', nodeNames: 'named', tableCells: 'strings', headerRow: 'data' },
				form,
			);
			const before = emulator.charges.length;

			const result = await setup.run(
				items as never,
				{
					parameters: {
						resource: 'pdf',
						operation: 'generate',
						designId: byId(designId),
						...parameters,
					},
				},
				timezone ? { settings: { timezone } } : {},
			);

			expect(result.error).toBeUndefined();
			const texts = await Promise.all(
				result
					.items(NODE)
					.map(async (item) => await pdfText(await engine.readBinary(item, 'data'))),
			);
			const lines = texts.map((text) => text.trimEnd().split('\n').slice(1));
			expect(lines.map((own) => own.map(withoutDigest))).toEqual(prints);
			// In the first generation a token is a variable of its own.
			const names = new Set(
				variables.flatMap((one) =>
					typeof one === 'string' ? one : [one.name, ...Object.keys(one.tokens ?? {})],
				),
			);
			const keys = emulator.charges
				.slice(before)
				.flatMap(({ values }) => values.flatMap((row) => Object.keys(row)));
			expect(keys.filter((key) => !names.has(key.split('::')[0] ?? ''))).toEqual([]);
		},
	);
});

function withoutDigest(line: string): string {
	return line.replace(/(sha256:)\w+$/, '$1').trimEnd();
}
