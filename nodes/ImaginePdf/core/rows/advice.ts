import type { Design } from './design';
import { LABEL, type Need, type Way } from './issues';
import { isPath, needOf } from './match';
import {
	distinctPaths,
	inside,
	isNested,
	keyOf,
	PARSED,
	parsed,
	textOf,
	valueOf,
	type Path,
	type Steps,
} from './paths';
import type { Target } from './targets';
import { groupedBy, isRecord } from '../objects';
import { showName } from '../text';

/*
 * One way to an expression, for all advice: what to enter where, so that the rows are whole when it is
 * followed to the letter.
 */

/** What advice is about: the rows of a design, with where their values come from. */
interface Ground extends Pick<Design, 'rows' | 'base' | 'holdings'> {
	/** The expression of an item, or of a row in its list. */
	readonly root: string;
	/** What was matched, with the first of its places. */
	readonly matched: ReadonlyMap<Target, Path>;
	readonly isOneRowPerItem: boolean;
}

/**
 * Advice that repairs whole rows, in one step: one expression, or where only the user can choose, a
 * line for each variable. Empty where no expression can be told.
 */
export function adviceFor(given: readonly Need[], design: Design): string {
	const { rows, sources, base, holdings, options } = design;
	const needs = Array.from(groupedBy(given, ({ target }) => target).values(), ([need]) => need);
	const [{ inputs, group, rowIndex } = { inputs: undefined }] = rows;
	if (needs.length === 0 || !inputs) return '';
	const { source, written } = inputs[0];
	const item = source === 'json' ? expressionIn(written ?? '={{ $json }}') : '$json';
	const matched = new Map<Target, Path>();
	for (const { target, path } of sources) if (!matched.has(target)) matched.set(target, path);
	const isList = rowIndex !== undefined;
	const root = isList ? 'row' : item;
	const isOneRowPerItem = options.oneRowPerItem ?? false;
	const ground: Ground = { rows, base, holdings, root, matched, isOneRowPerItem };
	if (item === '') return '';
	if (group !== undefined) return groupedAdvice(needs, ground);
	if (source === 'mapped') return mappedAdvice(needs, ground, written);
	const entered = (expression: string) =>
		source === 'items'
			? `Choose '${LABEL.json}' as the '${LABEL.rowSource}' and enter {{ ${expression} }} as '${LABEL.rows}'.`
			: `Enter {{ ${expression} }} as '${LABEL.rows}'.`;
	if (isList) {
		const several = needs.filter(({ ways }) => ways.length > 1);
		const offers = several.map((need) => offerOf(need, ground, (text) => text)).join('; ');
		const choose = offers && ` Choose there what each variable is to say: ${offers}.`;
		return `${entered(`${item}.map((row) => (${rowOf(needs, ground)}))`)}${choose}`;
	}
	const list = listFor(needs, ground);
	if (list && isOneRowPerItem && isLong(list, ground) && !list.includes(PARSED)) {
		return `Put the node 'Split Out' before this one, with ${showName(textOf(list))} as 'Fields To Split Out'.`;
	}
	if (list) return entered(reach(root, list, false));
	const whole = [...needs, ...matchedToo(needs, ground)];
	if (whole.some(({ ways }) => ways.length > 1)) {
		// What is not mapped would be blank.
		const lines = whole.map((need) => offerOf(need, ground)).join('\n');
		return `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', and choose what each variable is to say:\n${lines}\n`;
	}
	return `${entered(rowOf(needs, ground))}${entriesText(needs, ground)}`;
}

/** A variable with the expressions for it, of which one is to be chosen. */
function offerOf(
	{ target, ways }: Need,
	ground: Ground,
	shown = (text: string) => `{{ ${text} }}`,
): string {
	const texts = ways.map((way) => shown(expressionOf(way, target, ground)));
	return `${showName(target.key)}: ${texts.join(' or ')}`;
}

/** Group By needs the fields of the items, so they are set before the node. */
function groupedAdvice(needs: readonly Need[], ground: Ground): string {
	const offers = needs.map((need) => offerOf(need, ground)).join('; ');
	const choose = needs.some(({ ways }) => ways.length > 1) ? ' Choose what each is to say.' : '';
	return `Put the node 'Edit Fields' before this one, with 'Include Other Input Fields' on, and set there: ${offers}.${choose}`;
}

/** Each field of the mapper has an expression of its own. */
function mappedAdvice(needs: readonly Need[], ground: Ground, written: unknown): string {
	const lines = needs.flatMap(({ target, ways: [way] }) => {
		const [field = ''] = ground.matched.get(target) ?? [];
		const root = expressionIn(isRecord(written) ? written[field] : '');
		if (root === '' || !way) return [];
		return `{{ ${expressionOf(way, target, { ...ground, root }, 1)} }} as ${showName(target.key)}`;
	});
	return lines.length === needs.length ? `Enter ${lines.join(' and ')}.` : '';
}

/** What was matched besides, with the values that an object which the needs are in has for it as well. */
function matchedToo(needs: readonly Need[], { rows, holdings, matched }: Ground): Need[] {
	const needed = new Set(needs.map(({ target }) => target));
	const own = holdings.filter(({ target }) => needed.has(target));
	const holders = new Set(own.map(({ holder }) => keyOf(holder)));
	return [...matched].flatMap(([target, path]) => {
		if (needed.has(target)) return [];
		const others = holdings.filter(
			(one) => one.target === target && holders.has(keyOf(one.holder)),
		);
		return needOf(target, [path, ...others.map(({ at }) => at)], rows);
	});
}

