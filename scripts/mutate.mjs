/**
 * `node scripts/mutate.mjs [--count 20] [--seed 1] [--minutes 4] [--tests folder] [folder or file …]`:
 * breaks the code in one random place at a time, runs the tests of that file (or those of a folder), and
 * tells which changes no test noticed. A survivor wants a test, or the code is not needed. Ctrl-C puts
 * the file back.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import ts from 'typescript';

import { root } from './lib/setup.mjs';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		count: { type: 'string', default: '20' },
		seed: { type: 'string', default: '1' },
		minutes: { type: 'string', default: '4' },
		tests: { type: 'string' },
	},
});

const OTHER = {
	'===': '!==',
	'!==': '===',
	'<': '<=',
	'<=': '<',
	'>': '>=',
	'>=': '>',
	'&&': '||',
	'||': '&&',
	'??': '&&',
	'+': '-',
	'-': '+',
	'*': '/',
};

/** Every change that can be made in a file: from, to, text. */
function changesIn(file) {
	const text = readFileSync(file, 'utf8');
	const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
	const found = [];
	const add = (node, other) => {
		const from = node.getStart();
		const { line } = source.getLineAndCharacterOfPosition(from);
		found.push({ file, line: line + 1, from, to: node.end, before: node.getText(), other });
	};
	const visit = (node) => {
		if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
		if (ts.isBinaryExpression(node)) {
			const other = OTHER[node.operatorToken.getText()];
			if (other) add(node.operatorToken, other);
		}
		if (ts.isIfStatement(node)) add(node.expression, `!(${node.expression.getText()})`);
		if (ts.isConditionalExpression(node)) add(node.condition, `!(${node.condition.getText()})`);
		if (ts.isNumericLiteral(node)) add(node, `(${node.getText()} + 1)`);
		if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false');
		if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true');
		if (ts.isExpressionStatement(node)) add(node, ';');
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** A number from 0 to 1, the same for a seed and a turn. */
function randomOf(seed, turn) {
	return createHash('sha256').update(`${seed} ${turn}`).digest().readUInt32BE() / 2 ** 32;
}

/** Whether a test of these files goes red; a test that runs without end does. */
async function isNoticed(changed, minutes) {
	const jest = path.join(root, 'node_modules/jest/bin/jest.js');
	const which = values.tests?.split(',') ?? ['--findRelatedTests', ...changed];
	const order = path.join(root, 'scripts/lib/shortestFirst.cjs');
	const args = [jest, ...which, '--bail', '-w', '1', '--silent', '--testSequencer', order];
	const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore', detached: true });
	const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), minutes * 60_000);
	const [code, signal] = await new Promise((resolve) =>
		child.once('close', (...end) => resolve(end)),
	);
	clearTimeout(timer);
	return signal === null ? (code === 0 ? 'SURVIVED' : 'noticed') : 'not over';
}

const places = positionals.length > 0 ? positionals : ['nodes', 'credentials'];
const filesIn = (folder) =>
	readdirSync(folder, { recursive: true })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => path.join(folder, name));
const files = places.flatMap((place) =>
	place.endsWith('.ts') ? [path.resolve(place)] : filesIn(path.join(root, place)),
);
const left = files.flatMap(changesIn);
// Tests that are red anyway would notice everything.
if (left.length > 0 && (await isNoticed(files, 30)) !== 'SURVIVED') {
	process.stderr.write('Some tests are red without any change: mend them first.\n');
	process.exit(1);
}
const counts = {};
for (let done = 0; done < Number(values.count) && left.length > 0; done++) {
	const [change] = left.splice(Math.floor(randomOf(values.seed, done) * left.length), 1);
	const { file, line, from, to, before, other } = change;
	const text = readFileSync(file, 'utf8');
	const restore = () => writeFileSync(file, text);
	const stop = () => {
		restore();
		process.exit(130);
	};
	process.once('SIGINT', stop);
	writeFileSync(file, text.slice(0, from) + other + text.slice(to));
	const verdict = await isNoticed([file], Number(values.minutes)).finally(restore);
	process.off('SIGINT', stop);
	counts[verdict] = (counts[verdict] ?? 0) + 1;
	const place = `${path.relative(root, file)}:${line}`;
	const shown = `${before} → ${other}`.replace(/\s+/g, ' ').slice(0, 150);
	process.stdout.write(`${verdict.padEnd(9)} ${place}  ${shown}\n`);
}
process.stdout.write(`${JSON.stringify(counts)} of ${files.length} files\n`);
