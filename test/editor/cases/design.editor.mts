import assert from 'node:assert/strict';

import { KEYS } from '../../emulator/index.mts';
import type { Case, Opened } from '../support/suite.mts';
import { createWorkflow, NODE_NAME } from '../support/workflow.mts';

async function openFresh({ editor, server }: Opened, name: string, parameters = {}): Promise<void> {
	const workflow = await createWorkflow(server.rest, name, server.credential, parameters);
	await editor.openWorkflow(workflow.id);
	await editor.openNode(NODE_NAME);
}

/** What the list shows of a design. */
const label = ({ name, description }: { name: string; description: string }) =>
	description ? `${name} – ${description}` : name;

export const designCases: readonly Case[] = [
	{
		name: 'Design: the list shows every design of the workspace, and a click chooses it',
		run: async (opened) => {
			const { editor, server } = opened;
			await openFresh(opened, 'Design from the list');
			const items = await editor.openDesigns();
			const shown = (await items.allInnerTexts()).map((name) => name.trim());
			const there = server.emulator.designs(KEYS.demo).map(label);
			assert.deepEqual(shown, there);
			await items.filter({ hasText: 'Receipt' }).click();
			assert.equal(await editor.design(), 'Receipt – Receipt on one page');
		},
	},
	{
		name: 'Design: the search finds a design by a part of its name',
		run: async (opened) => {
			const { editor } = opened;
			await openFresh(opened, 'Design by search');
			await editor.openDesigns();
			const badge = 'Event badge – Badge with a photo and a QR code';
			assert.deepEqual(await editor.searchDesigns('badge'), [badge]);
			await editor.part('rlc-item').filter({ hasText: 'Event badge' }).click();
			assert.equal(await editor.design(), badge);
		},
	},
	{
		name: 'Mapping: one field per variable of the design, anew when the design changes',
		run: async (opened) => {
			const { editor, server } = opened;
			await openFresh(opened, 'Mapping');
			await editor.chooseDesign('Invoice');
			await editor.choose('rowSource', 'Map Each Variable');
			const variablesOf = (designId: string) =>
				server.emulator
					.designs(KEYS.demo)
					.filter((design) => design.designId === designId)
					.flatMap((design) => design.variables.map(({ name }) => name));
			assert.deepEqual(await editor.mappedVariables('amount'), variablesOf('design_invoice'));
			await editor.chooseDesign('Receipt');
			assert.deepEqual(await editor.mappedVariables('paid_on'), variablesOf('design_receipt'));
		},
	},
	{
		name: 'Mapping: where the variables are not known, a notice says what to do instead',
		run: async (opened) => {
			const { editor, server } = opened;
			// Only the second generation's tree is undocumented; the first one tells variables.
			server.emulator.generations.first = false;
			try {
				await openFresh(opened, 'Unknown variables');
				await editor.chooseDesign('Certificate');
				await editor.choose('rowSource', 'Map Each Variable');
				await editor.page
					.getByText('ImaginePDF does not tell the variables of this design', { exact: false })
					.waitFor();
				// n8n's own line, in red, must not say something else about it.
				await editor.page.getByText('There are no variables to map.').waitFor();
			} finally {
				server.emulator.generations.first = true;
			}
		},
	},
];
