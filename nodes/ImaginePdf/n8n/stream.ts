/** A Node.js `Readable`, as a type only: a verified node may not import `node:stream`. */
export type NodeStream = import('node:stream').Readable;

/** The part of the class that turns an async iterable into a stream. */
export interface ReadableClass {
	from(source: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): NodeStream;
}

/**
 * Node's `Readable` class, found behind a stream that Node itself made: the class nearest to the
 * root that has a `from` of its own (`Duplex` has another).
 */
export function readableClassOf(stream: NodeStream): ReadableClass | undefined {
	let found: ReadableClass | undefined;
	let prototype: unknown = Object.getPrototypeOf(stream);
	while (typeof prototype === 'object' && prototype !== null) {
		const candidate: unknown = prototype.constructor;
		if (typeof candidate === 'function' && Object.hasOwn(candidate, 'from') && hasFrom(candidate)) {
			found = candidate;
		}
		prototype = Object.getPrototypeOf(prototype);
	}
	return found;
}

function hasFrom(candidate: object): candidate is ReadableClass {
	return 'from' in candidate && typeof candidate.from === 'function';
}
