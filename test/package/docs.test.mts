import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { INodeProperties } from 'n8n-workflow';

import { OPERATIONS } from '../../nodes/ImaginePdf/operations/index.ts';
import { Page } from './support/markdown.mts';

/* What the documentation names is there, and what is there the documentation names. */

const README = Page.read('README.md');
const PARAMETERS = Page.read('docs/parameters.md');
const LIMITS = Page.read('docs/limits.md');

const PAGES = [
	...readdirSync('.'),
	...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
]
	.filter((file) => file.endsWith('.md'))
	.map((file) => [file, Page.read(file)] as const);

/** The repository's own files as GitHub serves them: pictures, and everything else. */
const OWN_URL =
	/^https:\/\/(?:raw\.githubusercontent\.com\/imaginepdf\/n8n-nodes-imaginepdf|github\.com\/imaginepdf\/n8n-nodes-imaginepdf\/blob)\/main\//;

/** Where a link within the repository leads; `undefined` for other websites. */
function targetOf(link: string, file: string): { file: string; anchor?: string } | undefined {
	const isOwn = OWN_URL.test(link);
	if (!isOwn && /^\w+:/.test(link)) return undefined;
	const [target = '', anchor] = link.replace(OWN_URL, '').split('#');
	const found = target === '' ? file : path.join(isOwn ? '.' : path.dirname(file), target);
	return { file: found, ...(anchor !== undefined && { anchor }) };
}

describe.each(PAGES)('The page %s', (file, page) => {
	it(`${file} links only to files and headings of the repository that exist`, () => {
		const dead = page.links.filter((link) => {
			const target = targetOf(link, file);
			if (!target) return false;
			if (!existsSync(target.file)) return true;
			return target.anchor !== undefined && !Page.read(target.file).anchors.includes(target.anchor);
		});
		expect(dead).toEqual([]);
	});

	it(`${file} names only npm scripts that package.json has`, () => {
		const { scripts }: { scripts: Record<string, string> } = JSON.parse(
			readFileSync('package.json', 'utf8'),
		);
		expect(Object.keys(scripts)).toEqual(expect.arrayContaining(page.scripts));
	});

	it(`${file} names only files that exist`, () => {
		const folders =
			/^(?:nodes|credentials|test|scripts|docs|examples|bench|\.github|\.ci)\/[\w./-]+$/;
		const named = page.code.filter((code) => folders.test(code));
		expect(named.filter((name) => !existsSync(name))).toEqual([]);
	});
});

