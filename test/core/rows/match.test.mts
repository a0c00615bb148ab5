import { fold } from '../../../nodes/ImaginePdf/core/rows/names.ts';
import { build, refusal, sent, type Setting, type Spec } from './support.mts';

/* Names as sources have them are asked in test/sources/names.mts. */

const design = { variables: { customer_name: 'text', amount: 'text' } } as const;
const texts = (...names: string[]): Spec =>
	Object.fromEntries(names.map((name) => [name, 'text' as const]));
const own = (json: string): Record<string, string> => JSON.parse(json) as Record<string, string>;

describe('fold', () => {
	it.each([
		...['Customer Name', 'customerName', 'CUSTOMER-NAME', 'customer.name', 'customer/name'],
		...['customer_name ', ' customer_name', 'customer_name\u00a0', 'customer_name\n'],
		...['\ufeffcustomer_name', 'customer\u200bname', 'cus\u00adtomer_name', 'customer\u2028name'],
		...['customer\ufe0fname', 'customer\u034fname', 'customer\u3164name', 'customer\u115fname'],
		...[
			'ｃｕｓｔｏｍｅｒ＿ｎａｍｅ',
			'Customer Name *',
			'Customer name:',
			'property_customer_name',
		],
	])('fold makes one name of %j and customer_name', (name) => {
		expect(fold(name)).toBe('customername');
	});

	it.each(['customer_names', 'custmer_name', 'customer::name', 'customer_name2', 'customer_name+'])(
		'fold keeps %j apart from customer_name',
		(name) => expect(fold(name)).not.toBe('customername'),
	);
});

