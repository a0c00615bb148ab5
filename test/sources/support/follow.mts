import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { ImaginePdf } from '../../../nodes/ImaginePdf/ImaginePdf.node.ts';
import { columns, mapped, type SourceCase } from './case.mts';

/*
 * A reader who does what a message says, word for word, and knows nothing else.
 */

type Parameters = Record<string, unknown>;
type Items = Array<Record<string, unknown>>;

/** The node and what comes into it. */
interface Setting {
	items: Items;
	parameters: Parameters;
}

const EXPRESSION = /\{\{ .+? \}\}(?=$|[ ,.;\n])/;

/**
 * What a workflow is after the advice.
 * What is chosen is the first that is offered, which is the outermost, unless the case says another.
 * @throws Error where the message says nothing that can be followed
 */
export function follow(
	message: string,
	{ items, parameters }: Setting,
	{ choose = {}, by }: Pick<SourceCase, 'choose' | 'by'>,
): Setting {
	const before = itemsOf(message, items, choose);
	if (before) return { items: before, parameters };
	const changed =
		(by && otherWays[by](message)) ??
		rowsOf(message) ??
		mappingOf(message, choose) ??
		fieldsOf(message, parameters) ??
		columnsOf(message) ??
		settingOf(message);
	if (!changed) throw new Error(`There is nothing to follow in: ${message}`);
	const options = { ...Object(parameters['options']), ...Object(changed['options']) };
	return { items, parameters: { ...parameters, ...changed, options } };
}

/** A node before this one: 'Split Out' or 'Edit Fields', set as the message says. */
function itemsOf(message: string, items: Items, choose: Record<string, string>): Items | undefined {
	const [, list] = /'Split Out' before this one, with '([^']+)' as/.exec(message) ?? [];
	if (list !== undefined) {
		return items.flatMap((item) => Array.from(evaluated(`$json.${list}`, item), Object));
	}
	const [, set] = /'Edit Fields' before this one, .*?set there: (.+)/s.exec(message) ?? [];
	if (set === undefined) return undefined;
	expect(message).toContain("'Include Other Input Fields' on");
	const fields = [...offersIn(set, choose)];
	return items.map((item) => {
		const given = fields.map(([name, text]) => [name, evaluated(text.slice(2, -2), item)]);
		return { ...item, ...Object.fromEntries(given) };
	});
}

/** The value of an expression, as n8n gives it to another node. */
function evaluated(expression: string, $json: unknown) {
	return new Function('$json', `return (${expression});`)($json);
}

/** "… enter {{ … }} as 'Rows'", or the same beside the list that is advised. */
function rowsOf(message: string): Parameters | undefined {
	const [, expression] = /enter (\{\{ .+? \}\}) as 'Rows'/is.exec(message) ?? [];
	if (expression === undefined) return undefined;
	expect(message).toMatch(/'JSON' as the 'Row Source' and enter|Enter/);
	return { rowSource: 'json', rowsJson: `=${expression}` };
}

/** Lines as "'name': {{ a }} or {{ b }}", for Map Each Variable. */
function mappingOf(message: string, choose: Record<string, string>): Parameters | undefined {
	const offers = [...offersIn(message, choose)];
	if (offers.length === 0) return undefined;
	expect(message).toMatch(/choose/i);
	expect(message).toContain("'Map Each Variable'");
	return mapped(Object.fromEntries(offers.map(([name, text]) => [name, `=${text}`])));
}

/** Names with the expressions that are chosen for them. */
function* offersIn(text: string, choose: Record<string, string>): Generator<[string, string]> {
	const line = new RegExp(
		`'([^'\\n]+)': (${EXPRESSION.source}(?:(?:,| or|, or) ${EXPRESSION.source})*)`,
		'g',
	);
	for (const [, name = '', given = ''] of text.matchAll(line)) {
		const offered = given.match(new RegExp(EXPRESSION, 'g')) ?? [];
		const part = choose[name];
		const chosen = part === undefined ? offered[0] : offered.find((one) => one.includes(part));
		if (!chosen) throw new Error(`'${name}' is not offered ${part ?? ''}: ${given}`);
		yield [name, chosen];
	}
}

/** "Enter {{ … }} as 'status'": a field of the mapper. */
function fieldsOf(message: string, parameters: Parameters): Parameters | undefined {
	const { value } = Object(parameters['variables']);
	const [, said] = /\bEnter (\{\{ .+? \}\} as '[^']+'.*)/s.exec(message) ?? [];
	if (said === undefined || !value) return undefined;
	const given = said.matchAll(/(\{\{ .+? \}\}) as '([^']+)'/gs);
	const entered = Array.from(given, ([, text = '', name = '']) => [name, `=${text}`]);
	return mapped({ ...value, ...Object.fromEntries(entered) });
}

/** A text for Table Columns: "for 'items': 'title=Item, =Qty'". */
function columnsOf(message: string): Parameters | undefined {
	const [, variable, text] =
		/the option 'Table Columns' .*?for '([^']+)': '([^']+)'/.exec(message) ?? [];
	return variable && text ? { options: columns(variable, text) } : undefined;
}

/** What a message offers beside its first advice. */
const otherWays = {
	/** "list the fields to use in the option 'Only Fields': number, total." */
	'Only Fields'(message: string): Parameters | undefined {
		const [, onlyFields] = /in the option 'Only Fields': (.+?)\.(?= |\n|$)/.exec(message) ?? [];
		return onlyFields === undefined ? undefined : { options: { onlyFields } };
	},
	/** "for one PDF per entry enter {{ … }} instead": as 'Rows' of the advice before. */
	instead(message: string): Parameters | undefined {
		const [, expression] =
			/for one PDF per entry enter (\{\{ .+? \}\}) instead/.exec(message) ?? [];
		return expression === undefined ? undefined : { rowSource: 'json', rowsJson: `=${expression}` };
	},
};

/** "set 'Missing Variables' to 'Leave Blank'": a setting by the names that the editor shows. */
function settingOf(message: string): Parameters | undefined {
	const [, shown = '', choice = ''] = /set '([^']+)' to '([^']+)'/.exec(message) ?? [];
	const field = fields.find(({ displayName }) => displayName === shown);
	const chosen = field?.options?.find((option) => option.name === choice);
	if (!field || !chosen || !('value' in chosen)) return undefined;
	const set = { [field.name]: chosen.value };
	return optionNames.has(field.name) ? { options: set } : set;
}

const { properties } = new ImaginePdf().description;
const inOptions = properties
	.filter(({ name }) => name === 'options')
	.flatMap(({ options = [] }) => options.filter(isField));
const optionNames = new Set(inOptions.map(({ name }) => name));
const fields = [...properties, ...inOptions];

function isField(
	option: INodeProperties | INodePropertyOptions | INodePropertyCollection,
): option is INodeProperties {
	return 'displayName' in option && 'type' in option;
}
