import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { INodeProperties } from 'n8n-workflow';
import ts from 'typescript';

import { OPERATIONS, nodeProperties } from '../../nodes/ImaginePdf/operations/index.ts';
import { codeIn, Page } from './support/markdown.mts';
import { textsInCode } from './support/texts.mts';

/* What the documentation names is there, and what there is the README names. */

const README = Page.read('README.md');

const PAGES = [
	...readdirSync('.'),
	...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
]
	.filter((file) => file.endsWith('.md'))
	.map((file) => [file, Page.read(file)] as const);

/** The repository's own files as GitHub serves them. */
const RAW = 'https://raw.githubusercontent.com/imaginepdf/n8n-nodes-imaginepdf/main/';

describe.each(PAGES)('%s', (file, page) => {
	it('links to what is there', () => {
		const own = page.links
			.map((link) => link.replace(RAW, '/'))
			.filter((link) => !/^\w+:/.test(link));
		const dead = own.filter((link) => {
			const [target = '', anchor] = link.split('#');
			const folder = target.startsWith('/') ? '.' : path.dirname(file);
			const found = target === '' ? file : path.join(folder, target);
			if (!existsSync(found)) return true;
			return anchor !== undefined && !Page.read(found).anchors.includes(anchor);
		});
		expect(dead).toEqual([]);
	});

	it('names npm scripts that are there', () => {
		const { scripts }: { scripts: Record<string, string> } = JSON.parse(
			readFileSync('package.json', 'utf8'),
		);
		expect(Object.keys(scripts)).toEqual(expect.arrayContaining(page.scripts));
	});

	it('names files that are there', () => {
		const folders =
			/^(?:nodes|credentials|test|scripts|docs|examples|bench|\.github|\.ci)\/[\w./-]+$/;
		const named = page.code.filter((code) => folders.test(code));
		expect(named.filter((name) => !existsSync(name))).toEqual([]);
	});
});

/** Where in test/e2e each claim of the compatibility table is proven, on both majors unless said. */
const PROOFS: Record<string, { file: string; text: string; onlyNewest?: boolean }> = {
	'All operations, all outputs': { file: 'operations.e2e.mts', text: 'batch submit: no file' },
	'Retry On Fail and Retry of saved executions find paid jobs': {
		file: 'control.e2e.mts',
		text: 'retryExecution(',
	},
	'Stop, workflow timeout, error output': {
		file: 'control.e2e.mts',
		text: 'Stop while waiting for a job',
	},
	'Binary data on disk, in memory': {
		file: 'major.mts',
		text: "1: { filesystem: 'filesystem', memory",
	},
	'Binary data in the database': {
		file: 'major.mts',
		text: "2: { filesystem: 'filesystem', database: 'database'",
		onlyNewest: true,
	},
	'Queue mode': { file: 'run.mts', text: 'queue mode belongs to 2', onlyNewest: true },
	'As a tool of an AI agent': { file: 'agent.e2e.mts', text: 'the agent makes PDFs' },
};

describe('The README', () => {
	it('links every example and shows every picture, light and dark', () => {
		const files = [
			...readdirSync('examples').map((file) => `examples/${file}`),
			...readdirSync('docs/images').map((file) => `docs/images/${file}`),
		].filter((file) => /\.(json|png)$/.test(file));
		const linked = README.links.map((link) => link.replace(RAW, ''));
		expect(linked).toEqual(expect.arrayContaining(files));
	});

	it('speaks of the n8n versions that the tests install', () => {
		const recipes = readFileSync('scripts/lib/real-n8n.mjs', 'utf8');
		const [, installed = ''] = /N8N_VERSIONS = \{(.+)\}/.exec(recipes) ?? [];
		expect(versionsIn(installed)).toHaveLength(2);
		expect(versionsIn(README.section('Compatibility').text)).toEqual(versionsIn(installed));
	});

	it('calls tested only what is tested in real servers', () => {
		const claims = README.section('Compatibility').rows.filter((row) => row.includes('tested'));
		expect(claims.map(([what = '']) => what).sort()).toEqual(Object.keys(PROOFS).sort());
		for (const [what = '', first] of claims) {
			const { file, text, onlyNewest = false } = PROOFS[what] ?? { file: '', text: '' };
			expect(readFileSync(`test/e2e/${file}`, 'utf8')).toContain(text);
			expect(first === 'tested').toBe(!onlyNewest);
		}
	});

	it('speaks of the Node.js versions that CI runs', () => {
		const ci = readFileSync('.github/workflows/ci.yml', 'utf8');
		const [, list = ''] = /node: \[(.+)\]/.exec(ci) ?? [];
		const [newest, ...others] = list.split(', ').reverse();
		const { text } = README.section('Compatibility');
		expect(text).toContain(`run on Node ${newest};`);
		expect(text).toContain(`other tests also run on Node ${others.reverse().join(' and ')}.`);
		const servers = readFileSync('scripts/lib/real-n8n.mjs', 'utf8');
		const [, binaries = ''] = /NODE_PACKAGES = \{(.+?)\n\}/s.exec(servers) ?? [];
		expect(new Set(versionsIn(binaries).map((version) => version.split('.')[0]))).toEqual(
			new Set([newest]),
		);
	});
});

