/* Comparing the names of fields, variables and columns as people would. */

/** Characters that nobody sees: controls, formats such as the byte order mark, and what fonts are to ignore. */
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
		.replace(INVISIBLE, '')
		.replace(/^property_(?=.)/, '')
		.toUpperCase()
		.toLowerCase()
		.replace(/i\u0307/g, 'i')
		.replace(/ς/g, 'σ')
		.replace(/[äöü]/g, (letter) => UMLAUTS[letter] ?? letter)
		.replace(/[\s_./-]+/g, '')
		.replace(SIGNS, '');
}

/** Finds things by name: by the exact one, else by the folded one. */
export class NameIndex<T> {
	private readonly exact = new Map<string, Set<T>>();
	private readonly folded = new Map<string, readonly T[]>();
	/** Things by folded name, grouped by that name without its note. */
	private families: Map<string, Map<string, Set<T>>> | undefined;

	constructor(private readonly entries: ReadonlyArray<readonly [name: string, value: T]>) {
		for (const [name, value] of entries) {
			this.exact.set(name, (this.exact.get(name) ?? new Set()).add(value));
		}
	}

	/** What has exactly this name (`isExact`), else what has a name that folds to the same. */
	find(name: string): { readonly all: readonly T[]; readonly isExact: boolean } {
		const exact = this.exact.get(name);
		if (exact) return { all: [...exact], isExact: true };
		const all = this.folded.get(name) ?? this.findFolded(fold(name));
		this.folded.set(name, all);
		return { all, isExact: false };
	}

	/** What has this name, unless several have it. */
	only(name: string): T | undefined {
		const [one, other] = this.find(name).all;
		return other === undefined ? one : undefined;
	}

	private findFolded(folded: string): readonly T[] {
		this.families ??= familiesOf(this.entries);
		const bare = withoutNote(folded);
		const family = this.families.get(bare) ?? new Map<string, Set<T>>();
		const [[name, only] = ['', []], other] = family;
		// A note counts where names differ only by it: `(net)` is not `(gross)`.
		const isNear = other === undefined && (folded === bare || name === bare);
		return folded === '' ? [] : [...(family.get(folded) ?? (isNear ? only : []))];
	}
}

function familiesOf<T>(
	entries: ReadonlyArray<readonly [name: string, value: T]>,
): Map<string, Map<string, Set<T>>> {
	const families = new Map<string, Map<string, Set<T>>>();
	for (const [name, value] of entries) {
		const folded = fold(name);
		const bare = withoutNote(folded);
		const family = families.get(bare) ?? new Map<string, Set<T>>();
		families.set(bare, family.set(folded, (family.get(folded) ?? new Set()).add(value)));
	}
	return families;
}

/** The index of names themselves. */
export function namesIndex(names: readonly string[]): NameIndex<string> {
	return new NameIndex(names.map((name) => [name, name] as const));
}

function withoutNote(folded: string): string {
	return folded.replace(NOTE, '').replace(SIGNS, '') || folded;
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
