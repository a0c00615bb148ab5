import { capture } from '../../scripts/lib/commands.mjs';

/**
 * Installs Debian packages, where we are root and have apt-get.
 * @returns whether that succeeded
 */
export async function installFromDebian(...packages: string[]): Promise<boolean> {
	if (process.getuid?.() !== 0) return false;
	process.stderr.write(`Installing Debian's ${packages.join(' and ')} …\n`);
	// In run level 1 Debian's packages do not start their services.
	const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
	for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
		const { code, stderr } = await capture('apt-get', ['-q', ...args], { env });
		if (code !== 0) process.stderr.write(`apt-get ${args[0]} did not succeed: ${stderr}\n`);
		if (code !== 0) return false;
	}
	return true;
}
