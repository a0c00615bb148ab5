import type { MatchedDesign } from './design';
import { LABEL, type Need, type Way } from './issues';
import { needOf } from './match';
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
import { groupedBy, isRecord, type Fields } from '../objects';
import { showName } from '../text';

/**
 * One way to an expression, for all advice: what to enter where, so that whole rows are repaired in one
 * step when it is followed to the letter. It is one expression, or where only the user can choose, a line
 * for each variable. Empty where there is no such expression.
 */
export function adviceFor(given: readonly Need[], design: MatchedDesign): string {
	const needs = Array.from(groupedBy(given, ({ target }) => target).values(), ([need]) => need);
	const [row] = design.rows;
	if (needs.length === 0 || !row) return '';
	return new Advice(needs, design, row.inputs[0].written, row.rowIndex !== undefined).text();
}

class Advice {
	private readonly records: readonly Fields[];
	/** What was matched, with the first of its paths. */
	private readonly matched = new Map<Target, Path>();
	/** The expression of an item. */
	private readonly item: string;
	/** The same, or that of a row in its list. */
	private readonly root: string;

	constructor(
		private readonly needs: readonly Need[],
		private readonly design: MatchedDesign,
		private readonly written: unknown,
		private readonly isList: boolean,
	) {
		const { rows, sources, source } = design;
		this.records = rows.map((row) => row.records[0]);
		for (const { target, path } of sources) {
			if (!this.matched.has(target)) this.matched.set(target, path);
		}
		this.item = source === 'json' ? expressionIn(written ?? '={{ $json }}') : '$json';
		this.root = isList ? 'row' : this.item;
	}

	text(): string {
		const { needs, item, design } = this;
		if (item === '') return '';
		const toChoose = needs.filter(({ ways }) => ways.length > 1);
		if (design.isGrouped) {
			// Group By needs the fields of the items, so they are set before the node.
			const offers = needs.map((need) => this.offer(need)).join('; ');
			const choose = toChoose.length > 0 ? ' Choose what each is to say.' : '';
			return `Put the node 'Edit Fields' before this one, with 'Include Other Input Fields' on, and set there: ${offers}.${choose}`;
		}
		if (design.source === 'mapped') {
			// Each field of the mapper has an expression of its own.
			const isKnown = needs.every(({ ways: [way] }) => way?.every((at) => this.reach(at) !== ''));
			const lines = needs.map(
				({ target, ways: [way = []] }) =>
					`{{ ${this.expression(way, target)} }} as ${showName(target.key)}`,
			);
			return isKnown ? `Enter ${lines.join(' and ')}.` : '';
		}
		if (this.isList) {
			const offers = toChoose.map((need) => this.offer(need, (text) => text)).join('; ');
			const choose = offers && ` Choose there what each variable is to say: ${offers}.`;
			return `${this.entered(`${item}.map((row) => (${this.row()}))`)}${choose}`;
		}
		const list = this.listOfRows();
		if (list && design.options.oneRowPerItem && this.isLong(list) && !list.includes(PARSED)) {
			return `Put the node 'Split Out' before this one, with ${showName(textOf(list))} as 'Fields To Split Out'.`;
		}
		if (list) return this.entered(this.reach(list));
		const whole = [...needs, ...this.matchedToo()];
		if (whole.some(({ ways }) => ways.length > 1)) {
			// What is not mapped would be blank.
			const lines = whole.map((need) => this.offer(need)).join('\n');
			return `Choose '${LABEL.mapped}' as the '${LABEL.rowSource}', and choose what each variable is to say:\n${lines}\n`;
		}
		return `${this.entered(this.row())}${this.entries()}`;
	}

	private entered(expression: string): string {
		const enter = `nter {{ ${expression} }} as '${LABEL.rows}'.`;
		if (this.design.source !== 'items') return `E${enter}`;
		return `Choose '${LABEL.json}' as the '${LABEL.rowSource}' and e${enter}`;
	}

	/** A variable with the expressions for it, of which one is to be chosen. */
	private offer({ target, ways }: Need, shown = (text: string) => `{{ ${text} }}`): string {
		const texts = ways.map((way) => shown(this.expression(way, target)));
		return `${showName(target.key)}: ${texts.join(' or ')}`;
	}

