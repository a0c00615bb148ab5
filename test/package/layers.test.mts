import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/* Floors: door → operations, editor → n8n → core. No arrow runs back up, and there is no circle. */

const ROOT = path.resolve('nodes/ImaginePdf');

function sources(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const file = path.join(folder, name);
		if (statSync(file).isDirectory()) return sources(file);
		return name.endsWith('.ts') ? [file] : [];
	});
}

interface Import {
	target: string;
	typeOnly: boolean;
}

function importsOf(file: string): Import[] {
	const statements = readFileSync(file, 'utf8').matchAll(
		/^(import|export)( type)?\b[^;']*?from '([^']+)';/gms,
	);
	return [...statements].map(([, , type, from = '']) => ({
		target: from.startsWith('.') ? resolve(path.resolve(path.dirname(file), from)) : from,
		typeOnly: type !== undefined,
	}));
}

function resolve(target: string): string {
	return [`${target}.ts`, path.join(target, 'index.ts')].find((file) => FILES.has(file)) ?? target;
}

const FILES = new Set(sources(ROOT));
const GRAPH = new Map([...FILES].map((file) => [file, importsOf(file)]));
const floorOf = (file: string) => path.relative(ROOT, file).split(path.sep)[0] ?? '';

const ALLOWED: Record<string, string[]> = {
	core: ['core'],
	n8n: ['core', 'n8n'],
	'editor.ts': ['core', 'n8n'],
	operations: ['core', 'n8n', 'operations'],
	'ImaginePdf.node.ts': ['operations', 'editor.ts'],
};

describe('The floors', () => {
	it('are all there', () => {
		expect(new Set([...FILES].map(floorOf))).toEqual(new Set(Object.keys(ALLOWED)));
		expect([...GRAPH.values()].flat().length).toBeGreaterThan(100);
	});

	it.each([...GRAPH].map(([file, imports]) => [path.relative(ROOT, file), imports] as const))(
		'%s looks down only',
		(file, imports) => {
			const floor = floorOf(path.join(ROOT, file));
			for (const { target } of imports) {
				if (FILES.has(target)) expect(ALLOWED[floor]).toContain(floorOf(target));
				else if (floor === 'core') expect(['zod', 'node:crypto', 'luxon', 'fflate']).toContain(target);
				else expect(['zod', 'node:crypto', 'luxon', 'n8n-workflow']).toContain(target);
			}
		},
	);

	it('have no circle', () => {
		const done = new Set<string>();
		const walk = (file: string, trail: string[]): void => {
			const at = trail.indexOf(file);
			if (at >= 0)
				throw new Error(
					[...trail.slice(at), file].map((one) => path.relative(ROOT, one)).join(' → '),
				);
			if (done.has(file)) return;
			for (const { target, typeOnly } of GRAPH.get(file) ?? []) {
				if (!typeOnly && FILES.has(target)) walk(target, [...trail, file]);
			}
			done.add(file);
		};
		for (const file of FILES) walk(file, []);
	});

	it('are made of files that fit into a head', () => {
		const long = [...FILES].filter((file) => readFileSync(file, 'utf8').split('\n').length > 300);
		expect(long.map((file) => path.relative(ROOT, file))).toEqual([]);
	});
});

describe('What differs between versions of n8n', () => {
	const asks = [/\bin (context|n8nWorkflow)\b/, /typeof (context|this|n8nWorkflow)\./, /\* as n8n/];

	it('is asked in one file only', () => {
		const asking = [...FILES].filter((file) => {
			const text = readFileSync(file, 'utf8');
			return asks.some((ask) => ask.test(text));
		});
		expect(asking.map((file) => path.relative(ROOT, file))).toEqual(['n8n/majors.ts']);
	});
});
