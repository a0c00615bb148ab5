import { image, table, UPLOADED, type SourceCase } from './support/case.mts';
import { photo, withFiles } from '../engine/support/pictures.mts';

const ORDER = {
	number: 7,
	total: 5,
	billing: { first_name: 'Ada', city: 'Rome' },
	shipping: { first_name: 'Bob', city: 'Oslo' },
};

const dated = (
	source: string,
	due: unknown,
	printed: string,
	more: Partial<SourceCase> & { dateFormat?: string },
): SourceCase => {
	const { dateFormat, ...rest } = more;
	return {
		source: `A date: ${source}`,
		items: [{ name: 'Ada', due }],
		design: ['name', 'due'],
		...(dateFormat && { parameters: { options: { dateFormat } } }),
		sends: [{ name: 'Ada', due: printed }],
		...rest,
	};
};
const WEST = { timezone: 'America/New_York' };
const GERMAN = { dateFormat: 'dd.MM.yyyy' };

export const DATES: SourceCase[] = [
	dated('midnight UTC west of Greenwich', new Date('2026-03-31T00:00:00Z'), '2026-03-31', {
		...WEST,
		hint: /midnight|time zone/i,
	}),
	dated('text of midnight UTC west of Greenwich', '2026-03-31T00:00:00.000Z', '31.03.2026', {
		...WEST,
		...GERMAN,
	}),
	dated('midnight UTC with a time', '2026-03-31T00:00:00.000Z', '30.03.2026 20:00', {
		...WEST,
		dateFormat: 'dd.MM.yyyy HH:mm',
	}),
	dated('midnight of the workflow', new Date('2026-03-30T22:00:00Z'), '31.03.2026', {
		timezone: 'Europe/Berlin',
		...GERMAN,
	}),
	dated('a time', new Date('2026-03-31T10:30:00Z'), '2026-03-31 12:30', {
		timezone: 'Europe/Berlin',
	}),
	dated('text with blanks around it', ' 2026-03-31 ', '31.03.2026', GERMAN),
	dated('/Date(ms)/', '/Date(1774915200000)/', '31.03.2026', GERMAN),
	dated('text of a date without a format', '2026-03-31T10:00:00Z', '2026-03-31T10:00:00Z', {}),
	{
		source: 'A date: Unix times in a variable that says date',
		items: [
			{ name: 'Ada', created_date: 1774951200 },
			{ name: 'Bob', created_date: 1774951201 },
		],
		design: ['name', 'created_date'],
		parameters: { options: GERMAN },
		sends: [
			{ name: 'Ada', created_date: '1774951200' },
			{ name: 'Bob', created_date: '1774951201' },
		],
		hint: /'created_date'.*1774951200/,
	},
	...[
		'dd.mm.yyyy',
		'TT.MM.JJJJ',
		'%d.%m.%y',
		'HH:MM',
		'DD.MM.YYYY',
		'YYYY-MM-DD',
		'jj/MM/aaaa',
	].map((dateFormat): SourceCase => ({
		source: `A date: the format ${dateFormat} of other tools`,
		items: [{ name: 'Ada', due: '2026-03-31' }],
		design: ['name', 'due'],
		parameters: { options: { dateFormat } },
		refused: /'Date Format'/,
	})),
	...(
		[
			['mm:ss', '05:09'],
			["d 'de' MMMM", '31 de March'],
			['cccc, d LLLL yyyy', 'Tuesday, 31 March 2026'],
			["HH'h'mm", '10h05'],
			['DD', 'Mar 31, 2026'],
		] as const
	).map(([dateFormat, printed]) =>
		dated(`the format ${dateFormat}`, '2026-03-31T10:05:09Z', printed, { dateFormat }),
	),
];

const PHOTO = [{ variable: 'photo', binaryField: 'photo' }];

