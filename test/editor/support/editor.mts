import type { Locator, Page } from 'playwright-core';

/** Generous: a small machine runs n8n, its browser and other suites at the same time. */
const PATIENCE_MS = 90_000;

const byId = (id: string) => `[data-test-id="${id}"]`;

/** What n8n says about a credential's test. */
export interface CredentialTest {
	passed: boolean;
	/** Everything in the coloured box. */
	text: string;
}

/** n8n's editor as a person uses it. All waiting is for what the page shows, never for time. */
export class Editor {
	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		page.setDefaultTimeout(PATIENCE_MS);
		page.setDefaultNavigationTimeout(PATIENCE_MS);
	}

	part(id: string): Locator {
		return this.page.locator(byId(id));
	}

	async goTo(path: string): Promise<void> {
		await this.page.goto(`${this.url}${path}`, { waitUntil: 'commit' });
	}

	/** Opens the form of a new credential of our type. */
	async newCredential(): Promise<void> {
		await this.goTo('/home/credentials/create');
		await this.part('new-credential-type-select').locator('input').fill('imagine');
		await this.part('new-credential-type-select-option')
			.filter({ hasText: 'ImaginePDF API' })
			.click();
		await this.part('new-credential-type-button').click();
		await this.part('parameter-input-apiKey').waitFor();
	}

	/** Fills in the open form, saves it and waits for the result of its test. */
	async saveCredential(apiKey: string, baseUrl: string): Promise<CredentialTest> {
		await this.part('parameter-input-apiKey').locator('input').fill(apiKey);
		await this.part('parameter-input-baseUrl').locator('input').fill(baseUrl);
		const tested = this.page.waitForResponse((response) =>
			response.url().endsWith('/rest/credentials/test'),
		);
		await this.part('credential-save-button').click();
		await tested;
		const form = this.part('node-credentials-config-container');
		const good = form.getByText('Connection tested successfully');
		const bad = form.getByText('Couldn’t connect with these settings');
		await good.or(bad).first().waitFor();
		const passed = await good.isVisible();
		const more = form.getByText('More details');
		if (!passed && (await more.isVisible())) await more.click();
		return { passed, text: await form.innerText() };
	}

	async openWorkflow(id: string): Promise<void> {
		await this.goTo(`/workflow/${id}`);
		await this.part('canvas-node').first().waitFor();
	}

	/** Searches the nodes panel and returns the names it lists. */
	async searchPanel(text: string): Promise<string[]> {
		if (!(await this.part('node-creator-search-bar').isVisible()))
			await this.part('node-creator-plus-button')
				.or(this.part('canvas-add-button'))
				.first()
				.click();
		await this.part('node-creator-search-bar').fill(text);
		await this.part('node-creator-item-name').filter({ hasText: 'ImaginePDF' }).first().waitFor();
		return await this.part('node-creator-item-name').allInnerTexts();
	}

	/** Opens a node of the canvas by its name. */
	async openNode(name: string): Promise<void> {
		await this.part('canvas-node').filter({ hasText: name }).dblclick();
		await this.part('node-parameters').waitFor();
	}

	/** Opens the list of designs and waits until it is filled. */
	async openDesigns(): Promise<Locator> {
		await this.part('resource-locator-designId').locator(byId('rlc-input')).click();
		const items = this.page.locator(`${byId('rlc-item')}:visible`);
		await items.first().waitFor();
		return items;
	}

	/** Types into the search field of the open list and waits until it shows nothing but matches. */
	async searchDesigns(text: string): Promise<string[]> {
		await this.part('rlc-search').fill(text);
		const others = this.page
			.locator(`${byId('rlc-item')}:visible`)
			.filter({ hasNotText: new RegExp(text, 'i') });
		await others.first().waitFor({ state: 'hidden' });
		const found = this.page.locator(`${byId('rlc-item')}:visible`);
		await found.first().waitFor();
		return (await found.allInnerTexts()).map((name) => name.trim());
	}

	async chooseDesign(name: string): Promise<void> {
		const items = await this.openDesigns();
		await items.filter({ hasText: name }).first().click();
		await this.part('rlc-item').first().waitFor({ state: 'hidden' });
	}

	/** The design that is chosen, as the field shows it. */
	async design(): Promise<string> {
		return await this.part('resource-locator-designId').locator(byId('rlc-input')).inputValue();
	}

	/** Chooses from a dropdown parameter by what it shows. */
	async choose(parameter: string, label: string): Promise<void> {
		await this.part(`parameter-input-${parameter}`).click();
		await this.page
			.locator(`${byId('parameter-input-item')}:visible`)
			.filter({ has: this.page.getByText(label, { exact: true }) })
			.click();
	}

	/** The names of the mapper's fields, once the last expected one is there. */
	async mappedVariables(last: string): Promise<string[]> {
		await this.part(`parameter-input-${last}`).waitFor();
		const buttons = this.page.locator('[data-test-id^="remove-field-button-"]');
		const ids = await buttons.evaluateAll((all) =>
			all.map((one) => one.getAttribute('data-test-id')),
		);
		return ids.map((id) => (id ?? '').replace('remove-field-button-', ''));
	}

	/** Types a value into a text parameter; `{{` at its start makes it an expression. */
	async fillParameter(parameter: string, value: string): Promise<void> {
		await this.part(`parameter-input-${parameter}`).locator('input, textarea').first().fill(value);
	}

	/** Runs the nodes before the open one, until their fields can be dragged. */
	async executePrevious(): Promise<void> {
		await this.part('execute-previous-node').click();
		await this.fields('One Item per Row').first().waitFor();
	}

	/** Drags a field of the input onto a text parameter, and returns what the parameter holds then. */
	async drag(field: string, parameter: Locator): Promise<string> {
		const from = this.fields('One Item per Row', field);
		const entry = parameter.locator('input').first();
		const before = await entry.inputValue();
		await parameter.scrollIntoViewIfNeeded();
		await from.hover();
		await this.page.mouse.down();
		await entry.hover({ force: true });
		const { x = 0, y = 0 } = (await entry.boundingBox()) ?? {};
		await this.page.mouse.move(x + 20, y + 10, { steps: 5 });
		await this.page.mouse.up();
		await this.page.waitForFunction(
			([element, old]) => !element || !('value' in element) || element.value !== old,
			[await entry.elementHandle(), before] as const,
		);
		return await entry.inputValue();
	}

	/** Fields of the input that the named node brings. */
	private fields(node: string, name?: string): Locator {
		const ofName = name === undefined ? '' : `[data-name="${name}"]`;
		return this.page.locator(`[data-target="mappable"][data-node-name="${node}"]${ofName}`);
	}

	/** Runs the open node and waits until it has ended, well or not. */
	async executeStep(): Promise<void> {
		await this.part('node-execute-button').click();
		await this.part('node-run-status-success')
			.or(this.part('node-error-message'))
			.first()
			.waitFor();
		// Until then n8n shows a button without words.
		await this.part('node-execute-button').getByText('Execute step').waitFor();
	}

	/** Shows the output as table, JSON, binary … */
	async showOutput(mode: 'schema' | 'table' | 'json' | 'binary'): Promise<void> {
		await this.part('output-panel')
			.locator(byId(`radio-button-${mode}`))
			.click();
	}
}
