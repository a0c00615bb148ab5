import type { BenchCase } from '../figure.mts';
import { load } from './load.mts';
import { pdfs } from './pdfs.mts';
import { poll } from './poll.mts';
import { rows } from './rows.mts';
import { wholeRun } from './whole-run.mts';
import { zipToDisk } from './zip-to-disk.mts';

/** In the order in which they run. */
export const CASES: readonly BenchCase[] = [poll, rows, load, zipToDisk, pdfs, wholeRun];
