import { fold } from '../../../nodes/ImaginePdf/core/rows/names.ts';
import { build, refusal, sent } from './support.mts';

const NOTHING_MATCHES = expect.stringContaining('no field belongs to a variable') as string;
const design = { variables: { customer_name: 'text', amount: 'text' } } as const;

describe('fold', () => {
	it.each([
		'Customer Name',
		'customerName',
		'CUSTOMER-NAME',
		'customer.name',
		'customer_name ',
		' customer_name',
		'customer_name\u00a0',
		'customer_name\n',
		'\ufeffcustomer_name',
		'customer\u200bname',
		'cus\u00adtomer_name',
		'customer\u2028name',
		'ｃｕｓｔｏｍｅｒ＿ｎａｍｅ',
		'customer/name',
		'Customer Name *',
		'Customer name:',
		'property_customer_name',
	])('fold makes one name of %j and customer_name', (name) => {
		expect(fold(name)).toBe('customername');
	});

	it.each(['customer_names', 'custmer_name', 'customer::name', 'customer_name2', 'customer_name+'])(
		'fold keeps %j apart from customer_name',
		(name) => expect(fold(name)).not.toBe('customername'),
	);
});

describe('matching by name', () => {
	it.each(['Customer Name', 'customer_name ', '\ufeffcustomer_name', 'customer_name\n'])(
		'the field %j is taken for the variable customer_name, and reported',
		(field) => {
			const { rows } = build([{ [field]: 'Ada' }], design);
			expect(rows).toMatchObject([
				{ values: { customer_name: 'Ada', amount: '' }, matched: { customer_name: field } },
			]);
		},
	);

	it('the exact name of a variable is preferred, and the similar one left out', () => {
		const { rows } = build([{ 'Customer Name': 'Bob', customer_name: 'Ada' }], design);
		expect(rows).toMatchObject([
			{ values: { customer_name: 'Ada' }, matched: {}, leftOut: ['Customer Name'] },
		]);
	});

	it('two similar names are refused, unless they hold the same value', () => {
		const row = { 'Customer Name': 'Ada', customerName: 'Bob', amount: '1' };
		expect(refusal([row, { ...row, customerName: 'Ada' }], design).itemIndexes).toEqual([0]);
		expect(sent([{ ...row, customerName: 'Ada' }], design)).toMatchObject([
			{ customer_name: 'Ada' },
		]);
	});

	it('a field is taken for two variables that differ only in what people vary', () => {
		const variables = { net_amount: 'text', netAmount: 'text', amount: 'text' } as const;
		expect(sent([{ 'NET AMOUNT': '1', amount: '2' }], { variables })).toEqual([
			{ net_amount: '1', netAmount: '1', amount: '2' },
		]);
	});

	it.each([
		['STRASSE', 'straße'],
		['İSİM', 'isim'],
		['Größe', 'groesse'],
		['PLZ/Ort', 'plz_ort'],
		['Email:', 'email'],
		['Total (€)', 'total'],
		['total', 'Total (€)'],
		['Amount (net) *', 'amount'],
	])('the field %j is taken for the variable %j', (field, variable) => {
		expect(sent([{ [field]: 'x', y: 'z' }], { variables: { [variable]: 'text' } })).toEqual([
			{ [variable]: 'x' },
		]);
	});

	it.each([
		['C', 'C++'],
		['C#', 'C'],
		['name', 'Name 2'],
		['total', 'totals'],
		['Total (net)', 'Total (gross)'],
	])('the field %j is not taken for the variable %j', (field, variable) => {
		const variables = { [variable]: 'text', other: 'text' } as const;
		expect(sent([{ [field]: 'x', other: 'y' }], { variables })).toEqual([
			{ [variable]: '', other: 'y' },
		]);
	});

	it('a bracketed note counts where two variables differ by it alone', () => {
		const variables = { 'Total (€)': 'text', 'Total ($)': 'text', x: 'text' } as const;
		expect(sent([{ 'TOTAL (€)': '1', Total: '2', x: '3' }], { variables })).toEqual([
			{ 'Total (€)': '1', 'Total ($)': '', x: '3' },
		]);
	});

	it('a field named like a token fills the tokens of the name, where no variable has it', () => {
		const letter = {
			a: { tokens: ['first_name'] },
			b: { tokens: ['first_name', 'date'] },
			date: 'text',
		} as const;
		expect(sent([{ 'First Name': 'Ada', date: '1' }], { variables: letter })).toEqual([
			{ 'a::first_name': 'Ada', 'b::first_name': 'Ada', 'b::date': '', date: '1' },
		]);
	});

	it('a field of another variable is not taken for a similar name', () => {
		const both = { variables: { amount: 'text', Amount: 'text' } } as const;
		expect(sent([{ amount: '1' }], both)).toEqual([{ amount: '1', Amount: '' }]);
	});

	it('each row is matched by its own fields', () => {
		expect(sent([{ customer_name: 'Ada' }, { 'Customer Name': 'Bob' }], design)).toMatchObject([
			{ customer_name: 'Ada' },
			{ customer_name: 'Bob' },
		]);
	});

	it('tokens are matched by variable::token, also loosely', () => {
		const letter = { variables: { greeting: { tokens: ['first_name'] } } };
		expect(sent([{ 'greeting::first_name': 'Ada' }], letter)).toEqual([
			{ 'greeting::first_name': 'Ada' },
		]);
		expect(sent([{ 'Greeting::First Name': 'Ada' }], letter)).toEqual([
			{ 'greeting::first_name': 'Ada' },
		]);
	});

	it('a token that the design does not show is left out', () => {
		const { rows } = build([{ 'amount::cents': '5', amount: '1' }], design);
		expect(rows).toMatchObject([{ leftOut: ['amount::cents'] }]);
		expect(rows[0]?.values).not.toHaveProperty('amount::cents');
	});

	it('a field that belongs to no variable is not sent', () => {
		const secret = { authorization: 'Bearer x', cookie: 'y', row_number: 2 };
		const { rows } = build([{ customer_name: 'Ada', ...secret }], design);
		expect(rows[0]?.values).toEqual({ customer_name: 'Ada', amount: '' });
		expect(rows[0]?.leftOut).toEqual(Object.keys(secret));
	});

	it('fields named like properties of JavaScript objects are matched like others', () => {
		const spec = JSON.parse('{"__proto__":"text","constructor":"text"}') as Record<string, 'text'>;
		const item = JSON.parse('{"__proto__":"p","constructor":"c","toString":"t"}') as object;
		expect(JSON.stringify(sent([item], { variables: spec }))).toBe(
			'[{"__proto__":"p","constructor":"c"}]',
		);
	});
});

