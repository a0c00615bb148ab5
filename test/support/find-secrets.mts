/** Something that must not show, by a name that may. */
export interface Secret {
	name: string;
	value: string;
}

interface Needle {
	name: string;
	text: string;
}

/** So many characters in a row of a secret are a leak, e.g. where a text was cut off. */
const WINDOW = 12;
/** More than any execution has; beyond it the walk has strayed into the runtime itself. */
const MAX_VISITS = 500_000;

/**
 * Where in a value the secrets show, in whatever form: every string and every key, own and inherited,
 * hidden and symbolic, what getters give, maps, sets, bytes, and functions' own properties. A path
 * each, e.g. `error.cause.config.headers.x-api-key: key as it is`.
 */
export function findSecrets(root: unknown, secrets: readonly Secret[]): string[] {
	const needles = secrets.flatMap(needlesOf);
	const found = new Set<string>();
	const seen = new Set<object>([globalThis, process]);
	const waiting: Array<{ value: unknown; path: string }> = [{ value: root, path: 'root' }];
	for (let visits = 0; waiting.length > 0; visits++) {
		if (visits > MAX_VISITS) throw new Error('The walk does not end: is the whole runtime in it?');
		const { value, path } = waiting.pop()!;
		for (const text of textsOf(value)) {
			for (const needle of needles) {
				if (text.includes(needle.text)) found.add(`${path}: ${needle.name}`);
			}
		}
		if (!isWalkable(value) || seen.has(value)) continue;
		seen.add(value);
		for (const [name, child] of childrenOf(value)) {
			waiting.push({ value: child, path: `${path}.${name}` });
			waiting.push({ value: name, path: `${path} (key)` });
		}
	}
	return [...found];
}

/** The forms in which a secret may show, and every stretch of it. */
function needlesOf({ name, value }: Secret): Needle[] {
	const bytes = Buffer.from(value);
	const json = JSON.stringify(value).slice(1, -1);
	const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
	const needles: Needle[] = [
		{ name: `${name} as it is`, text: value },
		{ name: `${name} in JSON`, text: json },
		{ name: `${name} in HTML`, text: html },
		{ name: `${name} percent-encoded`, text: encodeURIComponent(value) },
		{ name: `${name} in hex`, text: bytes.toString('hex') },
		...base64Of(bytes).map((text) => ({ name: `${name} in Base64`, text })),
	];
	for (let at = 0; at + WINDOW <= value.length; at++) {
		needles.push({ name: `a part of ${name}`, text: value.slice(at, at + WINDOW) });
	}
	return needles;
}

/** Base64 looks different at each of three positions; its edges also hold bits of the neighbours. */
function base64Of(bytes: Buffer): string[] {
	const plain = [0, 1, 2].map((before) => {
		const text = Buffer.concat([Buffer.alloc(before), bytes])
			.toString('base64')
			.replace(/=+$/, '');
		return text.slice(before === 0 ? 0 : before + 1, -2);
	});
	return [...plain, ...plain.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}

function textsOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value === 'symbol') return [value.description ?? ''];
	if (value instanceof Uint8Array) {
		const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
		return [bytes.toString('latin1'), bytes.toString('utf16le')];
	}
	return [];
}

function isWalkable(value: unknown): value is object {
	if (value instanceof Uint8Array) return false;
	return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function childrenOf(value: object): Array<[name: string, child: unknown]> {
	const children: Array<[string, unknown]> = [];
	if (value instanceof Map) {
		let index = 0;
		for (const [key, child] of value) {
			children.push([`key ${index}`, key], [`value ${index++}`, child]);
		}
	}
	if (value instanceof Headers) children.push(['entries', [...value]]);
	if (value instanceof Set)
		[...value].forEach((child, index) => children.push([`${index}`, child]));
	for (const [key, owner] of keysOf(value)) {
		const inherited = owner !== value;
		const property = Reflect.getOwnPropertyDescriptor(owner, key);
		// Methods of a class are code; only what they hold of their own could be a secret.
		if (!property || (inherited && !property.get)) continue;
		children.push([String(key), property.get ? given(value, property.get) : property.value]);
	}
	return children;
}

/** All keys, hidden and symbolic ones too, of an object and of what it inherits from. */
function keysOf(value: object): Array<[key: string | symbol, owner: object]> {
	const keys: Array<[string | symbol, object]> = [];
	for (let owner: object | null = value; owner; owner = Reflect.getPrototypeOf(owner)) {
		if (owner === Object.prototype || owner === Function.prototype) break;
		for (const key of Reflect.ownKeys(owner)) keys.push([key, owner]);
	}
	return keys;
}

/** What a getter gives; an error that it throws is as visible as what it returns. */
function given(value: object, get: () => unknown): unknown {
	try {
		return Reflect.apply(get, value, []);
	} catch (error) {
		return error;
	}
}
