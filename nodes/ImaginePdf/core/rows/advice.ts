import { expressionIn, keyText, reach, type Way } from './expressions';
import { LABEL } from './issues';
import { distinct, wayTo, type Holding, type Need } from './match';
import { keyOf, PARSED, parsed, textOf, valueOf, type Path, type Steps } from './paths';
import type { RawRow } from './source';
import type { Target } from './targets';
import { groupedBy, isRecord } from '../objects';
import { showName } from '../text';

/*
 * One way to an expression, for all advice: what to enter where, so that the rows are whole when it is
 * followed to the letter.
 */

/** What advice is about: the rows of a design, with where their values come from. */
export interface Ground {
	readonly rows: readonly RawRow[];
	/** The nested object that rows are taken from. */
	readonly base: Path;
	/** What was matched, with the first of its places. */
	readonly sources: ReadonlyMap<Target, Path>;
	readonly holdings: readonly Holding[];
	readonly isOneRowPerItem: boolean;
}

/** Where the expressions of some rows start, and where they are entered. */
interface Root {
	readonly source: 'grouped' | 'items' | 'json' | 'list' | 'mapped';
	/** The expression of the item or row; empty where it cannot be told. */
	readonly text: string;
	/** Of a list, the expression of the list. */
	readonly list: string;
}

function rootOf({ rows }: Ground): Root {
	const [first] = rows;
	const { source = 'items', written } = first?.inputs[0] ?? {};
	if (first?.group !== undefined) return { source: 'grouped', text: '$json', list: '' };
	if (source !== 'json') return { source, text: '$json', list: '' };
	const text = expressionIn(written ?? '={{ $json }}');
	if (first?.rowIndex === undefined) return { source, text, list: '' };
	return { source: 'list', text: text && 'row', list: text };
}

/** @param own where rows have the value itself in places, and not an object around it */
function expressionOf(root: string, way: Way, { rows }: Ground, own?: Path): string {
	const at = (record: unknown, steps: Steps) => valueOf(record, steps.slice(0, -1));
	const isSafe = rows.some(({ records }) =>
		way.some((steps) => steps.length > 1 && !isContainer(at(records[0], steps))),
	);
	const parts = way.map((steps) => reach(root, steps, isSafe));
	const text = parts.length === 1 ? (parts[0] ?? '') : `[${parts.join(', ')}].join(" ")`;
	const hasOwn =
		own &&
		rows.some(
			({ records }) =>
				!isContainer(parsed(valueOf(records[0], own)) ?? valueOf(records[0], own) ?? {}),
		);
	if (!hasOwn || !own) return text;
	const whole = reach(root, own, own.length > 1);
	// Of texts that are joined, one that is missing would leave a blank.
	return parts.length === 1
		? `${text} ?? ${whole}`
		: `typeof ${whole} === "object" ? ${text} : ${whole}`;
}

function isContainer(value: unknown): boolean {
	return typeof value === 'object' && value !== null;
}

/**
 * Advice that repairs whole rows, in one step: one expression, or where only the user can choose, a
 * line for each variable. Empty where no expression can be told.
 */
export function adviceFor(needs: readonly Need[], ground: Ground): string {
	const root = rootOf(ground);
	if (needs.length === 0 || root.text === '') return '';
	if (root.source === 'mapped') return mappedAdvice(needs, ground);
	const list = listFor(needs, ground);
	const isOpen = root.source !== 'grouped' && root.source !== 'list';
	if (list && isOpen) return list;
	const withMatched = isOpen ? [...needs, ...rivals(needs, ground)] : needs;
	if (withMatched.some(({ ways }) => ways.length > 1) && isOpen) {
		return choiceAdvice(withMatched, ground, root);
	}
	if (root.source === 'grouped') return groupedAdvice(needs, ground);
	const row = rowExpression(needs, ground, root);
	const whole = root.source === 'list' ? `${root.list}.map((row) => (${row}))` : row;
	return `${asRows(whole, root)}${chooseText(needs, ground, root)}${entriesText(needs, ground, root)}`;
}

function asRows(expression: string, { source }: Root): string {
	const entered = `enter {{ ${expression} }} as '${LABEL.rows}'.`;
	return source === 'items'
		? `Choose '${LABEL.json}' as the '${LABEL.rowSource}' and ${entered}`
		: `E${entered.slice(1)}`;
}

