import type { DesignVariable } from '../emulator/model.mts';

/** Items as a source of data hands them over, a design for them, and what is to be printed. */
export interface SourceCase {
	/** The n8n node, or the service, that the items come from. */
	source: string;
	items: Array<Record<string, unknown>>;
	variables: ReadonlyArray<string | DesignVariable>;
	/** The node's parameters, beside the design. */
	parameters?: Record<string, unknown>;
	timezone?: string;
	/** For each PDF the lines below its title. */
	prints: string[][];
}

/** A table variable whose design shows header labels. */
export function table(name: string, ...labels: string[]): DesignVariable {
	return { name, kind: 'table', sample: [labels, labels.map(() => 'Sample')] };
}
