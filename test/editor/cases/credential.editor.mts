import assert from 'node:assert/strict';

import { KEYS } from '../../emulator/index.mts';
import type { Case } from '../support/suite.mts';

export const credentialCases: readonly Case[] = [
	{
		name: 'Credential: a good key passes the test',
		run: async ({ editor, server }) => {
			await editor.newCredential();
			const test = await editor.saveCredential(KEYS.demo, server.emulator.baseUrl);
			assert.equal(test.passed, true, test.text);
		},
	},
	{
		name: 'Credential: the key field hides what is typed',
		run: async ({ editor }) => {
			await editor.newCredential();
			const input = editor.part('parameter-input-apiKey').locator('input');
			await input.fill('a secret');
			assert.equal(await input.getAttribute('type'), 'password');
		},
	},
];
