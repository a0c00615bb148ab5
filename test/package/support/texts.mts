import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** A text in the code; what is filled in at run time is `…`. */
export interface Text {
	/** `file:line`. */
	place: string;
	text: string;
}

/** All texts that the package's code holds, in the order of the files. */
export function textsInCode(): Text[] {
	return ['nodes', 'credentials'].flatMap(filesIn).flatMap((file) => textsIn(file, () => true));
}

/** The texts that the node's code gives to a `message`, which is what users read first. */
export function messagesInCode(): Text[] {
	return filesIn('nodes').flatMap((file) => textsIn(file, isMessage));
}

function filesIn(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => path.join(folder, file));
}

function textsIn(file: string, isWanted: (node: ts.Node) => boolean): Text[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(file, 'utf8'),
		ts.ScriptTarget.Latest,
		true,
	);
	const found: Text[] = [];
	const visit = (node: ts.Node): void => {
		const text = textOf(node);
		if (text !== undefined && isWanted(node)) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
			found.push({ place: `${file}:${line + 1}`, text });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

function textOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteralLike(node)) return node.text;
	if (!ts.isTemplateExpression(node)) return undefined;
	return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
}

/** `message: …` beside a description, or `const message = …`, also as one of two choices. */
function isMessage(node: ts.Node): boolean {
	const { parent } = node;
	if (ts.isConditionalExpression(parent) || ts.isParenthesizedExpression(parent)) {
		return isMessage(parent);
	}
	const isNamed = ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent);
	return isNamed && parent.initializer === node && parent.name.getText() === 'message';
}
