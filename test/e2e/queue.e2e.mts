import type { SuiteOptions } from './major.mts';
export async function queueSuite(_options: Omit<SuiteOptions, 'only'>): Promise<void> {}
