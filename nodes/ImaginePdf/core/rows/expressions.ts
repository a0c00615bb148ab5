import { fold } from './names';
import { isEmpty, PARSED, type Steps } from './paths';
import { isPlainObject } from '../objects';

/* What of a value can be printed, and how an expression of n8n reaches it. */

/** How a value can be reached: several ways are joined as texts. */
export type Way = readonly Steps[];

/** The one expression that a parameter is; empty where it is none, or a model's to fill. */
export function expressionIn(written: unknown): string {
	const [, inner = ''] =
		typeof written === 'string' ? (/^=\s*\{\{([\s\S]*)\}\}\s*$/.exec(written) ?? []) : [];
	const text = inner.trim();
	if (text === '' || text.includes('{{') || text.includes('$fromAI')) return '';
	return /^[$\w.?[\]"']+$/.test(text) ? text : `(${text})`;
}

/** The expression of a way from some root. */
export function reach(root: string, steps: Steps, isSafe: boolean): string {
	let text = root;
	for (const [depth, step] of steps.entries()) {
		const mark = isSafe && depth > 0 ? '?.' : '';
		if (step === PARSED) text = `JSON.parse(${text})`;
		else if (typeof step === 'number') text += `${mark}[${step}]`;
		else if (/^[A-Za-z_$][\w$]*$/.test(step)) text += `${mark || '.'}${step}`;
		else text += `${mark}[${JSON.stringify(step)}]`;
	}
	return text;
}

export function keyText(key: string): string {
	return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** What is never printed of an object, whatever else it has. */
const NEVER = /^(?:id|self|url|type|attributes)$/;

/** What objects call the text that they are shown by, in the order of preference. */
const SHOWN_BY = ['name', 'displayname', 'value', 'plaintext'];

/** Levels of objects inside an object that are looked at for something to print. */
const PICK_DEPTH = 3;

/**
 * What to print of an object or list: the ways from it to a scalar, or to two or three texts that are
 * joined; none where nothing stands out.
 */
export function picksOf(value: unknown, variable: string, depth = 0): Steps[] {
	if (depth > PICK_DEPTH) return [];
	if (Array.isArray(value)) {
		if (!value.some(isNested)) return [[]];
		const [first]: unknown[] = value;
		return picksOf(first, variable, depth + 1).map((steps) => [0, ...steps]);
	}
	if (!isPlainObject(value)) return isEmpty(value) ? [] : [[]];
	const keys = Object.keys(value).filter((key) => !NEVER.test(fold(key)));
	const scalars = keys.filter((key) => isScalar(value[key]));
	const named = [fold(variable), ...SHOWN_BY].flatMap(
		(name) => scalars.find((key) => fold(key) === name) ?? [],
	);
	const texts = scalars.filter((key) => typeof value[key] === 'string');
	const own = named.length > 0 ? named.slice(0, 1) : scalars.length === 1 ? scalars : texts;
	if (own.length > 0 && own.length <= 3 && (own !== texts || texts.length > 1)) {
		return own.map((key) => [key]);
	}
	for (const key of keys.filter((one) => isNested(value[one]))) {
		const inner = picksOf(value[key], variable, depth + 1);
		if (inner.length > 0) return inner.map((steps) => [key, ...steps]);
	}
	return [];
}

function isScalar(value: unknown): boolean {
	return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}

export function isNested(value: unknown): boolean {
	return Array.isArray(value) || isPlainObject(value);
}