describe('matching by path', () => {
	const billing = {
		variables: { 'billing.first_name': 'text', billing_last_name: 'text' },
	} as const;

	it('a variable is filled by a dotted path, or by its parts joined', () => {
		const { rows } = build(
			[{ id: 1, billing: { first_name: 'Ada', last_name: 'L', phone: '5' } }],
			billing,
		);
		expect(rows).toMatchObject([
			{
				values: { 'billing.first_name': 'Ada', billing_last_name: 'L' },
				matched: {
					billing_last_name: 'billing.last_name',
				},
				leftOut: ['id', 'billing.phone'],
			},
		]);
	});

	it('two paths that could be meant for a variable are refused', () => {
		const { headline } = refusal([{ a: { b_c: '1' }, a_b: { c: '2' }, amount: '1' }], {
			variables: { a_b_c: 'text', amount: 'text' },
		});
		expect(headline).toContain("'a_b_c' could be meant by 'a.b_c' and 'a_b.c'");
	});

	it('a field of the top level is preferred to a path', () => {
		expect(sent([{ billing_last_name: 'A', billing: { last_name: 'B' } }], billing)).toMatchObject([
			{ billing_last_name: 'A' },
		]);
	});

	it('paths are not followed into mapped values', () => {
		const { issues } = refusal([{ customer: { name: 'Ada' } }], { ...design, source: 'mapped' });
		expect(issues).toMatchObject([{ reason: NOTHING_MATCHES }]);
	});
});

