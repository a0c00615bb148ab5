import { rm } from 'node:fs/promises';
import path from 'node:path';

import { KEYS } from '../test/emulator/index.mts';
import { openDevServer, type DevServer } from '../test/real-n8n/dev-server.mts';
import { isFree } from '../test/real-n8n/ports.mts';
import { cacheFolder, installN8n } from './lib/real-n8n.mjs';
import { fail, readArguments, say } from './lib/terminal.mts';

const USAGE = `The real n8n editor with this node in it, rebuilt and reloaded whenever a source changes. No account
is needed: ImaginePDF is emulated on this computer, and n8n is signed in.

  npm run dev -- [--port 5678] [--time-scale 4] [--fresh]

  --port        port of the editor (default 5678)
  --time-scale  how many times faster than the real service the emulator is (default 4)
  --fresh       start over: forget workflows, credentials and executions of earlier starts
`;

function welcome({ url, emulator, workflows, logFile }: DevServer): string {
	return `
  Editor    ${url}
  Emulator  ${emulator.baseUrl}
  Log       ${logFile}

Example workflows
${workflows.map(({ id, name }) => `  ${url}/workflow/${id}  ${name}`).join('\n')}

API keys for the credential
  ${KEYS.demo}       everything works, ${emulator.credits(KEYS.demo)} credits
  ${KEYS.noCredits}  no credits left
  ${KEYS.noBatch}    plan without batches
  ${KEYS.noApi}      plan without API access
  ${KEYS.expired}    expired key

Save a source file, and the editor has it a moment later (reload the page to see new wording).
Ctrl-C ends it.

`;
}

const { values } = readArguments(USAGE, {
	options: {
		port: { type: 'string', default: '5678' },
		'time-scale': { type: 'string', default: '4' },
		fresh: { type: 'boolean', default: false },
	},
});
const port = Number(values.port);
const timeScale = Number(values['time-scale']);
if (!Number.isInteger(port) || port < 1 || port > 65535) {
	fail(`A port is a number from 1 to 65535.\n\n${USAGE}`);
}
if (!(timeScale > 0)) fail(`--time-scale is a number above 0.\n\n${USAGE}`);
if (!(await isFree(port))) fail(`Port ${port} is taken. Choose another one with --port.`);
const installation = await installN8n(2, say);
const userFolder = path.join(cacheFolder(), 'dev');
if (values.fresh) await rm(userFolder, { recursive: true, force: true });
say(`Building the node and starting n8n ${installation.version} …`);
const server = await openDevServer({
	installation,
	userFolder,
	port,
	follow: true,
	emulator: { timeScale },
}).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
say(welcome(server));

const stop = () => void server.close();
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
await server.ended;
await server.close();
