import {
	UPLOADED,
	grid,
	image,
	table,
	type SourceCase,
	type SourceCases,
} from './support/case.mts';
import { photo, withFiles } from '../engine/support/pictures.mts';

const ORDER = {
	number: 7,
	total: 5,
	billing: { first_name: 'Ada', city: 'Rome' },
	shipping: { first_name: 'Bob', city: 'Oslo' },
};

const dated = (
	due: unknown,
	printed: string,
	{ dateFormat, ...more }: Partial<SourceCase> & { dateFormat?: string } = {},
): SourceCase => ({
	items: { name: 'Ada', due },
	...(dateFormat && { parameters: { options: { dateFormat } } }),
	sends: { name: 'Ada', due: printed },
	...more,
});
const FOREIGN_FORMATS = [
	...['dd.mm.yyyy', 'TT.MM.JJJJ', '%d.%m.%y', 'HH:MM', 'DD.MM.YYYY', 'YYYY-MM-DD'],
	'jj/MM/aaaa',
];
const FORMATS = {
	'mm:ss': '05:09',
	"d 'de' MMMM": '31 de March',
	'cccc, d LLLL yyyy': 'Tuesday, 31 March 2026',
	"HH'h'mm": '10h05',
	DD: 'Mar 31, 2026',
};
const WEST = { timezone: 'America/New_York' };
const GERMAN = { dateFormat: 'dd.MM.yyyy' };

export const DATES: SourceCases = {
	'A date: midnight UTC west of Greenwich': dated(new Date('2026-03-31T00:00:00Z'), '2026-03-31', {
		...WEST,
		hint: /midnight|time zone/i,
	}),
	'A date: text of midnight UTC west of Greenwich': dated(
		'2026-03-31T00:00:00.000Z',
		'31.03.2026',
		{
			...WEST,
			...GERMAN,
		},
	),
	'A date: midnight UTC with a time': dated('2026-03-31T00:00:00.000Z', '30.03.2026 20:00', {
		...WEST,
		dateFormat: 'dd.MM.yyyy HH:mm',
	}),
	'A date: midnight of the workflow': dated(new Date('2026-03-30T22:00:00Z'), '31.03.2026', {
		timezone: 'Europe/Berlin',
		...GERMAN,
	}),
	'A date: a time': dated(new Date('2026-03-31T10:30:00Z'), '2026-03-31 12:30', {
		timezone: 'Europe/Berlin',
	}),
	'A date: text with blanks around it': dated(' 2026-03-31 ', '31.03.2026', GERMAN),
	'A date: /Date(ms)/': dated('/Date(1774915200000)/', '31.03.2026', GERMAN),
	'A date: text of a date without a format': dated('2026-03-31T10:00:00Z', '2026-03-31T10:00:00Z'),
	'A date: Unix times in a variable that says date': {
		items: [
			{ name: 'Ada', created_date: 1774951200 },
			{ name: 'Bob', created_date: 1774951201 },
		],
		parameters: { options: GERMAN },
		sends: [
			{ name: 'Ada', created_date: '1774951200' },
			{ name: 'Bob', created_date: '1774951201' },
		],
		hint: /'created_date'.*1774951200/,
	},
	...Object.fromEntries(
		FOREIGN_FORMATS.map((dateFormat) => [
			`A date: the format ${dateFormat} of other tools`,
			{
				items: { name: 'Ada', due: '2026-03-31' },
				design: ['name', 'due'],
				parameters: { options: { dateFormat } },
				refused: /'Date Format'/,
			},
		]),
	),
	...Object.fromEntries(
		Object.entries(FORMATS).map(([dateFormat, printed]) => [
			`A date: the format ${dateFormat}`,
			dated('2026-03-31T10:05:09Z', printed, { dateFormat }),
		]),
	),
};

const PHOTO = [{ variable: 'photo', binaryField: 'photo' }];