	/** What was matched besides, also with the candidates in objects that hold one of the needs. */
	private matchedToo(): Need[] {
		const { rows, holdings } = this.design;
		const needed = new Set(this.needs.map(({ target }) => target));
		const own = holdings.filter(({ target }) => needed.has(target));
		const holders = new Set(own.map(({ holder }) => keyOf(holder)));
		const beside = holdings.filter(({ holder }) => holders.has(keyOf(holder)));
		const others = [...this.matched].filter(([target]) => !needed.has(target));
		return others.map(([target, path]) => {
			const paths = beside.filter((one) => one.target === target).map(({ at }) => at);
			return needOf(target, [path, ...paths], rows);
		});
	}

	/** An object with all fields of the item, those of the object that rows are taken from, and the needs. */
	private row(): string {
		const { base } = this.design;
		const wholes = base.length > 0 ? [[], base] : [[]];
		const parts = [
			...wholes.map((at) => `...${this.reach(at, true)}`),
			...this.needs.map(
				({ target, ways: [way = []] }) => `${keyText(target.key)}: ${this.expression(way, target)}`,
			),
		];
		return `{ ${parts.join(', ')} }`;
	}

	/** The one list whose entries have every variable that was matched or is needed: they are the rows. */
	private listOfRows(): Steps | undefined {
		const wanted = new Set([...this.matched.keys(), ...this.needs.map(({ target }) => target)]);
		const own = this.design.holdings.filter(({ target }) => wanted.has(target));
		const lists = own.map(({ holder }) => holder.slice(0, holder.findIndex(isNumber)));
		return distinctPaths(lists).find((at) => {
			const entries = own.filter(({ holder }) => isNumber(inside(holder, at)?.[0]));
			const held = entries.filter(({ holder }) => holder.length === at.length + 1);
			const isWhole = new Set(held.map(({ target }) => target)).size === wanted.size;
			return isWhole && entries.length === own.length;
		});
	}

	private isLong(at: Steps): boolean {
		const lists = this.records.map((record) => valueOf(record, at));
		return lists.some((list) => Array.isArray(list) && list.length > 1);
	}

	/** For the one list of which only the first entry is taken. */
	private entries(): string {
		const ways = this.needs.flatMap(({ ways: [way = []] }) => way);
		const firsts = ways.filter((steps) => steps.some(isNumber));
		const lists = firsts.map((steps) => steps.slice(0, steps.findIndex(isNumber)));
		const [at, other] = distinctPaths(lists);
		if (!at || other || this.design.options.oneRowPerItem || !this.isLong(at)) return '';
		return ` That prints the first entry of ${showName(textOf(at))}; for one PDF per entry enter {{ ${this.reach(at)}.map((row) => ({ ...${this.root}, ...row })) }} instead.`;
	}

	/** The expression of a way. Where it leads into a value that is text in other rows, it takes the text there. */
	private expression(way: Way, target: Target): string {
		const own = this.matched.get(target) ?? [];
		const isPick = way.every((steps) => inside(steps, own));
		const isObject = (value: unknown) => isNested(parsed(value) ?? value ?? {});
		const isMixed = isPick && this.records.some((record) => !isObject(valueOf(record, own)));
		const isSafe = way.some(
			(steps) =>
				steps.length > 1 &&
				this.records.some((record) => !isNested(valueOf(record, steps.slice(0, -1)))),
		);
		const parts = way.map((steps) => this.reach(steps, isSafe));
		const text = parts.length === 1 ? (parts[0] ?? '') : `[${parts.join(', ')}].join(" ")`;
		const whole = this.reach(own, true);
		return isMixed ? `typeof ${whole} === "object" ? ${text} : ${whole}` : text;
	}

	/** The expression of some steps; empty where a field of the mapper holds no single expression. */
	private reach(steps: Steps, isSafe = false): string {
		if (this.design.source !== 'mapped') return followed(this.root, steps, isSafe);
		const [field, ...more] = steps;
		const written = isRecord(this.written) ? this.written[String(field)] : '';
		const root = expressionIn(written);
		return root && followed(root, more, isSafe);
	}
}

function isNumber(step: unknown): boolean {
	return typeof step === 'number';
}

/** The one expression that a parameter is; empty where it is none, or a model's to fill. */
function expressionIn(written: unknown): string {
	const [, inner = ''] =
		typeof written === 'string' ? (/^=\s*\{\{([\s\S]*)\}\}\s*$/.exec(written) ?? []) : [];
	const text = inner.trim();
	if (text === '' || text.includes('{{') || text.includes('$fromAI')) return '';
	return /^[$\w.?[\]"']+$/.test(text) ? text : `(${text})`;
}

function followed(root: string, steps: Steps, isSafe: boolean): string {
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
