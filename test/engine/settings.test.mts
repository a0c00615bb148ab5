import { nodeProperties } from '../../nodes/ImaginePdf/operations/index.ts';
import { byId } from './support/sent.mts';
import { invoices, openEngineSetup, type EngineSetup } from './support/setup.mts';

/** How the editor names each option. */
const LABELS = new Map(
	nodeProperties()
		.flatMap(({ options = [] }) => options)
		.flatMap((option) =>
			'displayName' in option ? [[option.name, option.displayName] as const] : [],
		),
);

describe('An option that an expression fills wrongly', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => {
		await setup.close();
	});

	it.each([
		['missingVariables', 'bland', 'blank, sample, error'],
		['partialFailure', 'go on', 'continue, error'],
		['pdfProfile', 'pdf-x', 'accessible, pdf-a, standard'],
		['unknownSubmit', 'again', 'stop, submitAgain'],
		['rowsPerBatch', 0.5, 'a whole number of at least 1'],
		['maxConcurrentJobs', 'two', 'a whole number of at least 1'],
		['timeout', 0, 'a number of at least 1'],
		['pollInterval', -1, 'a number of at least 0'],
	])(
		'an option that an expression fills with an unknown value is refused under its label in the editor: %s',
		async (name, value, remedy) => {
			const result = await setup.run(invoices(1), { parameters: { options: { [name]: value } } });
			expect(result.error?.message).toContain(`'${LABELS.get(name)}' is ${JSON.stringify(value)}`);
			expect(result.error?.description).toContain(remedy);
			expect(setup.charged()).toBe(0);
		},
	);

	it.each([
		['Wait for Completion', { waitForCompletion: '={{ "yes" }}' }],
		['Check Only', { options: { checkOnly: '={{ 1 }}' } }],
		['Output', { output: '={{ "pdf" }}' }],
		['Row Source', { rowSource: '={{ "item" }}' }],
	])(
		'a flag or choice that an expression fills with an unknown value is refused: %s',
		async (label, parameters) => {
			const result = await setup.run(invoices(1), { parameters });
			expect(result.error?.message).toMatch(new RegExp(`^'${label}' is `));
			expect(setup.charged()).toBe(0);
		},
	);

	it('names may stand in the brackets that n8n gives them when they are dragged in', async () => {
		const item = { 'Order Number': 'A-1', items: [{ 'Unit Price': '1.00', name: 'Nut' }] };
		const tables = [
			{ variable: 'items', columns: "items[0].name=Item, items[0]['Unit Price']=Price" },
		];
		const options = {
			onlyFields: "items, ['Order Number']",
			tableColumns: { tables },
			checkOnly: true,
		};
		const parameters = { designId: byId('design_order'), options };
		const result = await setup.run([item], { parameters });
		expect(result.json('ImaginePDF')[0]?.['values']).toMatchObject({
			order_number: 'A-1',
			items: [
				['Item', 'Price'],
				['Nut', '1.00'],
			],
		});
	});

	it.each([
		['Submit', { output: 'pdfs' }],
		['Generate', { resource: 'pdf', operation: 'generate' }],
	])(
		'a field that n8n cannot keep a file in is refused before anything is paid: %s',
		async (_, node) => {
			const parameters = { ...node, binaryField: '__proto__' };
			const result = await setup.run(invoices(1), { parameters });
			expect(result.error?.message).toBe("'Output Data Field Name' is '__proto__'");
			expect(setup.charged()).toBe(0);
		},
	);

	it("a flag that an expression fills with the text 'true' is on: Check Only submits nothing", async () => {
		const parameters = { options: { checkOnly: '={{ "true" }}' } };
		const result = await setup.run(invoices(1), { parameters });
		expect(result.error).toBeUndefined();
		expect(result.json('ImaginePDF')[0]).toMatchObject({ credits: 1 });
		expect(setup.charged()).toBe(0);
	});
});
