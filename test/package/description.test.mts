import { NodeHelpers } from 'n8n-workflow';
import type {
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
} from 'n8n-workflow';

import { ImaginePdf } from '../../nodes/ImaginePdf/ImaginePdf.node.ts';
import { OPERATIONS } from '../../nodes/ImaginePdf/operations/index.ts';

/*
 * What users' saved workflows hold, and n8n's rules for what they read (UX guidelines; lint rules of
 * `@n8n/eslint-plugin-community-nodes` that exist upstream but are not in the published version yet).
 */

const { description } = new ImaginePdf();

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

/** Every parameter, those inside collections included. */
function allParameters(properties: INodeProperties[] = description.properties): INodeProperties[] {
	return properties.flatMap((property) => [property, ...allParameters(nested(property))]);
}

function nested(property: INodeProperties): INodeProperties[] {
	return property.type === 'collection' ? (property.options ?? []).filter(isParameter) : [];
}

function isParameter(entry: Entry): entry is INodeProperties {
	return 'type' in entry;
}

function optionsOf(property: INodeProperties): INodePropertyOptions[] {
	return property.type === 'options'
		? (property.options ?? []).filter((entry): entry is INodePropertyOptions => 'value' in entry)
		: [];
}

const fieldsOf = (resource: string, operation: string) =>
	description.properties.filter(
		({ displayOptions, type }) =>
			type !== 'notice' &&
			displayOptions?.show?.['operation']?.includes(operation) &&
			displayOptions.show['resource']?.includes(resource),
	);

const names = (properties: INodeProperties[]) => properties.map(({ name }) => name);
const optionNames = (resource: string, operation: string) =>
	names(
		fieldsOf(resource, operation)
			.filter(({ name }) => name === 'options')
			.flatMap(nested),
	).sort();

/** The options that the editor offers for a node with these parameters. */
function offered(parameters: INodeParameters): string {
	const [operation, resource] = [String(parameters['operation']), String(parameters['resource'])];
	const options = fieldsOf(resource, operation).filter(({ name }) => name === 'options');
	const isShown = (option: INodeProperties) =>
		NodeHelpers.displayParameterPath(
			{ parameters: { ...parameters, options: {} } },
			option,
			'parameters.options',
			{ typeVersion: 1 },
			description,
		);
	return names(options.flatMap(nested).filter(isShown)).sort().join(' ');
}

describe('The interface that saved workflows hold', () => {
	it('the node has the documented resources and operations', () => {
		const documented =
			'batch.download batch.getStatus batch.submit design.get design.getMany design.getPreview image.upload pdf.generate';
		const own = OPERATIONS.map(({ resource, value }) => `${resource}.${value}`);
		expect(own.sort().join(' ')).toBe(documented);
	});

	const BOTH = 'designId rowSource variables rowsJson';
	const ROWS =
		'checkOnly dateFormat fileName groupBy images maxConcurrentJobs missingVariables onlyFields';
	const WAIT =
		'partialFailure pdfProfile pollInterval rowsPerBatch tableColumns timeout unknownSubmit';
	it.each([
		['batch', 'submit', `${BOTH} waitForCompletion output binaryField options`, `${ROWS} ${WAIT}`],
		['batch', 'getStatus', 'jobId', ''],
		[
			'batch',
			'download',
			'jobId waitForCompletion output binaryField options',
			'fileName partialFailure pollInterval timeout',
		],
		[
			'pdf',
			'generate',
			`${BOTH} binaryField options`,
			`${ROWS} pdfProfile tableColumns unknownSubmit`,
		],
		['design', 'get', 'designId', ''],
		['design', 'getMany', 'returnAll limit options', 'parentId'],
		['design', 'getPreview', 'designId page binaryField', ''],
		['image', 'upload', 'inputBinaryField options', 'name'],
	])('the operation %s.%s shows %s, with the options %s', (resource, operation, shown, options) => {
		expect(names(fieldsOf(resource, operation)).join(' ')).toBe(shown);
		expect(optionNames(resource, operation).join(' ')).toBe(options);
	});

	it.each([
		[
			{ operation: 'submit', rowSource: 'items', waitForCompletion: true, output: 'zip' },
			`${ROWS} ${WAIT}`,
		],
		[
			{ operation: 'submit', rowSource: 'json', waitForCompletion: true, output: 'pdfs' },
			'checkOnly dateFormat images maxConcurrentJobs missingVariables partialFailure pdfProfile pollInterval rowsPerBatch tableColumns timeout unknownSubmit',
		],
		[
			// As n8n saves them: what is not shown is kept.
			{ operation: 'submit', rowSource: 'items', waitForCompletion: false, output: 'zip' },
			'checkOnly dateFormat groupBy images missingVariables onlyFields pdfProfile rowsPerBatch tableColumns unknownSubmit',
		],
		[
			{ operation: 'download', waitForCompletion: true, output: 'zip' },
			'fileName partialFailure pollInterval timeout',
		],
		[{ operation: 'download', waitForCompletion: false, output: 'pdfs' }, 'partialFailure'],
	])('the node offers only the options that do something with %j', (parameters, expected) => {
		expect(offered({ resource: 'batch', ...parameters })).toBe(expected);
	});

	it.each([
		['rowSource', 'items'],
		['rowsJson', '={{ $json }}'],
		['waitForCompletion', true],
		['output', 'zip'],
		['binaryField', 'data'],
		['jobId', '={{ $json.jobId }}'],
		['inputBinaryField', 'data'],
		['page', 1],
		['rowsPerBatch', 100],
		['missingVariables', 'blank'],
		['checkOnly', false],
		['partialFailure', 'continue'],
		['timeout', 1800],
		['pollInterval', 0],
		['maxConcurrentJobs', 3],
		['unknownSubmit', 'stop'],
		['pdfProfile', 'standard'],
	])('the parameter %s has the default %j', (name, expected) => {
		const found = allParameters().filter((parameter) => parameter.name === name);
		expect(found.length).toBeGreaterThan(0);
		for (const parameter of found) expect(parameter.default).toEqual(expected);
	});

	it('the node keeps its name, version, inputs, outputs and credential', () => {
		expect(description).toMatchObject({
			name: 'imaginePdf',
			displayName: 'ImaginePDF',
			version: 1,
			usableAsTool: true,
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'imaginePdfApi', required: true }],
		});
	});
});