describe("The README's parameters", () => {
	const parameters = README.section('Parameters');
	const properties = nodeProperties().filter(({ type }) => type !== 'notice');
	const shown = new Set(['Resource', 'Operation', 'Options']);

	const entriesOf = ({ type, options = [] }: INodeProperties) =>
		options.map((option) => ({
			label: 'displayName' in option ? option.displayName : option.name,
			isChoice: type === 'options',
			of: option,
		}));

	const labels = properties
		.flatMap((property) => [
			property.displayName,
			...(property.name === 'options'
				? entriesOf(property).flatMap(({ label, of }) => [
						label,
						...('type' in of ? entriesOf(of).map((choice) => choice.label) : []),
					])
				: entriesOf(property).map(({ label }) => label)),
		])
		.filter((label) => !shown.has(label));
	const operations = OPERATIONS.map(({ name }) => name);
	const resources = ['Batch', 'PDF', 'Design', 'Image'];

	it('are all the fields, options and choices of the node', () => {
		const named = new Set(parameters.bold);
		const unnamed = labels.filter(
			(label) => !named.has(label) && !operations.includes(label) && !resources.includes(label),
		);
		expect([...new Set(unnamed)]).toEqual([]);
	});

	it('are none but these', () => {
		const rows = parameters.rows.flatMap(([first = '']) => new Page(first).bold);
		expect(rows.length).toBeGreaterThan(10);
		expect(labels).toEqual(expect.arrayContaining(rows));
	});

	it('have a heading for every operation', () => {
		const headings = [...parameters.text.matchAll(/^### (.+)$/gm)].map(
			([, heading = '']) => heading,
		);
		const wanted = OPERATIONS.map(
			({ resource, name }) =>
				`${resources.find((one) => one.toLowerCase() === resource)} > ${name}`,
		);
		expect(headings.join(', ').split(', ')).toEqual(expect.arrayContaining(wanted));
	});

	it('begin as the node does', () => {
		const options = properties.flatMap((property) =>
			property.name === 'options' ? (property.options ?? []) : [],
		);
		for (const [name = '', first = ''] of parameters
			.section('Batch > Submit')
			.rows.filter((row) => row.length === 3)) {
			const label = name.replace(/\*/g, '');
			const option = options.find((one) => 'displayName' in one && one.displayName === label);
			if (!option || !('type' in option)) throw new Error(`There is no option '${label}'`);
			const { default: value } = option;
			if (typeof value === 'number') expect(first).toBe(String(value));
			else if (typeof value === 'boolean') expect(first).toBe(value ? 'on' : 'off');
			else if (option.type === 'options') {
				expect(option.options).toContainEqual(expect.objectContaining({ name: first, value }));
			}
		}
	});
});

describe("The README's output fields", () => {
	const output = README.section('What comes out');
	const named = new Set(output.rows.flatMap(([first = '']) => codeIn(first)));

	it.each([
		['nodes/ImaginePdf/n8n/outputTypes.ts', /^(JobOutput|BatchOutput|ZipOutput|PdfOutput|ImageOutput|PreviewOutput)$/],
		['nodes/ImaginePdf/core/rows/preview.ts', /^RowPreview$/],
	])('are those of %s', (file, types) => {
		const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
		const members = source.statements
			.filter(ts.isInterfaceDeclaration)
			.filter(({ name }) => types.test(name.text))
			.flatMap(({ members: all }) => all.map(({ name }) => name?.getText(source) ?? ''));
		expect(members.length).toBeGreaterThan(5);
		expect([...named]).toEqual(expect.arrayContaining(members));
	});

	it('of a single PDF and of what failed are told below the table', () => {
		const told = output.code;
		expect(told).toEqual(expect.arrayContaining(['generationId', 'error', 'code', 'httpCode']));
	});
});

describe("The README's messages", () => {
	const messages = README.section('When something goes wrong').rows.map(([first = '']) => first);
	const templates = textsInCode()
		.map(({ text }) => text)
		.filter((text) => /\p{L}{4}/u.test(text));

	it('are a table', () => {
		expect(messages.length).toBeGreaterThan(10);
	});

	it.each(messages)('are those of the code: %s', (message) => {
		const text = MADE_ELSEWHERE.reduce((rest, [part, made]) => rest.replace(part, made), message);
		const pattern = text.split('…').map(literally).join('.*');
		expect(templates.filter((template) => new RegExp(`^${pattern}$`).test(template))).not.toEqual(
			[],
		);
	});
});

/** Parts of messages that the code fills in, and what stands there in the code. */
const MADE_ELSEWHERE = [
	[/ \(job …\)$/, ''],
	["[item 3]: field '…'", '…: field …'],
	['The ZIP file', 'The …'],
	['… items cannot be', 'items cannot be'],
] as const;

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const versionsIn = (text: string) =>
	[...text.matchAll(/\d+\.\d+\.\d+/g)].map(([version]) => version).sort();