/** An object with all fields of the item, of objects that bring several of the needs, and the others. */
function rowOf(needs: readonly Need[], ground: Ground): string {
	const { root, base } = ground;
	const found = spreadsFor(needs, ground);
	const spreads = [[], ...(base.length > 0 ? [base] : []), ...found];
	const others = needs.flatMap(({ target, ways: [way = []] }) => {
		const isSpread = found.some((at) => isDirect(at, way, target));
		return isSpread ? [] : `${keyText(target.key)}: ${expressionOf(way, target, ground)}`;
	});
	const parts = spreads.map((at) => `...${reach(root, at, at.length > 1)}`);
	return `{ ${[...parts, ...others].join(', ')} }`;
}

/** Whether a way leads to a field of an object, whose very name is the target's. */
function isDirect(at: Steps, [way = [], other]: Way, { keys }: Target): boolean {
	const [name, more] = inside(way, at) ?? [];
	return !other && more === undefined && typeof name === 'string' && keys.includes(name);
}

/** Objects that bring several of the needs by their very names, and nothing that was matched. */
function spreadsFor(needs: readonly Need[], { holdings, matched }: Ground): Path[] {
	const direct = needs.flatMap(({ target, ways: [way = []] }) => {
		const at = way[0]?.slice(0, -1) ?? [];
		return at.length > 0 && isPath(at) && isDirect(at, way, target) ? [at] : [];
	});
	return [...groupedBy(direct, keyOf)].flatMap(([key, [path, other]]) => {
		const isOfMatched = holdings.some(
			({ holder, target }) => matched.has(target) && keyOf(holder) === key,
		);
		return other && !isOfMatched ? [path] : [];
	});
}

/** The one list whose entries have every variable that was matched or is needed: they are the rows. */
function listFor(needs: readonly Need[], { holdings, matched }: Ground): Steps | undefined {
	const wanted = new Set([...matched.keys(), ...needs.map(({ target }) => target)]);
	const own = holdings.filter(({ target }) => wanted.has(target));
	const lists = own.map(({ holder }) => holder.slice(0, holder.findIndex(isNumber)));
	return distinctPaths(lists).find((at) => {
		const entries = own.filter(({ holder }) => isNumber(inside(holder, at)?.[0]));
		const held = entries.filter(({ holder }) => holder.length === at.length + 1);
		const isWhole = new Set(held.map(({ target }) => target)).size === wanted.size;
		return isWhole && entries.length === own.length;
	});
}

function isNumber(step: unknown): boolean {
	return typeof step === 'number';
}

function isLong(at: Steps, { rows }: Ground): boolean {
	const lists = rows.map(({ records }) => valueOf(records[0], at));
	return lists.some((list) => Array.isArray(list) && list.length > 1);
}

/** For the one list of which only the first entry is taken. */
function entriesText(needs: readonly Need[], ground: Ground): string {
	const { root, isOneRowPerItem } = ground;
	const ways = needs.flatMap(({ ways: [way = []] }) => way.filter((steps) => steps.some(isNumber)));
	const [at, other] = distinctPaths(ways.map((steps) => steps.slice(0, steps.findIndex(isNumber))));
	if (!at || other || isOneRowPerItem || !isLong(at, ground)) return '';
	return ` That prints the first entry of ${showName(textOf(at))}; for one PDF per entry enter {{ ${reach(root, at, false)}.map((row) => ({ ...${root}, ...row })) }} instead.`;
}

/**
 * The expression of a way; where it leads into a value that other rows have as text, that text there.
 * @param depth steps that the root has gone already
 */
function expressionOf(way: Way, target: Target, ground: Ground, depth = 0): string {
	const { rows, root, matched } = ground;
	const records = rows.map((row) => row.records[0]);
	const own = matched.get(target) ?? [];
	const isPick = own.length > 0 && way.every((steps) => inside(steps, own));
	const isObject = (value: unknown) => isNested(parsed(value) ?? value ?? {});
	const isMixed = isPick && records.some((record) => !isObject(valueOf(record, own)));
	const isOpen = (steps: Steps) =>
		steps.length > depth + 1 &&
		records.some((record) => !isNested(valueOf(record, steps.slice(0, -1))));
	const isSafe = way.some(isOpen);
	const parts = way.map((steps) => reach(root, steps.slice(depth), isSafe));
	const text = parts.length === 1 ? (parts[0] ?? '') : `[${parts.join(', ')}].join(" ")`;
	const whole = reach(root, own.slice(depth), own.length > depth + 1);
	return isMixed ? `typeof ${whole} === "object" ? ${text} : ${whole}` : text;
}

/** The one expression that a parameter is; empty where it is none, or a model's to fill. */
function expressionIn(written: unknown): string {
	const [, inner = ''] =
		typeof written === 'string' ? (/^=\s*\{\{([\s\S]*)\}\}\s*$/.exec(written) ?? []) : [];
	const text = inner.trim();
	if (text === '' || text.includes('{{') || text.includes('$fromAI')) return '';
	return /^[$\w.?[\]"']+$/.test(text) ? text : `(${text})`;
}

/** The expression of a way from some root. */
function reach(root: string, steps: Steps, isSafe: boolean): string {
	let text = root;
	for (const [depth, step] of steps.entries()) {
		const mark = isSafe && depth > 0 ? '?.' : '';
		if (step === PARSED) text = `JSON.parse(${text})`;
		else if (typeof step === 'number') text += `${mark}[${step}]`;
		else if (isWord(step)) text += `${mark || '.'}${step}`;
		else text += `${mark}[${JSON.stringify(step)}]`;
	}
	return text;
}

function keyText(key: string): string {
	return isWord(key) ? key : JSON.stringify(key);
}

function isWord(name: string): boolean {
	return /^[A-Za-z_$][\w$]*$/.test(name);
}
