import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/*
 * Floors: door → operations, editor → n8n → core → core/api. No import runs back up, and there is no
 * circle, neither between files nor between folders. Type-only imports count too.
 */

const ROOT = path.resolve('nodes/ImaginePdf');

function sources(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const file = path.join(folder, name);
		if (statSync(file).isDirectory()) return sources(file);
		return name.endsWith('.ts') ? [file] : [];
	});
}

/** What a file imports: paths of files of the package, or names of packages. */
function importsOf(file: string): string[] {
	const statements = readFileSync(file, 'utf8').matchAll(
		/^(?:import|export)\b[^;']*?from '([^']+)';/gms,
	);
	return [...statements].map(([, from = '']) =>
		from.startsWith('.') ? resolve(path.resolve(path.dirname(file), from)) : from,
	);
}

function resolve(target: string): string {
	return [`${target}.ts`, path.join(target, 'index.ts')].find((file) => FILES.has(file)) ?? target;
}

const FILES = new Set(sources(ROOT));
const GRAPH = new Map([...FILES].map((file) => [file, importsOf(file)]));
const shortName = (file: string) => path.relative(ROOT, file);
const folderOf = (file: string) => path.dirname(shortName(file));

/** The floor of a file: its first folder, or the file itself where it stands at the top. */
const floorOf = (file: string) => shortName(file).split(path.sep)[0] ?? '';

const ALLOWED: Record<string, string[]> = {
	core: ['core'],
	n8n: ['core', 'n8n'],
	'editor.ts': ['core', 'n8n'],
	operations: ['core', 'n8n', 'operations'],
	'ImaginePdf.node.ts': ['operations', 'editor.ts'],
};

/** Packages that n8n itself ships, and the one that is bundled. */
const PACKAGES = ['zod', 'node:crypto', 'luxon', 'fflate'];

/** A circle in a graph, as the names along it; `undefined` where there is none. */
function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
	const done = new Set<string>();
	const walk = (at: string, trail: string[]): string[] | undefined => {
		const start = trail.indexOf(at);
		if (start >= 0) return [...trail.slice(start), at];
		if (done.has(at)) return undefined;
		for (const next of graph.get(at) ?? []) {
			const circle = walk(next, [...trail, at]);
			if (circle) return circle;
		}
		done.add(at);
		return undefined;
	};
	for (const at of graph.keys()) {
		const circle = walk(at, []);
		if (circle) return circle;
	}
	return undefined;
}

/** Which names import which, each file going by the name that `nameOf` gives it. */
function graphBy(nameOf: (file: string) => string): Map<string, Set<string>> {
	const graph = new Map<string, Set<string>>();
	for (const [file, targets] of GRAPH) {
		const own = graph.get(nameOf(file)) ?? new Set<string>();
		graph.set(nameOf(file), own);
		for (const target of targets) {
			if (FILES.has(target) && nameOf(target) !== nameOf(file)) own.add(nameOf(target));
		}
	}
	return graph;
}

describe('The layers of the package', () => {
	it('the layers of the package are all there, with the imports between them', () => {
		expect(new Set([...FILES].map(floorOf))).toEqual(new Set(Object.keys(ALLOWED)));
		expect([...GRAPH.values()].flat().length).toBeGreaterThan(100);
	});

	it.each([...GRAPH].map(([file, targets]) => [shortName(file), targets] as const))(
		'%s imports only from its own layer and those below',
		(file, targets) => {
			const floor = floorOf(path.join(ROOT, file));
			for (const target of targets) {
				if (FILES.has(target)) expect(ALLOWED[floor]).toContain(floorOf(target));
				else if (floor === 'core') expect(PACKAGES).toContain(target);
				else expect([...PACKAGES, 'n8n-workflow']).toContain(target);
			}
		},
	);

	it('core/api imports nothing from the rest of the core, save what every file may use', () => {
		const up = [...GRAPH]
			.filter(([file]) => folderOf(file) === 'core/api')
			.flatMap(([, targets]) => targets.filter((target) => FILES.has(target)).map(shortName))
			.filter((target) => !target.startsWith('core/api/'));
		const names = ['async', 'limits', 'objects', 'ports', 'retrying'];
		const shared = names.map((name) => `core/${name}.ts`);
		expect(shared).toEqual(expect.arrayContaining([...new Set(up)]));
	});

	it('the package has no circle of imports between files', () => {
		expect(circleIn(graphBy(shortName))).toBeUndefined();
	});

	it('the package has no circle of imports between folders', () => {
		// Files directly in `core` are shared by its folders, and a few of them use these: each is a room of its own.
		const nameOf = (file: string) => (folderOf(file) === 'core' ? shortName(file) : folderOf(file));
		expect(circleIn(graphBy(nameOf))).toBeUndefined();
	});

	it('the search for circles finds one where there is one', () => {
		const graph = new Map([
			['a', new Set(['b'])],
			['b', new Set(['c'])],
			['c', new Set(['b'])],
		]);
		expect(circleIn(graph)).toEqual(['b', 'c', 'b']);
	});

	it('the package has no file of more than 300 lines', () => {
		const long = [...FILES].filter((file) => readFileSync(file, 'utf8').split('\n').length > 301);
		expect(long.map(shortName)).toEqual([]);
	});

	it('the core has no two files of one name, and no file that only hands on', () => {
		const core = [...FILES].filter((file) => floorOf(file) === 'core');
		const names = core.map((file) => path.basename(file));
		expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
		const barrels = core.filter(
			(file) =>
				!/^(?:export )?(?:async )?(?:const|function|class|interface|type|enum)\b/m.test(
					readFileSync(file, 'utf8'),
				),
		);
		expect(barrels.map(shortName)).toEqual([]);
	});
});

describe('Differences between versions of n8n', () => {
	const asks = [/\bin (context|n8nWorkflow)\b/, /typeof (context|this|n8nWorkflow)\./, /\* as n8n/];

	it('only one file asks which version of n8n it runs in', () => {
		const asking = [...FILES].filter((file) => {
			const text = readFileSync(file, 'utf8');
			return asks.some((ask) => ask.test(text));
		});
		expect(asking.map((file) => shortName(file))).toEqual(['n8n/n8nCompat.ts']);
	});
});
