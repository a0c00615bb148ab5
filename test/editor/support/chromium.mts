import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { chromium, type BrowserContext } from 'playwright-core';

import { installFromDebian } from '../../support/debian.mts';
import { temporaryFolder } from '../../support/folder.mts';

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
export async function haveChromium(): Promise<boolean> {
	if (existsSync(EXECUTABLE)) return true;
	if (process.env.CHROMIUM_PATH !== undefined) return false;
	await installFromDebian('chromium');
	return existsSync(EXECUTABLE);
}

export interface Browser {
	context: BrowserContext;
	/** Addresses outside this computer that a page asked for. */
	foreignUrls: readonly string[];
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
	const profile = await temporaryFolder('chromium');
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: EXECUTABLE,
		headless: true,
		args: FLAGS,
		viewport: { width, height },
		colorScheme,
		locale: 'en-GB',
	});
	const foreignUrls: string[] = [];
	await context.route(
		(url) => /^https?:$/.test(url.protocol) && !['localhost', '127.0.0.1'].includes(url.hostname),
		async (route) => {
			foreignUrls.push(route.request().url());
			await route.abort();
		},
	);
	return {
		context,
		foreignUrls,
		close: async () => {
			await context.close();
			await rm(profile, { recursive: true, force: true });
		},
	};
}
