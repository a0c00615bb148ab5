import type { BenchCase } from '../figure.mts';
import { poll } from './poll.mts';
import { rows } from './rows.mts';

/** In the order in which they run. */
export const CASES: readonly BenchCase[] = [poll, rows];