export const SETTINGS: SourceCase[] = [
	{
		source: 'Only Fields: what stands on the top level alone, on purpose',
		items: [ORDER],
		design: ['number', 'first_name', 'total'],
		parameters: { options: { onlyFields: 'number, total' } },
		sends: [{ number: '7', first_name: '', total: '5' }],
	},
	{
		source: 'Only Fields: paths whose last names are variables',
		items: [ORDER],
		design: ['number', 'first_name', 'city'],
		parameters: { options: { onlyFields: 'number, billing.first_name, shipping.city' } },
		sends: [{ number: '7', first_name: 'Ada', city: 'Oslo' }],
	},
	{
		source: 'Map Each Variable: automatic, of chosen fields',
		items: [{ Number: 7, total: 5, secret: 'x' }],
		design: ['number', 'total', 'secret'],
		parameters: {
			rowSource: 'mapped',
			variables: { mappingMode: 'autoMapInputData', value: null },
			options: { onlyFields: 'Number, total' },
		},
		sends: [{ number: '7', total: '5', secret: '' }],
	},
	{
		source: 'Map Each Variable: a field left empty on purpose',
		items: [ORDER],
		design: ['number', 'first_name'],
		parameters: {
			rowSource: 'mapped',
			variables: {
				mappingMode: 'defineBelow',
				value: { number: '={{ $json.number }}', first_name: '' },
			},
		},
		sends: [{ number: '7', first_name: '' }],
	},
	{
		source: 'Print Sample Content: what a nested object has is asked for all the same',
		items: [ORDER],
		design: ['number', 'first_name'],
		parameters: { options: { missingVariables: 'sample' } },
		refused: /'first_name'.*billing/s,
		choose: { first_name: 'shipping' },
		sends: [{ number: '7', first_name: 'Bob' }],
	},
	{
		source: 'Print Sample Content: nothing that matches, on purpose',
		items: [{ other: 1, billing: { first_name: 'Ada' } }],
		design: ['number', 'city'],
		parameters: { options: { missingVariables: 'sample' } },
		sends: [{}],
	},
	{
		source: 'A design without variables',
		items: [{ name: 'Ada' }],
		design: [],
		refused: /no variables.*'name'/s,
		sends: [{}],
	},
	{
		source: 'An item without fields',
		items: [{}],
		design: ['name'],
		refused: /^(?!.*fields are ;)/s,
	},
	{
		source: 'Images: two of three items have theirs in another field',
		items: ['photo', 'image', 'image'].map((field, index) =>
			withFiles({ name: `Guest ${index}` }, { [field]: photo(index) }),
		),
		design: ['name', image('photo')],
		parameters: { options: { images: { images: PHOTO } } },
		sends: [0, 1, 2].map((index) => ({ name: `Guest ${index}`, photo: UPLOADED })),
		hint: /2 .*'image'/s,
	},
	{
		source: 'Images: all items have theirs in another field',
		items: [withFiles({ name: 'Guest' }, { image: photo(1) })],
		design: ['name', image('photo')],
		parameters: { options: { images: { images: PHOTO } } },
		refused: /'photo'.*'image'/s,
	},
	{
		source: 'Images: a URL',
		items: [{ name: 'Ada', photo: 'https://example.com/ada.png' }],
		design: ['name', image('photo')],
		refused: /'Images'.*HTTP Request|HTTP Request.*'Images'/s,
	},
	{
		source: 'Images: an inline picture',
		items: [{ name: 'Ada', photo: 'data:image/png;base64,iVBORw0KGgo=' }],
		design: ['name', image('photo')],
		refused: /'Images'/,
	},
	{
		source: 'Tables: an object in a cell',
		items: [{ number: 1, lines: [{ item: 'Nut', qty: { ordered: 2, sent: 1 } }] }],
		design: ['number', table('lines', 'Item', 'Qty')],
		refused: /row 1.*'ordered'|'ordered'.*row 1/s,
	},
	{
		source: 'Tables: a lookup in a cell',
		items: [{ number: 1, lines: [{ item: { id: 5, name: 'Nut' }, qty: 2 }] }],
		design: ['number', table('lines', 'Item', 'Qty')],
		sends: [
			{
				number: '1',
				lines: [
					['Item', 'Qty'],
					['Nut', '2'],
				],
			},
		],
	},
	{
		source: 'Tables: empty text, and a list of nothing',
		items: [
			{ number: 1, lines: '' },
			{ number: 2, lines: [] },
		],
		design: ['number', table('lines', 'Item', 'Qty')],
		sends: [
			{ number: '1', lines: [['Item', 'Qty']] },
			{ number: '2', lines: [['Item', 'Qty']] },
		],
	},
];
