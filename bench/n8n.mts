import { installedN8n, installN8n } from '../scripts/lib/real-n8n.mjs';
import { Unavailable } from './figure.mts';

/**
 * The folder of an installed n8n, whose own nodes are compared with.
 * @param quick installs nothing, which would take minutes
 * @throws Unavailable when there is none
 */
export async function n8nFolder(quick: boolean): Promise<string> {
	const n8n = quick ? installedN8n(2) : await installN8n(2);
	if (n8n) return n8n.folder;
	throw new Unavailable(
		"n8n's own nodes are needed, and no n8n is installed yet: `npm run bench` without --quick installs one",
	);
}
