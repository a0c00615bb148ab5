import { isPlainObject } from '../objects';
import type { VariableFormat, VariableKind } from './variable';

/** What an element of a design takes when a variable is bound to it. */
export interface DesignElement {
	readonly kind: VariableKind;
	/** The tokens inside its text or cells. */
	readonly tokens: readonly string[];
	/** The header labels of a table. */
	readonly header?: readonly string[];
	/** It is a table, and shows that it has no header row. */
	readonly isHeaderless?: boolean;
	/** It is left out of the PDF, and its variable with it. */
	readonly isHidden: boolean;
	readonly format?: VariableFormat;
}

/** The elements of a design that take values, by name and by id. */
export interface DesignElements {
	readonly byName: ReadonlyMap<string, readonly DesignElement[]>;
	readonly byId: ReadonlyMap<string, DesignElement>;
}

/** The element types of docs/imaginepdf-api.md, "Designs", and other spellings of them. */
const ELEMENT_KINDS = new Map<string, VariableKind>([
	['text', 'text'],
	['string', 'text'],
	['qr', 'qr'],
	['qrcode', 'qr'],
	['barcode', 'barcode'],
	['table', 'table'],
	['image', 'image'],
]);

/** Token names: letters, digits and `_` (docs/imaginepdf-api.md, "Values"). */
const TOKEN = /\{\{\s*([\p{L}\p{N}_]+)\s*\}\}/gu;

/** The renderer's own tokens, which no row fills (docs/imaginepdf-api.md, "Values"). */
const RENDERER_TOKENS = new Set(['page', 'pages']);

/** No design is as deep as this; it ends the search in whatever else came as one. */
const MAX_TREE_DEPTH = 40;

/** The kind that a `type` says plainly. */
export function kindOf(type: unknown): VariableKind {
	const word = typeof type === 'string' ? type.toLowerCase().replace(/[\s_-]/g, '') : '';
	return ELEMENT_KINDS.get(word) ?? 'unknown';
}

/**
 * Finds the elements in a design's `nodes`, whose shape is not documented: they may stand in a list,
 * by id, or inside each other. Never throws.
 */
export function findElements(nodes: unknown): DesignElements {
	const byName = new Map<string, DesignElement[]>();
	const byId = new Map<string, DesignElement>();
	const visit = (node: unknown, key: string | undefined, depth: number, isInHidden: boolean) => {
		if (typeof node !== 'object' || node === null || depth > MAX_TREE_DEPTH) return;
		if (Array.isArray(node)) {
			for (const child of node) visit(child, undefined, depth + 1, isInHidden);
			return;
		}
		const isHidden = isInHidden || Reflect.get(node, 'isHidden') === true;
		const found = elementOf(node);
		if (found === undefined) {
			for (const [name, child] of Object.entries(node)) visit(child, name, depth + 1, isHidden);
			return;
		}
		const element = { ...found, isHidden };
		const [id, name]: unknown[] = [Reflect.get(node, 'id') ?? key, Reflect.get(node, 'name')];
		if (typeof id === 'string') byId.set(id, element);
		if (typeof name !== 'string' || name === '') return;
		byName.set(name, [...(byName.get(name) ?? []), element]);
	};
	visit(nodes, undefined, 0, false);
	return { byName, byId };
}

function elementOf(node: object): Omit<DesignElement, 'isHidden'> | undefined {
	const kind = kindOf(Reflect.get(node, 'type'));
	const data: unknown = Reflect.get(node, 'data');
	if (kind === 'unknown') return undefined;
	const content = isPlainObject(data) ? data : {};
	const format = formatIn(node) ?? formatIn(content);
	const own = { kind, ...(format && { format }) };
	if (kind === 'table') return { ...own, ...tableOf(content, Reflect.get(node, 'styles')) };
	// A text may be a list of texts.
	const texts: unknown[] = Array.isArray(content.content) ? content.content : [content.content];
	return { ...own, tokens: tokensIn(texts.map(textIn)) };
}

/** The format that a node or an entry of the store gives for its values. */
export function formatIn(node: object): VariableFormat | undefined {
	const given: unknown[] = [Reflect.get(node, 'dataType'), Reflect.get(node, 'format')];
	const [dataType, format] = given.map((one) => (typeof one === 'string' ? one : ''));
	if (!dataType && !format) return undefined;
	return { ...(dataType && { dataType }), ...(format && { format }) };
}

function tableOf(
	{ cells, headerRow }: Record<string, unknown>,
	styles: unknown,
): Pick<DesignElement, 'tokens' | 'header' | 'isHeaderless'> {
	const rows: unknown[] = Array.isArray(cells) ? cells : [];
	const texts = rows.map((row) => (Array.isArray(row) ? row.map(cellContent) : []));
	const tokens = tokensIn(texts.flat());
	const isHeader = headerRow ?? (isPlainObject(styles) ? styles.headerRow : undefined);
	if (isHeader === false) return { tokens, isHeaderless: true };
	const [labels] = texts;
	// A label with a token in it says something else in each row.
	const isKnown = labels !== undefined && labels.length > 0 && tokensIn(labels).length === 0;
	return isKnown ? { tokens, header: labels } : { tokens };
}

/** A cell is text, or `{ type, data, styles }` with the text as `data` or inside it. */
function cellContent(cell: unknown): string {
	return isPlainObject(cell) ? textIn(cell.data) : textIn(cell);
}

function textIn(value: unknown): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return String(value);
	return isPlainObject(value) && typeof value.content === 'string' ? value.content : '';
}

function tokensIn(texts: readonly string[]): string[] {
	const found = texts.flatMap((text) => Array.from(text.matchAll(TOKEN), ([, name = '']) => name));
	return [...new Set(found)].filter((name) => !RENDERER_TOKENS.has(name));
}
