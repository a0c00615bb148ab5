import { compare, LENGTHS_MS } from './compare.mts';

/** The whole simulation as JSON on the standard output, for the tests. */
process.stdout.write(JSON.stringify(LENGTHS_MS.map((length) => compare(length))));
