import assert from 'node:assert/strict';

import type { Emulator } from '../emulator/index.mts';
import { n8nCommand, type Instance } from './support/instance.mts';

interface CommandCase {
	name: string;
	run: () => Promise<void>;
}

const EXAMPLE = 'example-rows-to-zip-to-email';

/** n8n's command line, without a server. */
export function commandLine(instance: Instance, emulator: Emulator): CommandCase[] {
	return [
		{
			name: 'n8n execute runs an imported workflow',
			run: async () => {
				const before = emulator.charges.length;
				const args = ['execute', `--id=${EXAMPLE}`, '--rawOutput'];
				const command = await n8nCommand(instance, 'execute', args);
				await command.ended;
				// By what was printed: the process may still stumble at its very end (n8n 2.41).
				const printed = await command.output();
				assert.match(printed, /"status": "success"/, await command.tail());
				assert.ok(emulator.charges.length > before);
			},
		},
	];
}
