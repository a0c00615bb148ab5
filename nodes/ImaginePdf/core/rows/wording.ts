/** How the editor names what the messages of this folder point to. */
export const OPTION = {
	onlyFields: 'Only Fields',
	missingVariables: 'Missing Variables',
	blank: 'Leave Blank',
	sample: 'Print Sample Content',
	rows: 'Rows',
	json: 'JSON',
	mapped: 'Map Each Variable',
} as const;
