import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium, type BrowserContext } from 'playwright-core';

/** Debian's package; other places can be named by the environment. */
const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** No background traffic, nothing that differs from one machine to the next. */
const FLAGS = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--hide-scrollbars',
	'--font-render-hinting=none',
];

/** Whether Chromium is there; installs Debian's package where it is not and may be. */
export function haveChromium(say: (line: string) => void): boolean {
	if (existsSync(EXECUTABLE)) return true;
	if (process.env.CHROMIUM_PATH !== undefined || process.getuid?.() !== 0) return false;
	if (spawnSync('apt-get', ['--version']).error) return false;
	say("Installing Debian's package chromium …");
	for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
		const done = spawnSync('apt-get', args, {
			stdio: 'ignore',
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		});
		if (done.status !== 0) return false;
	}
	return existsSync(EXECUTABLE);
}

export interface Browser {
	context: BrowserContext;
	/** Addresses outside this computer that a page asked for. */
	strangers: readonly string[];
	close: () => Promise<void>;
}

export interface BrowserOptions {
	width: number;
	height: number;
	colorScheme?: 'light' | 'dark';
}

/** Opens Chromium with a profile of its own, kept off the network. */
export async function openBrowser({
	width,
	height,
	colorScheme = 'light',
}: BrowserOptions): Promise<Browser> {
	const profile = await mkdtemp(path.join(tmpdir(), 'imaginepdf-chromium-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: EXECUTABLE,
		headless: true,
		args: FLAGS,
		viewport: { width, height },
		colorScheme,
		locale: 'en-GB',
	});
	const strangers: string[] = [];
	await context.route(
		(url) => /^https?:$/.test(url.protocol) && !['localhost', '127.0.0.1'].includes(url.hostname),
		async (route) => {
			strangers.push(route.request().url());
			await route.abort();
		},
	);
	return {
		context,
		strangers,
		close: async () => {
			await context.close();
			await rm(profile, { recursive: true, force: true });
		},
	};
}
