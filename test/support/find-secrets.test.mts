import { findSecrets, type Secret } from './find-secrets.mts';

const SECRET: Secret = { name: 'key', value: 'k9+Zq7w/Lk=Tx%4m"Vb&2Rd<NcQ' };
const { value } = SECRET;
const find = (root: unknown) => findSecrets(root, [SECRET]);

class Keeper {
	constructor(readonly own: string) {}
	get shown(): string {
		return Buffer.from(this.own).toString();
	}
}
class Thrower {
	get refused(): string {
		throw new Error(`No: ${value}`);
	}
}
class Inherited extends Keeper {}

const hidden = <T extends object>(target: T, key: string | symbol): T =>
	Object.defineProperty(target, key, { value, enumerable: false });

const circular: Record<string, unknown> = { deep: { deeper: [{ value }] } };
circular['self'] = circular;

/** A secret planted in every kind of place. */
const PLANTED: Record<string, unknown> = {
	'a string': `before ${value} after`,
	'a nested object with a circle': circular,
	'a message': new Error(`No: ${value}`),
	'a stack': Object.assign(new Error('x'), { stack: `at ${value}` }),
	'a cause of a cause': new Error('1', { cause: new Error('2', { cause: new Error(value) }) }),
	'an error of several': new AggregateError([new Error(value)]),
	'a hidden property': hidden({}, 'secret'),
	'a symbol': hidden({}, Symbol('x')),
	"a symbol's name": { [Symbol(value)]: 1 },
	'a key': { [value]: 1 },
	'a getter': new Keeper(value),
	'an inherited getter': hidden(new Inherited('x'), 'own'),
	'a getter that throws': new Thrower(),
	'a map': new Map([['a', { value }]]),
	"a map's key": new Map([[value, 1]]),
	'a set': new Set([[value]]),
	bytes: Buffer.from(value),
	'bytes of two': Buffer.from(value, 'utf16le'),
	'a function’s property': Object.assign(() => 1, { value }),
	headers: new Headers({ 'x-api-key': value }),
	'the search of a URL': new URL(`https://a.test/?key=${encodeURIComponent(value)}`),
	'JSON in JSON': JSON.stringify(JSON.stringify({ value: value.slice(0, 14) })),
	JSON: JSON.stringify({ value }),
	HTML: value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
	'percent-encoding': `a=${encodeURIComponent(value)}`,
	hex: Buffer.from(value).toString('hex'),
	'Base64, first place': Buffer.from(`${value}:x`).toString('base64'),
	'Base64, second place': Buffer.from(`u${value}:x`).toString('base64'),
	'Base64, third place': Buffer.from(`us${value}:x`).toString('base64'),
	'Base64 for URLs': Buffer.from(`us${value}`).toString('base64url'),
	'a beginning of it': `${value.slice(0, 13)}…`,
	'an end of it': `…${value.slice(-13)}`,
};

describe('The search for secrets', () => {
	it.each(Object.keys(PLANTED))('findSecrets finds a secret in %s', (place) => {
		expect(find({ place: [PLANTED[place]] })).not.toEqual([]);
	});

	it('findSecrets says where a secret was', () => {
		expect(find({ error: new Error('x', { cause: { headers: { key: value } } }) })).toContain(
			'root.error.cause.headers.key: key as it is',
		);
	});

	it('findSecrets finds none where there are only parts too short to matter', () => {
		const near = `${value.slice(0, 11)}… and ${value.slice(-11)}`;
		expect(find([near, new Error(near), new Keeper(near), new Map([[near, near]])])).toEqual([]);
	});
});