describe('matching', () => {
	it.each<[string, Spec, object, object]>([
		[
			'a similar name to all variables that differ in what people vary',
			texts('net_amount', 'netAmount', 'amount'),
			{ 'NET AMOUNT': '1', amount: '2' },
			{ net_amount: '1', netAmount: '1', amount: '2' },
		],
		[
			'a name to one whose own note is in brackets',
			texts('Total (€)'),
			{ total: 'x' },
			{ 'Total (€)': 'x' },
		],
		[
			'no note in brackets to another',
			texts('Total (gross)', 'b'),
			{ 'Total (net)': 'x', b: '1' },
			{ 'Total (gross)': '', b: '1' },
		],
		[
			'a note in brackets, where two variables differ by it alone',
			texts('Total (€)', 'Total ($)', 'x'),
			{ 'TOTAL (€)': '1', Total: '2', x: '3' },
			{ 'Total (€)': '1', 'Total ($)': '', x: '3' },
		],
		[
			'a name to the tokens of that name, where no variable has it',
			{ a: { tokens: ['first_name'] }, b: { tokens: ['first_name', 'date'] }, date: 'text' },
			{ 'First Name': 'Ada', date: '1' },
			{ 'a::first_name': 'Ada', 'b::first_name': 'Ada', 'b::date': '', date: '1' },
		],
		[
			'names of properties of JavaScript objects like others',
			own('{"__proto__":"text","constructor":"text"}') as Spec,
			own('{"__proto__":"p","constructor":"c","toString":"t"}'),
			own('{"__proto__":"p","constructor":"c"}'),
		],
		[
			'a dotted path, and its parts joined',
			texts('billing.first_name', 'billing_last_name'),
			{ id: 1, billing: { first_name: 'Ada', last_name: 'L' } },
			{ 'billing.first_name': 'Ada', billing_last_name: 'L' },
		],
		[
			'the top level before a path',
			texts('billing_last_name'),
			{ billing_last_name: 'A', billing: { last_name: 'B' } },
			{ billing_last_name: 'A' },
		],
		[
			'the first of the names that the service knows a variable by',
			{ v1: { names: ['v1', 'a'] } },
			{ a: '2', v1: '1' },
			{ v1: '1', a: '1' },
		],
		[
			'a path from the top beside the nested object that rows are taken from',
			texts('customer_name', 'email'),
			{ id: 5, customer: { name: 'Ada', email: 'a@example.com' } },
			{ customer_name: 'Ada', email: 'a@example.com' },
		],
		[
			'paths from the top with an id',
			texts('order_id', 'total'),
			{ order: { id: 7, total: 5 } },
			{ order_id: '7', total: '5' },
		],
		[
			'paths of several levels',
			texts('payer_name_given_name', 'email_address', 'amount_value'),
			{ payer: { name: { given_name: 'Ada' }, email_address: 'a@b' }, amount: { value: '1' } },
			{ payer_name_given_name: 'Ada', email_address: 'a@b', amount_value: '1' },
		],
		[
			'paths inside the nested object that rows are taken from',
			texts('customer_name', 'amount'),
			{ body: { customer: { name: 'Ada' } } },
			{ customer_name: 'Ada', amount: '' },
		],
	])('matching takes %s', (_, variables, item, row) => {
		const [values = {}] = sent([item], { variables });
		expect(new Map(Object.entries(values))).toEqual(new Map(Object.entries(row)));
	});

	it('each row is matched by its own fields, and what it took and left is reported', () => {
		const { rows } = build(
			[
				{ 'Customer Name': 'Bob', customer_name: 'Ada' },
				{ '\ufeffCustomer Name': 'Eve', 'amount::cents': 5 },
			],
			design,
		);
		expect(rows).toMatchObject([
			{ values: { customer_name: 'Ada' }, matched: {}, leftOut: ['Customer Name'] },
			{
				values: { customer_name: 'Eve', amount: '' },
				matched: { customer_name: '\ufeffCustomer Name' },
				leftOut: ['amount::cents'],
			},
		]);
	});

	it('a field that belongs to no variable is not sent, nor one beside or inside what is', () => {
		const secret = { authorization: 'Bearer x', row_number: 2 };
		const item = { 'customer name': 'Ada', ...secret, amount: { value: '1', versions: [] } };
		const [row] = build([{ ...item, customer: { age: 5 } }], design).rows;
		expect(row?.values).toEqual({ customer_name: 'Ada', amount: '1' });
		expect(row?.leftOut).toEqual([...Object.keys(secret), 'customer']);
	});

	it.each<[string, object, Spec, string]>([
		[
			'two similar names',
			{ 'Customer Name': 'Ada', customerName: 'Bob', amount: '1' },
			design.variables,
			"'customer_name' could be meant by 'Customer Name' and 'customerName'",
		],
		[
			'two paths',
			{ a: { b_c: '1' }, a_b: { c: '2' }, amount: '1' },
			texts('a_b_c', 'amount'),
			"'a_b_c' could be meant by 'a.b_c' and 'a_b.c'",
		],
		[
			'a field and a path',
			{ 'Customer Name': 'A', customer: { name: 'C' }, amount: 1 },
			design.variables,
			"choose what each variable is to say:\n'customer_name': {{ $json[\"Customer Name\"] }} or {{ $json.customer.name }}\n'amount': {{ $json.amount }}",
		],
	])('%s for one variable are refused, unless they say the same', (_, item, variables, what) => {
		expect(refusal([item], { variables }).message).toContain(what);
		const same = JSON.parse(
			JSON.stringify(item).replace(
				/"(Bob|2|C)"/,
				(_all, one: string) => `"${{ Bob: 'Ada', 2: '1', C: 'A' }[one]}"`,
			),
		);
		expect(sent([same as object], { variables })).toHaveLength(1);
	});

	it('paths are not followed into mapped values', () => {
		const { headline } = refusal([{ customer: { name: 'A' } }], { ...design, source: 'mapped' });
		expect(headline).toContain('no field belongs to a variable of the design');
	});
});