describe('rows inside one nested object', () => {
	it.each([
		['body', { headers: { host: 'x' }, query: {}, body: { customer_name: 'Ada', amount: 5 } }],
		['fields', { id: 'rec1', fields: { 'Customer Name': 'Ada', amount: 5 } }],
		['data.object', { data: { object: { customer_name: 'Ada', amount: 5 } }, type: 'x' }],
		['a.b.c', { a: { b: { c: { customer_name: 'Ada', amount: 5 } } } }],
	])('rows inside one nested object are taken from %s', (path, item) => {
		const { rows, hint } = build([item], design);
		expect(rows).toMatchObject([{ values: { customer_name: 'Ada', amount: '5' } }]);
		expect(rows[0]?.matched['amount']).toBe(`${path}.amount`);
		expect(hint?.text).toContain(`The rows were taken from '${path}'.`);
	});

	it('rows inside one nested object leave everything else of the item behind', () => {
		const { rows } = build(
			[{ headers: { cookie: 'x' }, body: { customer_name: 'Ada', card: '1' } }],
			design,
		);
		expect(rows[0]?.values).toEqual({ customer_name: 'Ada', amount: '' });
		expect(rows[0]?.leftOut).toEqual(['headers', 'body.card']);
	});

	it('rows inside one nested object may hold their values deeper inside', () => {
		expect(sent([{ body: { customer: { name: 'Ada' } } }], design)).toMatchObject([
			{ customer_name: 'Ada' },
		]);
	});

	it('a nested object beside fields of the row is asked for, with one expression for the whole row', () => {
		const { headline, description } = refusal(
			[{ amount: '1' }, { amount: '2', body: { customer_name: 'Ada' } }],
			design,
		);
		expect(headline).toContain("no field of its own for 'customer_name', but 'body.customer_name'");
		expect(description).toContain(
			"enter {{ { ...$json, customer_name: $json.body?.customer_name } }} as 'Rows'",
		);
		expect(description).toContain("'Only Fields': amount.");
	});

	it('rows are not looked for four levels down', () => {
		const deep = { a: { b: { c: { d: { amount: '1' } } } } };
		expect(refusal([deep], design).issues).toMatchObject([{ reason: NOTHING_MATCHES }]);
	});

	it('rows are not guessed where two objects bring fields: both expressions are named', () => {
		const { headline, description } = refusal(
			[{ billing: { amount: '1' }, shipping: { amount: '2' } }],
			design,
		);
		expect(headline).toContain("The fields are 'billing' and 'shipping'");
		expect(description).toContain(
			"'amount': {{ $json.billing.amount }} or {{ $json.shipping.amount }}",
		);
	});
});

describe('where nothing matches', () => {
	it('a row of which no field matches is refused with what was there and what is wanted', () => {
		const { headline, description, issues } = refusal([{ a: '1' }, { b: '2' }], design);
		expect(headline).toBe(
			"[item 0] and [item 1]: no field belongs to a variable of the design. The fields are 'a' and 'b'; the design wants 'customer_name' and 'amount'",
		);
		expect(description).toContain('Map Each Variable');
		expect(issues).toHaveLength(2);
	});

	it('a row of which no field matches is refused with the expression of a list that holds the rows', () => {
		const { description } = refusal([{ data: [{ amount: '1' }], total: 1 }], design);
		expect(description).toContain('{{ $json.data }}');
	});

	it('a row is refused for a design without variables', () => {
		expect(refusal([{ a: '1' }], { variables: {} }).headline).toContain('has no variables');
	});

	it('a row of which no field matches goes on with sample content', () => {
		expect(sent([{ a: '1' }], { ...design, missingVariables: 'sample' })).toEqual([{}]);
		expect(sent([{ a: '1' }], { variables: {}, missingVariables: 'sample' })).toEqual([{}]);
	});

	it.each([
		['an empty line', { customer_name: '', amount: ' ' }, 'all fields of the item are empty'],
		['nulls', { customer_name: null, amount: null }, 'all fields of the item are empty'],
		['a number and a box', { row_number: 7, paid: false }, 'all fields of the item are empty'],
		['other fields', { x: '1' }, 'the row has no value for any variable'],
	])('a row of %s is refused by name, and it alone', (_, empty, why) => {
		const { itemIndexes, headline } = refusal([{ amount: '1' }, empty], design);
		expect(itemIndexes).toEqual([1]);
		expect(headline).toContain(`[item 1]: ${why}`);
	});
});

describe('where variables are not known', () => {
	it('every field is sent under its own name where variables are not known', () => {
		expect(sent([{ 'Customer Name': 'Ada', crm_id: 7 }])).toEqual([
			{ 'Customer Name': 'Ada', crm_id: '7' },
		]);
	});

	it('Only Fields is named where variables are not known and a value cannot be sent', () => {
		expect(refusal([{ a: '1', meta: { x: 1 } }]).description).toContain("'Only Fields'");
	});
});