describe('The README', () => {
	it('the README has 150 lines at most, so that it is read in two minutes', () => {
		expect(README.text.split('\n').length).toBeLessThanOrEqual(151);
	});

	it('the README has no link that only works on GitHub, since npm shows it too', () => {
		const relative = README.links.filter((link) => !/^(?:https:|#)/.test(link));
		expect(relative).toEqual([]);
	});

	it('the README names the two commands to try before it explains anything else', () => {
		expect(README.section('Try it now').scripts).toEqual(expect.arrayContaining(['demo', 'test']));
		expect(README.anchors.indexOf('try-it-now')).toBe(1);
	});

	it('the README has the headings of n8n’s starter', () => {
		const starter =
			'installation operations credentials compatibility usage resources version-history';
		expect(README.anchors).toEqual(expect.arrayContaining(starter.split(' ')));
	});

	it('the README has the heading that the credential in n8n links to', () => {
		const credential = readFileSync('credentials/ImaginePdfApi.credentials.ts', 'utf8');
		const [, anchor] = /documentationUrl = '[^'#]+#([^']+)'/.exec(credential) ?? [];
		expect(README.anchors).toContain(anchor);
	});

	it('the README leads to every example and to every page for users', () => {
		const linked = README.links.map((link) => targetOf(link, 'README.md')?.file);
		const examples = readdirSync('examples').filter((file) => file.endsWith('.json'));
		expect(linked).toEqual(
			expect.arrayContaining([
				...examples.map((file) => `examples/${file}`),
				...['parameters', 'values', 'messages', 'credits', 'limits'].map(
					(page) => `docs/${page}.md`,
				),
			]),
		);
	});
});

it('the example for an AI agent lets the model read why a tool could not do its work', () => {
	const { nodes }: { nodes: Array<{ type: string; onError?: string }> } = JSON.parse(
		readFileSync('examples/ai-agent-tool.json', 'utf8'),
	);
	const tools = nodes.filter(({ type }) => type === 'n8n-nodes-imaginepdf.imaginePdfTool');
	expect(new Set(tools.map(({ onError }) => onError))).toEqual(new Set(['continueRegularOutput']));
});

it('the pages show every picture, light and dark', () => {
	const shown = PAGES.flatMap(([file, page]) =>
		page.links.map((link) => targetOf(link, file)?.file),
	);
	const pictures = readdirSync('docs/images').map((file) => `docs/images/${file}`);
	expect(shown).toEqual(expect.arrayContaining(pictures));
});

/** Where in test/e2e each claim of the compatibility table is proven, on both majors unless said. */
const PROOFS: Record<string, { file: string; text: string; onlyNewest?: boolean }> = {
	'All operations, all outputs': { file: 'operations.e2e.mts', text: 'batch submit: one ZIP' },
	'Retry On Fail and Retry of saved executions find paid rows': {
		file: 'retries.e2e.mts',
		text: 'retryExecution(',
	},
	'Stop, workflow timeout, error output': {
		file: 'control.e2e.mts',
		text: 'Stop while waiting for a job',
	},
	'Binary data on disk': { file: 'major.mts', text: "1: { filesystem: 'filesystem', memory" },
	'Binary data in memory': { file: 'major.mts', text: "1: { filesystem: 'filesystem', memory" },
	'Binary data in the database': {
		file: 'major.mts',
		text: "2: { filesystem: 'filesystem', database: 'database'",
		onlyNewest: true,
	},
	'Killed while it pays: told, and not paid again': {
		file: 'crashes.e2e.mts',
		text: 'while the submit is open',
	},
	'Queue mode': { file: 'run.mts', text: 'queue mode belongs to 2', onlyNewest: true },
	'As a tool of an AI agent': { file: 'agent.e2e.mts', text: 'the agent makes PDFs' },
};

describe('The compatibility page', () => {
	const compatibility = LIMITS.section('Compatibility');

	it('the compatibility table speaks of the n8n versions that the tests install', () => {
		const recipes = readFileSync('scripts/lib/real-n8n.mjs', 'utf8');
		const [, installed = ''] = /N8N_VERSIONS = \{(.+)\}/.exec(recipes) ?? [];
		expect(versionsIn(installed)).toHaveLength(2);
		expect(versionsIn(compatibility.text)).toEqual(versionsIn(installed));
		const [, ...versions] = compatibility.headers[0] ?? [];
		const majors = versionsIn(installed).map((version) => version.replace(/\.\d+$/, ''));
		expect(versions).toEqual([...majors.map((version) => `n8n ${version}`), 'n8n 3']);
	});

	it('the compatibility table calls tested only what is tested in real servers, and nothing in n8n 3', () => {
		const claims = compatibility.rows.filter((row) => row.includes('tested'));
		expect(claims.map(([what = '']) => what).sort()).toEqual(Object.keys(PROOFS).sort());
		for (const [what = '', first, second, third] of claims) {
			const { file, text, onlyNewest = false } = PROOFS[what] ?? { file: '', text: '' };
			expect(readFileSync(`test/e2e/${file}`, 'utf8')).toContain(text);
			expect(first === 'tested').toBe(!onlyNewest);
			expect(second).toBe('tested');
			expect(third).not.toBe('tested');
		}
	});

	it('the compatibility page speaks of the Node.js versions that CI runs', () => {
		const ci = readFileSync('.github/workflows/ci.yml', 'utf8');
		const [, list = ''] = /node: \[(.+)\]/.exec(ci) ?? [];
		const [newest, ...others] = list.split(', ').reverse();
		const { text } = compatibility;
		expect(text).toContain(`run on Node ${newest};`);
		expect(text).toContain(`other tests also run on Node ${others.reverse().join(' and ')}.`);
		const servers = readFileSync('scripts/lib/real-n8n.mjs', 'utf8');
		const [, binaries = ''] = /NODE_PACKAGES = \{(.+?)\n\}/s.exec(servers) ?? [];
		expect(new Set(versionsIn(binaries).map((version) => version.split('.')[0]))).toEqual(
			new Set([newest]),
		);
	});
});

describe('The page of parameters', () => {
	const HIDDEN = new Set(['notice']);
	const fieldsOf = ({ fields }: (typeof OPERATIONS)[number]) =>
		fields.filter(({ type, name }) => !HIDDEN.has(type) && name !== 'options');
	const optionsOf = ({ fields }: (typeof OPERATIONS)[number]) =>
		fields
			.filter(({ name }) => name === 'options')
			.flatMap(({ options = [] }) => options.filter(isParameter));

	it('the page of parameters names every operation, and where it costs credits', () => {
		const rows = PARAMETERS.section('Operations').rows.map(([name = '', , cost = '']) => [
			bare(name),
			cost.startsWith('1 credit'),
		]);
		const resources: Record<string, string> = { batch: 'Batch', pdf: 'PDF' };
		const wanted = OPERATIONS.map(({ resource, name, fields }) => [
			`${resources[resource] ?? capitalised(resource)} > ${name}`,
			fields.some(({ type }) => type === 'notice'),
		]);
		expect(rows.sort()).toEqual(wanted.sort());
	});

	it.each([
		['Fields', fieldsOf],
		['Options', optionsOf],
	])(
		'the page of parameters names all %s of the node with their operations, and none but these',
		(heading, parametersOf) => {
			const documented = PARAMETERS.section(heading).rows.map(([name = '', operations = '']) => [
				bare(name),
				operations.split(', ').sort().join(', '),
			]);
			const there = new Map<string, string[]>();
			for (const operation of OPERATIONS) {
				for (const { displayName } of parametersOf(operation)) {
					there.set(displayName, [...(there.get(displayName) ?? []), operation.name]);
				}
			}
			const wanted = [...there].map(([name, operations]) => [name, operations.sort().join(', ')]);
			expect(documented.sort()).toEqual(wanted.sort());
		},
	);

	it('the page of parameters names every choice, and every field of a list', () => {
		const all = OPERATIONS.flatMap((operation) => [
			...fieldsOf(operation),
			...optionsOf(operation),
		]);
		const inside = all.flatMap(({ displayName, type, options = [] }) => {
			const names =
				type === 'options'
					? options.map((choice) => choice.name)
					: options.flatMap((group) =>
							'values' in group ? group.values.map((value) => value.displayName) : [],
						);
			return names.map((one) => [displayName, one] as const);
		});
		const rows = ['Fields', 'Options'].flatMap((heading) => PARAMETERS.section(heading).rows);
		const unnamed = inside.filter(
			([field, one]) =>
				!rows.some(
					([name = '', , , text = '']) => bare(name) === field && new Page(text).bold.includes(one),
				),
		);
		expect(unnamed).toEqual([]);
	});

	it.each(['Fields', 'Options'])(
		'the page of parameters tells how the node begins: %s',
		(heading) => {
			const all = OPERATIONS.flatMap((operation) => [
				...fieldsOf(operation),
				...optionsOf(operation),
			]);
			for (const [name = '', , first = ''] of PARAMETERS.section(heading).rows) {
				const field = all.find(({ displayName }) => displayName === bare(name));
				expect([name, first]).toEqual([name, field && atFirst(field)]);
			}
		},
	);
});

function isParameter(
	entry: NonNullable<INodeProperties['options']>[number],
): entry is INodeProperties {
	return 'type' in entry;
}

/** How the page writes a default. */
function atFirst({ type, default: value, options = [] }: INodeProperties): string {
	const chosen = options.find((one) => 'value' in one && one.value === value);
	if (type === 'options') return chosen?.name ?? '';
	if (type === 'boolean') return value === true ? 'on' : 'off';
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? `\`${value.replace(/^=/, '')}\`` : '–';
}

const bare = (cell: string) => cell.replace(/\*\*/g, '');

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const versionsIn = (text: string) =>
	[...text.matchAll(/\d+\.\d+\.\d+/g)].map(([version]) => version).sort();
