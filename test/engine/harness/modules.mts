/**
 * n8n's own modules, loaded as n8n-core itself sees them. They are `require`d, not imported: an
 * `import` would bring the ES module build of n8n-workflow next to the CommonJS build that n8n-core
 * and the node use, and their error classes would not know each other.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Logger } from 'n8n-workflow';

type AnyClass<T> = abstract new (...args: never[]) => T;

/** n8n's dependency injection, as far as it is needed here. */
interface ServiceContainer {
	get<T>(service: AnyClass<T>): T;
	set<T>(service: AnyClass<T>, instance: T): void;
}

interface Flatted {
	parse(text: string): unknown;
	stringify(value: unknown): string;
}

/** n8n's folder of settings and files. n8n makes it when it starts; `Engine.close` removes it. */
export const userFolder = path.join(tmpdir(), `imaginepdf-n8n-${randomUUID()}`);

// n8n reads these when it first needs them, so they must be set before it is loaded.
process.env['N8N_USER_FOLDER'] = userFolder;
process.env['N8N_LOG_LEVEL'] = 'silent';
process.env['N8N_DIAGNOSTICS_ENABLED'] = 'false';

/** Both jest and tsx run in the repository; neither knows the other's way to name this file. */
const requireHere = createRequire(path.resolve('package.json'));
/** Packages are resolved from n8n-core, which carries its own versions of some. */
const requireThere = createRequire(requireHere.resolve('n8n-core'));

export const n8nCore = requireHere('n8n-core') as typeof import('n8n-core');
export const n8nWorkflow = requireThere('n8n-workflow') as typeof import('n8n-workflow');
export const { Container } = requireThere('@n8n/di') as { Container: ServiceContainer };
export const { Logger: LoggerService } = requireThere('@n8n/backend-common') as {
	Logger: AnyClass<Logger>;
};
/** The JSON dialect in which n8n saves executions. */
export const flatted = requireThere('flatted') as Flatted;
/** Reads a dotted path, as n8n's credential rules name it. */
export const get = requireThere('lodash/get') as (value: unknown, path: string) => unknown;
