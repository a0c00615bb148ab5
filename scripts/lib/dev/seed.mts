import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { root } from './root.mts';
import { WorkflowFile, type N8nRest, type Named } from './rest.mts';

/** The name n8n itself gives to a first credential of this type; the examples name it so too. */
export const CREDENTIAL_NAME = 'ImaginePDF account';
export const CREDENTIAL_TYPE = 'imaginePdfApi';

/** The workflows of `examples/`, in the order of their file names. */
export async function readExamples(): Promise<WorkflowFile[]> {
	const folder = path.join(root, 'examples');
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) =>
			WorkflowFile.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8'))),
		),
	);
}

/** Creates the workflows that are not there yet by name, with the credential chosen. */
export async function addWorkflows(
	rest: N8nRest,
	workflows: readonly WorkflowFile[],
	credential: Named,
): Promise<Named[]> {
	const known = new Map((await rest.workflows()).map((workflow) => [workflow.name, workflow]));
	const all: Named[] = [];
	for (const workflow of workflows) {
		all.push(
			known.get(workflow.name) ?? (await rest.createWorkflow(withCredential(workflow, credential))),
		);
	}
	return all;
}

function withCredential(workflow: WorkflowFile, { id, name }: Named): WorkflowFile {
	return {
		...workflow,
		nodes: workflow.nodes.map((node) =>
			node.credentials && CREDENTIAL_TYPE in node.credentials
				? { ...node, credentials: { ...node.credentials, [CREDENTIAL_TYPE]: { id, name } } }
				: node,
		),
	};
}
