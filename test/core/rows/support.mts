import { buildRows } from '../../../nodes/ImaginePdf/core/rows/build.ts';
import { RowsRefused } from '../../../nodes/ImaginePdf/core/rows/issues.ts';
import type {
	Variable,
	VariableKind,
	Variables,
} from '../../../nodes/ImaginePdf/core/designs/variable.ts';
import type {
	BuildOptions,
	BuiltRows,
	RowInput,
	RowSource,
	RowValues,
} from '../../../nodes/ImaginePdf/core/rows/types.ts';

export const DESIGN = 'design_invoice';

/** Variables by name: a kind, or more of what the design tells. */
export type Spec = Record<string, VariableKind | Partial<Variable>>;

export interface Setting extends Partial<Omit<BuildOptions, 'variablesOf'>> {
	source?: RowSource;
	written?: string;
	/** The variables of the design; absent: not known. */
	variables?: Spec | undefined;
}

export function variables(spec: Spec | undefined): Variables {
	if (spec === undefined) return { known: false, reason: 'ImaginePDF does not tell them' };
	const list = Object.entries(spec).map(([name, given]): Variable => {
		const more = typeof given === 'string' ? { kind: given } : given;
		return { name, names: [name], kind: 'text', tokens: [], ...more };
	});
	return { known: true, list };
}

/** Freezes a value and all it holds, so that a change to an input throws. */
export function deepFreeze<T>(value: T): T {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
	if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
		Object.freeze(value);
		for (const key of Object.keys(value)) deepFreeze(Reflect.get(value, key));
	}
	return value;
}

/** One input per value, all for the same design, frozen. */
export function inputsOf(
	values: readonly unknown[],
	source: RowSource = 'items',
	written?: string,
): RowInput[] {
	return values.map((value, itemIndex) => ({
		itemIndex,
		source,
		values: deepFreeze(value),
		designId: DESIGN,
		written,
	}));
}

/** Builds rows of one design; `missingVariables` is the node's default. */
export function build(values: readonly unknown[], setting: Setting = {}): BuiltRows {
	const { source, written, variables: spec, ...options } = setting;
	return buildRows(inputsOf(values, source, written), {
		missingVariables: 'blank',
		...options,
		variablesOf: () => variables(spec),
	});
}

/** Only the values of the rows, as the service will read them. */
export function sent(values: readonly unknown[], setting: Setting = {}): RowValues[] {
	return build(values, setting).rows.map((row) => row.values);
}

/** The refusal of rows that must not be sent. */
export function refusal(values: readonly unknown[], setting: Setting = {}): RowsRefused {
	return caught(() => build(values, setting));
}

export function caught(work: () => unknown): RowsRefused {
	try {
		work();
	} catch (error) {
		if (error instanceof RowsRefused) return error;
		throw error;
	}
	throw new Error('The rows were not refused');
}

/** What is sent for one value of a variable of a kind. */
export function valueOf(
	raw: unknown,
	kind: VariableKind | Partial<Variable> = 'text',
	setting: Setting = {},
): unknown {
	const [row] = sent([{ x: raw, other: 'y' }], {
		variables: { x: kind, other: 'text' },
		...setting,
	});
	return row?.['x'];
}

/** The refusal of one value of a variable of a kind. */
export function refusedValue(
	raw: unknown,
	kind: VariableKind | Partial<Variable> = 'text',
	setting: Setting = {},
): { reason: string; remedy: string } {
	const { issues } = refusal([{ x: raw, other: 'y' }], {
		variables: { x: kind, other: 'text' },
		...setting,
	});
	const [issue] = issues;
	if (!issue) throw new Error('There is an issue');
	return issue;
}