function rowExpression(needs: readonly Need[], ground: Ground, { text }: Root): string {
	const spreads = [
		[],
		...(ground.base.length > 0 ? [ground.base] : []),
		...spreadsFor(needs, ground),
	];
	const parts = spreads.map((at) => `...${reach(text, at, at.length > 1)}`);
	const isSpread = ({ target, ways: [way] }: Need) =>
		way?.length === 1 && spreads.slice(1).some((at) => isDirect(at, way[0] ?? [], target));
	for (const need of needs) {
		const [way] = need.ways;
		if (!way || isSpread(need)) continue;
		const own = ground.sources.get(need.target);
		parts.push(`${keyText(need.target.key)}: ${expressionOf(text, way, ground, own)}`);
	}
	return `{ ${parts.join(', ')} }`;
}

/** Whether a way leads to a field of an object, whose very name is the target's. */
function isDirect(at: Path, way: Steps, { keys }: Target): boolean {
	const last = way.at(-1);
	return (
		way.length === at.length + 1 &&
		typeof last === 'string' &&
		keys.includes(last) &&
		keyOf(way.slice(0, -1)) === keyOf(at)
	);
}

/** Objects that bring several of the needs by their very names, and nothing that was matched. */
function spreadsFor(needs: readonly Need[], { holdings, sources }: Ground): Path[] {
	const direct = needs.flatMap(({ target, ways: [way] }) => {
		const [only, other] = way ?? [];
		const at = only?.slice(0, -1) ?? [];
		const path = at.filter((step) => typeof step === 'string');
		const isOwn = !other && only && path.length === at.length && isDirect(path, only, target);
		return isOwn && path.length > 0 ? [path] : [];
	});
	return [...groupedBy(direct, keyOf).values()].flatMap((alike) => {
		const [path] = alike;
		const isApart = !holdings.some(
			({ holder, target }) => sources.has(target) && keyOf(holder) === keyOf(path),
		);
		return alike.length > 1 && isApart ? [path] : [];
	});
}

/** What was matched, where an object that the needs are in has another value for it. */
function rivals(needs: readonly Need[], ground: Ground): Need[] {
	const needed = new Set(needs.map(({ target }) => target));
	const holders = new Set(
		ground.holdings.filter(({ target }) => needed.has(target)).map(({ holder }) => keyOf(holder)),
	);
	return [...ground.sources].flatMap(([target, path]) => {
		if (needed.has(target)) return [];
		const others = ground.holdings.filter(
			(one) => one.target === target && holders.has(keyOf(one.holder)),
		);
		if (others.length === 0) return [];
		const ways = [path, ...others.map(({ at }) => at)].map((at) => wayTo(target, at, ground.rows));
		const apart = distinct(ways, ground.rows);
		return apart.length > 1 ? [{ target, ways: apart }] : [];
	});
}

/** A line for each variable, those that were matched included: what is not mapped would be blank. */
function choiceAdvice(needs: readonly Need[], ground: Ground, { text }: Root): string {
	const byTarget = new Map(needs.map((need) => [need.target, need.ways]));
	for (const [target, path] of ground.sources) {
		if (!byTarget.has(target)) byTarget.set(target, [wayTo(target, path, ground.rows)]);
	}
	const lines = [...byTarget].map(([target, ways]) => {
		const own = ground.sources.get(target);
		const texts = ways.map(
			(way) =>
				`{{ ${expressionOf(text, way, ground, own && isPick(way, own) ? own : undefined)} }}`,
		);
		return `${showName(target.key)}: ${texts.join(' or ')}`;
	});
	return `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', and choose what each variable is to say:\n${lines.join('\n')}\n`;
}

/** Whether a way leads into the value at a path. */
function isPick(way: Way, own: Path): boolean {
	return way.every(
		(steps) => steps.length > own.length && keyOf(steps.slice(0, own.length)) === keyOf(own),
	);
}