export const SETTINGS: SourceCases = {
	'Only Fields: what stands on the top level alone, on purpose': {
		items: ORDER,
		parameters: { options: { onlyFields: 'number, total' } },
		sends: { number: '7', first_name: '', total: '5' },
	},
	'Only Fields: paths whose last names are variables': {
		items: ORDER,
		parameters: { options: { onlyFields: 'number, billing.first_name, shipping.city' } },
		sends: { number: '7', first_name: 'Ada', city: 'Oslo' },
	},
	'Map Each Variable: automatic, of chosen fields': {
		items: { Number: 7, total: 5, secret: 'x' },
		parameters: {
			rowSource: 'mapped',
			variables: { mappingMode: 'autoMapInputData', value: null },
			options: { onlyFields: 'Number, total' },
		},
		sends: { number: '7', total: '5', secret: '' },
	},
	'Map Each Variable: a field left empty on purpose': {
		items: ORDER,
		parameters: {
			rowSource: 'mapped',
			variables: {
				mappingMode: 'defineBelow',
				value: { number: '={{ $json.number }}', first_name: '' },
			},
		},
		sends: { number: '7', first_name: '' },
	},
	'Print Sample Content: what a nested object has is asked for all the same': {
		items: ORDER,
		parameters: { options: { missingVariables: 'sample' } },
		refused: /'first_name'.*billing/s,
		choose: { first_name: 'shipping' },
		sends: { number: '7', first_name: 'Bob' },
	},
	'Print Sample Content: nothing that matches, on purpose': {
		items: { other: 1, billing: { first_name: 'Ada' } },
		design: ['number', 'city'],
		parameters: { options: { missingVariables: 'sample' } },
		sends: {},
	},
	'A design without variables': {
		items: { name: 'Ada' },
		refused: /no variables.*'name'/s,
		sends: {},
	},
	'An item without fields': {
		items: {},
		design: ['name'],
		refused: /^(?!.*fields are ;)/s,
	},
	'Images: two of three items have theirs in another field': {
		items: ['photo', 'image', 'image'].map((field, index) =>
			withFiles({ name: `Guest ${index}` }, { [field]: photo(index) }),
		),
		design: ['name', image('photo')],
		parameters: { options: { images: { images: PHOTO } } },
		sends: [0, 1, 2].map((index) => ({ name: `Guest ${index}`, photo: UPLOADED })),
		hint: /2 .*'image'/s,
	},
	'Images: all items have theirs in another field': {
		items: withFiles({ name: 'Guest' }, { image: photo(1) }),
		design: ['name', image('photo')],
		parameters: { options: { images: { images: PHOTO } } },
		refused: /'photo'.*'image'/s,
	},
	'Images: a URL': {
		items: { name: 'Ada', photo: 'https://example.com/ada.png' },
		design: ['name', image('photo')],
		refused: /'Images'.*HTTP Request|HTTP Request.*'Images'/s,
	},
	'Images: an inline picture': {
		items: { name: 'Ada', photo: 'data:image/png;base64,iVBORw0KGgo=' },
		design: ['name', image('photo')],
		refused: /'Images'/,
	},
	'Tables: an object in a cell': {
		items: { number: 1, lines: [{ item: 'Nut', qty: { ordered: 2, sent: 1 } }] },
		design: ['number', table('lines', 'Item', 'Qty')],
		refused: /row 1.*'ordered'|'ordered'.*row 1/s,
	},
	'Tables: a lookup in a cell': {
		items: { number: 1, lines: [{ item: { id: 5, name: 'Nut' }, qty: 2 }] },
		sends: { number: '1', lines: grid('Item | Qty', 'Nut | 2') },
	},
	'Tables: empty text, and a list of nothing': {
		items: [
			{ number: 1, lines: '' },
			{ number: 2, lines: [] },
		],
		sends: [
			{ number: '1', lines: [['Item', 'Qty']] },
			{ number: '2', lines: [['Item', 'Qty']] },
		],
	},
};
