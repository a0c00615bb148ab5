import { findElements, formatIn, kindOf, type DesignElements } from './elements';
import {
	parseKey,
	tokenKey,
	type Variable,
	type VariableFormat,
	type VariableKind,
	type Variables,
} from './variable';
import { groupedBy, isPlainObject } from '../objects';

/** What the API gives of a design (docs/imaginepdf-api.md, "Designs"). */
export interface DesignSource {
	/** The variable store. */
	readonly store: unknown;
	/** The nodes of the tree, which show what each variable takes. */
	readonly nodes?: unknown;
	/** In the first generation of the API a token inside a text is a variable of its own. */
	readonly tokensAreVariables?: boolean;
}

/**
 * Reads a design's variables. The shape of the store is not documented: an object keyed by name, or
 * by an id with `name` inside, or an array of objects with a `name` (texts are taken for names too).
 * Anything else makes the variables unknown. Never throws.
 */
export function readVariables({ store, nodes, tokensAreVariables }: DesignSource): Variables {
	const entries = storeEntries(store);
	if (typeof entries === 'string') return { known: false, reason: entries };
	const list = variablesOf(entries, findElements(nodes));
	const all = withListedTokens(list);
	return {
		known: true,
		list: tokensAreVariables ? all.map((one) => withTokenKeys(one, all)) : all,
	};
}

/** One entry of the store: the key it stood under, if any, and the `name` inside, if any. */
interface Entry {
	readonly key: string | undefined;
	readonly inner: string | undefined;
	readonly kind: VariableKind;
	/** Texts inside that may be the id of its element. */
	readonly links: readonly string[];
	readonly format: VariableFormat | undefined;
}

/** The entries of the store, or why they are not known. */
function storeEntries(store: unknown): Entry[] | string {
	if (store === undefined || store === null) return 'ImaginePDF does not tell them';
	if (Array.isArray(store)) {
		const named = store.map((value) => entryOf(undefined, value)).filter(({ inner }) => inner);
		return store.length > 0 && named.length === 0 ? 'their list holds no names' : named;
	}
	if (!isPlainObject(store)) return `they are given as ${typeof store}, which is not a known form`;
	const given = Object.entries(store).filter(([key]) => key !== '');
	// A list or a number means that the keys are something else, and the names stand elsewhere.
	if (given.some(([, value]) => Array.isArray(value) || typeof value === 'number')) {
		return 'they are given in a form that is not known';
	}
	return given.map(([key, value]) => entryOf(key, isPlainObject(value) ? value : undefined));
}

function entryOf(key: string | undefined, value: unknown): Entry {
	const inside = isPlainObject(value) ? value : { name: value };
	const { name, type } = inside;
	const inner = typeof name === 'string' && name !== '' ? name : undefined;
	const links = [key, ...Object.values(inside)].filter((text) => typeof text === 'string');
	return { key, inner, kind: kindOf(type), links, format: formatIn(inside) };
}

/**
 * Makes variables of entries. Entries with the same `name` inside are one variable, whose keys are
 * further names of it, unless the elements show which of the names counts: the key may be the id of
 * one. Where a `name` inside is also the key of another entry, the service may go by either; then
 * each name is a variable of its own, so that none is filled with another's value.
 */
function variablesOf(entries: readonly Entry[], { byName, byId }: DesignElements): Variable[] {
	const keys = new Set(entries.map(({ key }) => key));
	const inners = new Set(entries.flatMap(({ key, inner }) => (inner !== key ? [inner] : [])));
	const namesOf = ({ key, inner }: Entry): string[][] => {
		if (inner === undefined || inner === key || key === undefined) return [[inner ?? key ?? '']];
		if (byId.has(key) && !byName.has(key)) return [[inner]];
		if (byName.has(inner) !== byName.has(key)) return [[byName.has(inner) ? inner : key]];
		return keys.has(inner) || inners.has(key) ? [[key], [inner]] : [[inner, key]];
	};
	const named = entries.flatMap((entry) => namesOf(entry).map((names) => ({ ...entry, names })));
	const groups = groupedBy(named, ({ names: [name = ''] }) => name);
	return Array.from(groups, ([name, some]): Variable[] => {
		const names = [...new Set(some.flatMap((one) => one.names))];
		const linked = new Set(some.flatMap(({ links }) => links));
		const ofName = names.flatMap((own) => byName.get(own) ?? []);
		const bound = ofName.length > 0 ? ofName : [...linked].flatMap((link) => byId.get(link) ?? []);
		const elements = bound.filter(({ isHidden }) => !isHidden);
		// An element that the design hides is no variable to fill.
		if (bound.length > 0 && elements.length === 0) return [];
		const format = [...elements, ...some].find((one) => one.format)?.format;
		const own = { name, names, ...(format && { format }) };
		const kinds = (elements.length > 0 ? elements : some).map(({ kind }) => kind);
		const kind = kinds.reduce(stricter);
		if (elements.length === 0) return [{ ...own, kind }];
		const tokens = [...new Set(elements.flatMap((element) => element.tokens))];
		const table = elements.find((element) => element.kind === 'table');
		const header = table?.header && { header: table.header };
		return [
			{ ...own, kind, tokens, ...header, ...(table?.isHeaderless && { isHeaderless: true }) },
		];
	}).flat();
}

/** The kind of two that takes less: text must not reach an element that takes none. */
function stricter(a: VariableKind, b: VariableKind): VariableKind {
	const rank: VariableKind[] = ['unknown', 'text', 'barcode', 'qr', 'image', 'table'];
	return rank.indexOf(a) >= rank.indexOf(b) ? a : b;
}

/** A store may list `variable::token` among its variables; then it is that variable's token. */
function withListedTokens(list: readonly Variable[]): Variable[] {
	const isToken = ({ name }: Variable) => parseKey(name).token !== undefined;
	const listed = groupedBy(list.filter(isToken), ({ name }) => parseKey(name).variable);
	const whole = list.filter((variable) => !isToken(variable));
	const names = new Set(whole.map(({ name }) => name));
	const owners = [...listed.keys()].filter((owner) => !names.has(owner));
	const all = owners.map((name): Variable => ({ name, names: [name], kind: 'text' }));
	return [...whole, ...all].map((variable) => {
		const own = (listed.get(variable.name) ?? []).flatMap(({ name }) => parseKey(name).token ?? []);
		const tokens = [...new Set([...(variable.tokens ?? []), ...own])];
		return variable.tokens || own.length > 0 ? { ...variable, tokens } : variable;
	});
}

/** Adds the keys of a token to a variable that is a token of a text as well; it takes text then. */
function withTokenKeys(variable: Variable, all: readonly Variable[]): Variable {
	const { name, names, kind } = variable;
	const owners = kind === 'table' || kind === 'image' ? [] : all;
	const keys = owners.flatMap((owner) =>
		owner.tokens?.includes(name) ? owner.names.map((own) => tokenKey(own, name)) : [],
	);
	if (keys.length === 0) return variable;
	return { ...variable, names: [...names, ...keys], kind: kind === 'unknown' ? 'text' : kind };
}
