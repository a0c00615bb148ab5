/**
 * `npm run test:live`: the contract tests against the real service, with the key in IMAGINEPDF_API_KEY
 * (and the service's address in IMAGINEPDF_BASE_URL, a design in IMAGINEPDF_DESIGN_ID, if they are not to be
 * the default ones). Spends 3 credits at most. Ends with "N passed, N failed".
 */
import { ensureInstalled, runTsx } from './lib/setup.mjs';

if (process.env.IMAGINEPDF_API_KEY?.trim()) {
	await ensureInstalled();
	process.exitCode = await runTsx('test/live/start.cjs');
} else {
	process.stdout.write(
		'Skipped: this asks the real ImaginePDF service and needs an API key. Set IMAGINEPDF_API_KEY to run it; it spends 3 credits at most.\n0 passed, 0 failed\n',
	);
}
