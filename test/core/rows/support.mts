import {
	buildRows,
	parseVariables,
	RowsRefused,
	toApiValue,
} from '../../../nodes/ImaginePdf/core/rows/index.ts';
import { Refusal } from '../../../nodes/ImaginePdf/core/rows/refusal.ts';
import type {
	BuildOptions,
	BuiltRows,
	RowInput,
	RowSource,
	RowValues,
} from '../../../nodes/ImaginePdf/core/rows/index.ts';

export const DESIGN = 'design_invoice';

export interface Setting extends Partial<Omit<BuildOptions, 'variablesOf'>> {
	source?: RowSource;
	/** The raw `variables` of the design; absent: not known. */
	variables?: unknown;
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
export function inputsOf(values: readonly unknown[], source: RowSource = 'items'): RowInput[] {
	return values.map((value, itemIndex) => ({
		itemIndex,
		source,
		values: deepFreeze(value),
		designId: DESIGN,
	}));
}

/** Builds rows of one design; `missingVariables` is the node's default. */
export function build(values: readonly unknown[], setting: Setting = {}): BuiltRows {
	const { source, variables, ...options } = setting;
	return buildRows(inputsOf(values, source), {
		missingVariables: 'blank',
		...options,
		variablesOf: () => parseVariables(variables),
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

/** The refusal of one value. */
export function refusedValue(raw: unknown): Refusal {
	const value = toApiValue(raw);
	if (value instanceof Refusal) return value;
	throw new Error(`Not refused: ${JSON.stringify(value)}`);
}
