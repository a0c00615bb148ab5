/** Repeatable chance (mulberry32, public domain): numbers from 0 (included) to 1 (excluded). */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Ids as documented: `job_abc123xyz`. */
export function idMaker(random: () => number): (prefix: string) => string {
	const letter = () => ID_LETTERS[Math.floor(random() * ID_LETTERS.length)] ?? 'a';
	return (prefix) => `${prefix}_${Array.from({ length: 12 }, letter).join('')}`;
}

/** A new array in another order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
	const result = [...items];
	for (let last = result.length - 1; last > 0; last--) {
		const other = Math.floor(random() * (last + 1));
		const [a, b] = [result[last], result[other]];
		if (a !== undefined && b !== undefined) [result[last], result[other]] = [b, a];
	}
	return result;
}

/** A number from a text, to seed chance that belongs to one job. */
export function seedFrom(text: string): number {
	let hash = 2166136261;
	for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
	return hash >>> 0;
}
