/**
 * Reads the `flatted` form in which n8n saves execution data: a list in which every string inside
 * an object or array is the index of the value that stands there (npm package `flatted`).
 */
export function unflatten(text: string): unknown {
	const list: unknown = JSON.parse(text);
	if (!Array.isArray(list)) throw new Error('This is not flattened data');
	const values: readonly unknown[] = list;
	const made = new Map<number, unknown>();
	const resolve = (index: number): unknown => {
		if (made.has(index)) return made.get(index);
		const value = values[index];
		if (Array.isArray(value)) {
			const copy: unknown[] = [];
			made.set(index, copy);
			for (const member of value) copy.push(follow(member));
			return copy;
		}
		if (typeof value === 'object' && value !== null) {
			const copy: Record<string, unknown> = {};
			made.set(index, copy);
			for (const [key, member] of Object.entries(value)) copy[key] = follow(member);
			return copy;
		}
		return value;
	};
	const follow = (member: unknown): unknown =>
		typeof member === 'string' ? resolve(Number(member)) : member;
	return resolve(0);
}
