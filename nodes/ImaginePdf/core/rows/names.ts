/* Names of fields, of variables and of columns, compared as people take them. */

/** What nobody sees: controls, formats such as the byte order mark, and what fonts are to ignore. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

/** The same without tabs and line breaks, which separate words. */
const IGNORED = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };

/** Signs of forms at the end of a label, such as `Name *`. */
const SIGNS = /[*:?]+$/;

/** A bracketed note at the end, such as `(€)`. */
const NOTE = /(?:\([^()]*\)|\[[^[\]]*\])$/;

/**
 * A name without what people vary: case (upper before lower, which makes `ss` of `ß`), blanks,
 * `_ - . /`, invisible characters, width and composition, German umlauts, signs at the end, and the
 * prefix `property_` of n8n's Notion node.
 */
export function fold(name: string): string {
	return name
		.normalize('NFKC')
		.replace(INVISIBLE, (hidden) => (/\s/.test(hidden) ? ' ' : ''))
		.replace(/^property_(?=.)/, '')
		.toUpperCase()
		.toLowerCase()
		.replace(/i\u0307/g, 'i')
		.replace(/ς/g, 'σ')
		.replace(/[äöü]/g, (letter) => UMLAUTS[letter] ?? letter)
		.replace(/[\s_./-]+/g, '')
		.replace(SIGNS, '');
}

/** What an index finds for a name. */
export interface Found<T> {
	readonly all: readonly T[];
	/** They have the very name, and not one that only folds to the same. */
	readonly isExact: boolean;
}

/** Finds things by their names: by the very name, else by the folded one. */
export class NameIndex<T> {
	private readonly exact = new Map<string, Set<T>>();
	private readonly folded = new Map<string, Set<T>>();
	/** Folded names by what is left of them without their notes. */
	private readonly bare = new Map<string, Set<string>>();
	private readonly memory = new Map<string, Found<T>>();

	constructor(entries: Iterable<readonly [name: string, value: T]> = []) {
		for (const [name, value] of entries) {
			const folded = fold(name);
			addTo(this.exact, name, value);
			addTo(this.folded, folded, value);
			addTo(this.bare, withoutNote(folded), folded);
		}
	}

	find(name: string): Found<T> {
		const exact = this.exact.get(name);
		const found = this.memory.get(name) ?? {
			all: [...(exact ?? this.findFolded(fold(name)))],
			isExact: exact !== undefined,
		};
		this.memory.set(name, found);
		return found;
	}

	/** The only one of the name. */
	only(name: string): T | undefined {
		const [one, other] = this.find(name).all;
		return other === undefined ? one : undefined;
	}

	private findFolded(folded: string): Iterable<T> {
		if (folded === '') return [];
		const same = this.folded.get(folded);
		if (same) return same;
		const bare = withoutNote(folded);
		const [only, other] = this.bare.get(bare) ?? [];
		// A note counts where names differ by it alone, and `(net)` is not `(gross)`.
		if (only === undefined || other !== undefined || (folded !== bare && only !== bare)) return [];
		return this.folded.get(only) ?? [];
	}
}

/** The index of names themselves. */
export function namesIndex(names: Iterable<string>): NameIndex<string> {
	return new NameIndex(Array.from(names, (name) => [name, name]));
}

function withoutNote(folded: string): string {
	return folded.replace(NOTE, '').replace(SIGNS, '') || folded;
}

function addTo<T>(map: Map<string, Set<T>>, key: string, value: T): void {
	map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** Whether text shows anything. */
export function isVisible(text: string): boolean {
	// Most text has a letter or digit of ASCII.
	return /[!-~]/.test(text) || text.replace(INVISIBLE, '').trim() !== '';
}

/** Text to compare values by: without blanks around it, invisible characters, width and composition. */
export function comparable(text: string): string {
	return text.normalize('NFKC').replace(IGNORED, '').trim();
}