describe('rows inside one nested object', () => {
	const row = { 'Customer Name': 'Ada', amount: 5 };

	it.each<[string, object, string[]]>([
		[
			'body',
			{ headers: { host: 'x' }, query: {}, body: { ...row, card: 1 } },
			['headers', 'query', 'body.card'],
		],
		['fields', { id: 'rec1', fields: row }, ['id']],
		['data.object', { data: { object: row }, type: 'x' }, ['type']],
		['a.b.c', { a: { b: { c: row } } }, []],
	])('rows are taken from %s, and everything else is left behind', (path, item, leftOut) => {
		const { rows, hint } = build([item], design);
		expect(rows).toMatchObject([{ values: { customer_name: 'Ada', amount: '5' }, leftOut }]);
		expect(rows[0]?.matched['amount']).toBe(`${path}.amount`);
		expect(hint?.text).toContain(`The rows were taken from '${path}'.`);
	});

	it.each<[string, unknown[], ...string[]]>([
		[
			'beside fields of the row',
			[{ amount: '1' }, { amount: '2', body: { customer_name: 'Ada' } }],
			"no field of its own for 'customer_name', but 'body.customer_name'",
			"enter {{ { ...$json, customer_name: $json.body?.customer_name } }} as 'Rows'",
			"'Only Fields': amount.",
		],
		['four levels down', [{ a: { b: { c: { d: { amount: '1' } } } } }], 'no field belongs to'],
		[
			'that is one of two',
			[{ billing: { amount: '1' }, shipping: { amount: '2' } }],
			"The fields are 'billing' and 'shipping'",
			"'amount': {{ $json.billing.amount }} or {{ $json.shipping.amount }}",
		],
		['that is a list', [{ data: [{ amount: '1' }], total: 1 }], '{{ $json.data }}'],
		[
			'that another row lacks',
			[{ body: row }, { id: 7, body: null }],
			"[item 1]: the row has no fields in 'body'",
			'Give it a value',
		],
	])('rows are not taken from an object %s', (_, items, ...said) => {
		const { message } = refusal(items, design);
		for (const text of said) expect(message).toContain(text);
	});
});

describe('where nothing matches', () => {
	it('rows are refused with what was there and what is wanted', () => {
		const { headline, description, issues } = refusal([{ a: '1' }, { b: '2' }], design);
		expect(headline).toBe(
			"[item 0] and [item 1]: no field belongs to a variable of the design. The fields are 'a' and 'b'; the design wants 'customer_name' and 'amount'",
		);
		expect(description).toContain('Map Each Variable');
		expect(issues).toHaveLength(2);
		expect(refusal([{ a: '1' }], { variables: {} }).headline).toContain('has no variables');
	});

	it('rows go on with sample content', () => {
		const setting = { missingVariables: 'sample' } as const;
		expect(sent([{ a: '1' }], { ...design, ...setting })).toEqual([{}]);
		expect(sent([{ a: '1' }], { variables: {}, ...setting })).toEqual([{}]);
	});

	it.each([
		['an empty line', { customer_name: '', amount: ' ' }, 'all fields of the item are empty'],
		['nulls', { customer_name: null, amount: null }, 'all fields of the item are empty'],
		['a number and a box', { row_number: 7, paid: false }, 'all fields of the item are empty'],
		['other fields', { x: '1' }, 'the row has no value for any variable'],
		['invisible characters', { amount: '\u200b' }, 'the row has no value for any variable'],
	])('a row of %s is refused by name, and it alone', (_, empty, why) => {
		const { itemIndexes, headline } = refusal([{ amount: '1' }, empty], design);
		expect(itemIndexes).toEqual([1]);
		expect(headline).toContain(`[item 1]: ${why}`);
	});
});

describe('where variables are not known', () => {
	it('every field is sent under its own name', () => {
		expect(sent([{ 'Customer Name': 'Ada', crm_id: 7 }])).toEqual([
			{ 'Customer Name': 'Ada', crm_id: '7' },
		]);
	});

	it.each<[Setting['source'], boolean]>([
		['items', true],
		['json', false],
		['mapped', false],
	])('what cannot be sent from %s names Only Fields where it has a say', (source, isNamed) => {
		const { description } = refusal([{ a: 1, meta: { x: 1 } }], { source: source ?? 'items' });
		expect(description.includes("'Only Fields'")).toBe(isNamed);
		expect(description.includes('$json.meta.x')).toBe(source !== 'mapped');
	});
});
