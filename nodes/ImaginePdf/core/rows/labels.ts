/** How the editor names what the messages of this folder point to. */
export const LABEL = {
	onlyFields: 'Only Fields',
	missingVariables: 'Missing Variables',
	blank: 'Leave Blank',
	sample: 'Print Sample Content',
	rows: 'Rows',
	rowSource: 'Row Source',
	json: 'JSON',
	mapped: 'Map Each Variable',
	tableColumns: 'Table Columns',
	groupBy: 'Group By',
	images: 'Images',
	image: 'Image',
	batch: 'Batch',
} as const;

/** The n8n expression that reads a path of an item, e.g. `{{ $json.body }}`. */
export function expressionFor(path: readonly string[]): string {
	const steps = path.map((name) =>
		/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`,
	);
	return `{{ $json${steps.join('')} }}`;
}