describe('Every parameter', () => {
	it.each(allParameters().map((parameter) => [parameter.displayName, parameter] as const))(
		'every parameter follows the rules of n8n: %s',
		(_, parameter) => {
			expect(parameter).toHaveProperty('default');
			expect((parameter.hint ?? '').length).toBeLessThanOrEqual(120);
			if (parameter.placeholder && !/collection/i.test(parameter.type)) {
				expect(parameter.placeholder).toMatch(/^e\.g\. /);
			}
			if (parameter.type === 'boolean') expect(parameter.description).toMatch(/^Whether /);
			const text = parameter.description ?? '';
			expect(text).not.toMatch(/\b(error|failure|mistake|problem|key)\b/i);
			const sentences = text.replace(/\be\.g\./g, '').match(/[.!?](\s|$)/g)?.length ?? 0;
			expect(/[.!?]$/.test(text)).toBe(sentences > 1);
			expect(text).not.toBe(parameter.displayName);
		},
	);

	it('every parameter has its options in the order of the alphabet, without repeats', () => {
		for (const parameter of allParameters()) {
			const shown = optionsOf(parameter).map(({ name }) => name);
			expect(new Set(shown).size).toBe(shown.length);
			expect(shown.join()).not.toContain('*');
			if (parameter.name !== 'resource')
				expect(shown).toEqual([...shown].sort((a, b) => a.localeCompare(b, 'en')));
		}
	});

	it('every parameter that is JSON is required or in a collection', () => {
		for (const property of description.properties) {
			if (property.type === 'json') expect(property.required).toBe(true);
		}
	});
});

describe('Every operation', () => {
	it.each(OPERATIONS.map((operation) => [operation.action, operation] as const))(
		'every operation has an action and a description by the rules of n8n: %s',
		(action, operation) => {
			expect(action).not.toMatch(/\b(a|an|the)\b/i);
			expect(operation.description).not.toMatch(/\.$/);
			expect(operation.description).not.toBe(action);
		},
	);

	it('the operations that cost credits say so, and only those', () => {
		const costly = OPERATIONS.filter(({ fields }) => fields.some(({ type }) => type === 'notice'));
		expect(costly.map(({ resource, value }) => `${resource}.${value}`).sort()).toEqual([
			'batch.submit',
			'pdf.generate',
		]);
		for (const { fields } of costly) {
			expect(fields[0]).toMatchObject({ type: 'notice' });
			expect(fields[0]?.displayName).toContain('costs one ImaginePDF credit');
		}
	});
});
