import type { INodeExecutionData } from 'n8n-workflow';

import { distinctName } from '../core/zip';

/**
 * Numbers files of equal names, in the order of the output. It waits for the whole output, since jobs
 * run side by side: whichever was through first would otherwise get the plain name.
 */
export function numberEqualFileNames(items: readonly INodeExecutionData[]): void {
	const taken = new Set<string>();
	for (const { json, binary } of items) {
		for (const file of Object.values(binary ?? {})) {
			if (file.fileName === undefined) continue;
			file.fileName = distinctName(file.fileName, taken);
			json.fileName = file.fileName;
		}
	}
}
