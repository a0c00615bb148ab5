import { isPlainObject, isSame, valueAt, type Fields } from '../objects';

/* A row's fields are those of its item, or of each item of its group: its records. */

/** All fields of a row: of a group, of each the first value that is not empty. */
export function mergedFields(records: readonly Fields[]): Fields {
	const [first = {}] = records;
	if (records.length < 2) return first;
	const keys = namesIn([records]);
	return Object.fromEntries([...keys].map((key) => [key, valueIn(records, [key])]));
}

/** The names of all fields. Rows mostly have the same ones in the same order. */
export function namesIn(rows: ReadonlyArray<readonly Fields[]>): Set<string> {
	const names = new Set<string>();
	let last: readonly string[] = [];
	for (const records of rows) {
		for (const record of records) {
			const keys = Object.keys(record);
			if (isSame(keys, last)) continue;
			for (const key of keys) names.add(key);
			last = keys;
		}
	}
	return names;
}

/** The first value that is not empty; an empty one where there is no other. */
export function valueIn(records: readonly Fields[], path: readonly string[]): unknown {
	const value = valueAt(records[0], path);
	if (records.length === 1 || !isEmpty(value)) return value;
	return records.map((record) => valueAt(record, path)).find((one) => !isEmpty(one)) ?? value;
}

/** Whether a value says nothing. */
export function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && !value.trim());
}

/** The fields beside a nested object, on every level down to it. */
export function fieldsAround(records: readonly Fields[], base: readonly string[]): string[] {
	const fields = mergedFields(records);
	return base.flatMap((name, depth) => {
		const outer = base.slice(0, depth);
		const found = valueAt(fields, outer);
		// An item may be an object of a class.
		const keys = Object.keys(depth === 0 ? fields : isPlainObject(found) ? found : {});
		return keys.filter((key) => key !== name).map((key) => [...outer, key].join('.'));
	});
}