/** For what an expression in a list takes as it stands. */
function chooseText(needs: readonly Need[], ground: Ground, { text }: Root): string {
	const several = needs.filter(({ ways }) => ways.length > 1);
	if (several.length === 0) return '';
	const each = several.map(({ target, ways }) => {
		const texts = ways.map((way) => expressionOf(text, way, ground));
		return `${showName(target.key)}: ${texts.join(' or ')}`;
	});
	return ` Choose there what each variable is to say: ${each.join('; ')}.`;
}

/** For a list of which only the first entry is taken. */
function entriesText(needs: readonly Need[], ground: Ground, { text, source }: Root): string {
	const ways = needs.flatMap(({ ways: [way] }) => way ?? []);
	const lists = ways.flatMap((steps) => {
		const at = steps.findIndex((step) => typeof step === 'number');
		return at < 0 ? [] : [steps.slice(0, at)];
	});
	const [at = [], other] = new Map(lists.map((list) => [keyOf(list), list])).values();
	const isAsked = lists.length > 0 && !other && source !== 'list' && !ground.isOneRowPerItem;
	return isAsked && isLong(at, ground)
		? ` That prints the first entry of ${showName(textOf(at))}; for one PDF per entry enter {{ ${reach(text, at, false)}.map((row) => ({ ...${text}, ...row })) }} instead.`
		: '';
}

function isLong(at: Steps, { rows }: Ground): boolean {
	const lists = rows.map(({ records }) => valueOf(records[0], at));
	return lists.some((list) => Array.isArray(list) && list.length > 1);
}

/** A list whose entries have every variable that was matched or is needed: they are the rows. */
function listFor(needs: readonly Need[], ground: Ground): string {
	const wanted = new Set([...ground.sources.keys(), ...needs.map(({ target }) => target)]);
	const entries = ground.holdings.filter(({ holder }) => typeof holder.at(-1) === 'number');
	for (const own of groupedBy(entries, ({ holder }) => keyOf(holder.slice(0, -1))).values()) {
		const held = new Set(own.map(({ target }) => target));
		if (![...wanted].every((target) => held.has(target))) continue;
		const at = own[0].holder.slice(0, -1);
		const isOther = ground.holdings.some(
			({ holder, target }) => wanted.has(target) && keyOf(holder.slice(0, at.length)) !== keyOf(at),
		);
		if (isOther || at.some((step) => typeof step === 'number')) continue;
		const root = rootOf(ground);
		if (isLong(at, ground) && ground.isOneRowPerItem && !at.includes(PARSED)) {
			return `Put the node 'Split Out' before this one, with ${showName(textOf(at))} as 'Fields To Split Out'.`;
		}
		return asRows(reach(root.text, at, false), root);
	}
	return '';
}

/** Group By needs the fields of the items, so they are set before the node. */
function groupedAdvice(needs: readonly Need[], ground: Ground): string {
	const lines = needs.map(({ target, ways }) => {
		const texts = ways.map((way) => `{{ ${expressionOf('$json', way, ground)} }}`);
		return `${showName(target.key)}: ${texts.join(' or ')}`;
	});
	const choose = needs.some(({ ways }) => ways.length > 1) ? ' Choose what each is to say.' : '';
	return `Put the node 'Edit Fields' before this one, with 'Include Other Input Fields' on, and set there: ${lines.join('; ')}.${choose}`;
}

/** Each field of the mapper has an expression of its own. */
function mappedAdvice(needs: readonly Need[], ground: Ground): string {
	const written = ground.rows[0]?.inputs[0].written;
	const lines = needs.flatMap(({ target, ways: [way] }) => {
		const own = ground.sources.get(target);
		const root = expressionIn(isRecord(written) && own ? written[own[0] ?? ''] : '');
		if (root === '' || !way || !own) return [];
		const inner = way.map((steps) => steps.slice(own.length));
		const inside = ground.rows.map(({ records }) => ({
			records: [valueOf(records[0], own) ?? {}],
		}));
		const isMixed = inside.some(({ records: [value] }) => !isContainer(value));
		const parts = inner.map((steps) => reach(root, [...steps], false));
		const text = parts.length === 1 ? (parts[0] ?? '') : `[${parts.join(', ')}].join(" ")`;
		return [`{{ ${isMixed ? `${text} ?? ${root}` : text} }} as ${showName(target.key)}`];
	});
	return lines.length === needs.length ? `Enter ${lines.join(' and ')}.` : '';
}
