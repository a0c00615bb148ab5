import { readFileSync } from 'node:fs';

import ts from 'typescript';

/** The names of the members that a file's interfaces have. */
export function interfaceMembers(file: string, interfaces: RegExp): string[] {
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
	return source.statements
		.filter(ts.isInterfaceDeclaration)
		.filter(({ name }) => interfaces.test(name.text))
		.flatMap(({ members }) => members.map(({ name }) => name?.getText(source) ?? ''));
}
