/** Names and values as they came. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Sets an own property whatever its name. A plain assignment to `__proto__` would change the
 * object's prototype and send nothing.
 */
export function setOwn<T>(target: Record<string, T>, key: string, value: NoInfer<T>): void {
	if (key === '__proto__') {
		Object.defineProperty(target, key, {
			value,
			enumerable: true,
			configurable: true,
			writable: true,
		});
	} else {
		target[key] = value;
	}
}

/** Whether a value has fields, whatever made it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is an object as JSON knows it, also one from another realm. */
export function isPlainObject(value: unknown): value is Fields {
	if (!isRecord(value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	if (prototype === null || prototype === Object.prototype) return true;
	// n8n evaluates expressions in a realm of their own, whose Object.prototype is another one.
	return (
		Object.getPrototypeOf(prototype) === null &&
		Object.prototype.toString.call(value) === '[object Object]' &&
		Object.hasOwn(Object(prototype), 'hasOwnProperty')
	);
}

/** The same JSON with other texts and names. */
export function mapTexts(json: unknown, change: (text: string) => string): unknown {
	if (typeof json === 'string') return change(json);
	if (Array.isArray(json)) return json.map((one) => mapTexts(one, change));
	if (!isRecord(json)) return json;
	const fields = Object.entries(json);
	return Object.fromEntries(fields.map(([name, one]) => [change(name), mapTexts(one, change)]));
}

/** Sets the same value under several names. */
export function setAll<T>(target: Record<string, T>, keys: readonly string[], value: NoInfer<T>) {
	for (const key of keys) setOwn(target, key, value);
}

/** The fields that have a value, `null` included. */
export function known<T extends object>(fields: T): Partial<T> {
	const own: Partial<T> = {};
	for (const name in fields) if (fields[name] !== undefined) own[name] = fields[name];
	return own;
}

/** Adds one to the list of its key. */
export function addTo<K, T>(groups: Map<K, [T, ...T[]]>, key: K, one: T): void {
	const group = groups.get(key);
	if (group) group.push(one);
	else groups.set(key, [one]);
}

/** The entries with the same key, in the order of the first of each. */
export function groupedBy<T, K>(all: Iterable<T>, keyOf: (one: T) => K): Map<K, [T, ...T[]]> {
	const groups = new Map<K, [T, ...T[]]>();
	for (const one of all) addTo(groups, keyOf(one), one);
	return groups;
}

/** The items of rows, or of what else is made of items, ascending, without repeats. */
export function itemsIn(
	rows: ReadonlyArray<{ readonly itemIndexes: readonly number[] }>,
): number[] {
	const items = new Set<number>();
	for (const { itemIndexes } of rows) for (const item of itemIndexes) items.add(item);
	return [...items].sort((a, b) => a - b);
}

/** The same function, which makes its value for each key once. What it throws is not kept. */
export function onceEach<K, V>(make: (key: K) => V): (key: K) => V {
	const made = new Map<K, { value: V }>();
	return (key) => {
		const known = made.get(key) ?? { value: make(key) };
		made.set(key, known);
		return known.value;
	};
}

/** Whether two lists of names are the same. */
export function isSame(a: readonly string[], b: readonly string[]): boolean {
	return a.length === b.length && a.every((name, index) => name === b[index]);
}
