/** `npm run test:e2e`: builds, packs, and runs the package in real n8n servers. */
import { ensureInstalled, run, runTsx } from './lib/setup.mjs';

await ensureInstalled();
const args = process.argv.slice(2);
const isGiven = args.some((arg) => /^--(tarball|help)\b/.test(arg));
const built = isGiven
	? 0
	: await run(process.execPath, ['node_modules/gulp/bin/gulp.js', 'build', '--silent']);
process.exitCode = built === 0 ? await runTsx('test/e2e/run.mts', args) : built;
