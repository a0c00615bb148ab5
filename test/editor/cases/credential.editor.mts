import assert from 'node:assert/strict';

import { KEYS } from '../../emulator/index.mts';
import type { Case } from '../support/suite.mts';

const refused = (who: string, apiKey: string, message: RegExp): Case => ({
	name: `Credential: ${who} is told in words`,
	run: async ({ editor, server }) => {
		await editor.newCredential();
		const test = await editor.saveCredential(apiKey, server.emulator.baseUrl);
		assert.equal(test.passed, false, test.text);
		assert.match(test.text, message);
	},
});

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
	refused('a wrong key', 'pc_live_wrong', /does not accept this API key/),
	refused('an expired key', KEYS.expired, /This API key has expired\. Create a new one/),
	refused(
		'a plan without API access',
		KEYS.noApi,
		/plan of this workspace does not include API access/,
	),
	{
		name: 'Credential: a base URL that is not ImaginePDF is told in words',
		run: async ({ editor, server }) => {
			await editor.newCredential();
			const test = await editor.saveCredential(KEYS.demo, `${server.url}/healthz`);
			assert.equal(test.passed, false, test.text);
			assert.match(test.text, /did not come from ImaginePDF\. Check the base URL/);
		},
	},
];
