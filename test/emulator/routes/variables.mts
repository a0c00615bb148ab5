import type { Design, DesignVariable } from '../model.mts';

/** The first generation: an object keyed by name. The inner schema is not documented. */
export function namedVariables(design: Design): Record<string, unknown> {
	return Object.fromEntries(design.variables.map((variable) => [variable.name, inner(variable)]));
}

/** The tree's `variables` key in the shape that the design asks for (not documented). */
export function treeVariables(design: Design): unknown {
	switch (design.treeShape) {
		case 'byName':
			return namedVariables(design);
		case 'byId':
			return Object.fromEntries(
				design.variables.map((variable, index) => [
					`var_${String(index + 1).padStart(3, '0')}`,
					{ name: variable.name, ...inner(variable) },
				]),
			);
		case 'array':
			return design.variables.map((variable) => ({ name: variable.name, ...inner(variable) }));
		case 'odd':
			return { version: 7, defined: design.variables.length };
		case 'absent':
			return undefined;
	}
}

function inner({ kind, label, sample }: DesignVariable) {
	return { type: kind, ...(label !== undefined && { label }), default: sample };
}
