import { parseArgs } from 'node:util';

import { GALLERY, KEYS, startEmulator } from '../test/emulator/index.mts';

const USAGE = `An ImaginePDF service on this computer, for trying things out without an account.

  npm run emulator -- [--port 8787] [--storage-port 8788] [--time-scale 1]

  --port          port of the API (default 8787)
  --storage-port  port of the storage (default: a free one)
  --time-scale    how many times faster than the real service (default 1)
`;

const DEFAULT_PORT = 8787;

/** A whole number of a port, or undefined. */
function portIn(text: string | undefined): number | undefined {
	if (text === undefined || !/^\d{1,5}$/.test(text)) return undefined;
	const port = Number(text);
	return port < 65536 ? port : undefined;
}

function fail(message: string): never {
	process.stderr.write(`${message}\n\n${USAGE}`);
	process.exit(1);
}

function readOptions() {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: String(DEFAULT_PORT) },
			'storage-port': { type: 'string', default: '0' },
			'time-scale': { type: 'string', default: '1' },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		process.stdout.write(USAGE);
		process.exit(0);
	}
	const port = portIn(values.port);
	const storagePort = portIn(values['storage-port']);
	const timeScale = Number(values['time-scale']);
	if (port === undefined || storagePort === undefined) fail('A port is a number from 0 to 65535.');
	if (!(timeScale > 0)) fail('--time-scale is a number above 0.');
	return { port, storagePort, timeScale };
}

function parsed(): ReturnType<typeof readOptions> {
	try {
		return readOptions();
	} catch (error) {
		return fail(error instanceof Error ? error.message : String(error));
	}
}

const options = parsed();
const emulator = await startEmulator(options).catch((error: unknown) => {
	const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
	if (code !== 'EADDRINUSE') throw error;
	process.stderr.write(`Port ${options.port} is taken. Choose another one with --port.\n`);
	process.exit(1);
});

for (const design of GALLERY) emulator.addDesign(KEYS.demo, design);
const designs = emulator.designs(KEYS.demo);
const width = Math.max(...designs.map(({ designId }) => designId.length));
process.stdout.write(`ImaginePDF emulator

  Base URL  ${emulator.baseUrl}
  Storage   ${emulator.storageOrigin}

API keys
  ${KEYS.demo}       everything works, ${emulator.credits(KEYS.demo)} credits
  ${KEYS.noCredits}  no credits left
  ${KEYS.noBatch}    plan without batches
  ${KEYS.noApi}      plan without API access
  ${KEYS.expired}    expired key

Designs of ${KEYS.demo}
${designs
	.map(({ designId, variables }) => {
		const names = variables.map(({ name, kind }) => (kind === 'text' ? name : `${name} (${kind})`));
		return `  ${designId.padEnd(width)}  ${names.join(', ') || 'no variables'}`;
	})
	.join('\n')}

Try it
  curl -s -X POST '${emulator.baseUrl}/batch/generate?design=design_invoice' \\
    -H 'X-API-Key: ${KEYS.demo}' -H 'Content-Type: application/json' \\
    -d '{"rows":[{"customer_name":"Ada","invoice_number":"INV-1","amount":"12.50"}]}'

Ctrl-C ends it.

`);

emulator.on('answer', ({ origin, method, path, status, outcome }) => {
	process.stdout.write(
		`${origin.padEnd(7)} ${method} ${path} → ${status ?? '–'} ${outcome === 'cut' ? '(cut)' : ''}\n`,
	);
});

const stop = () => void emulator.close();
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
