/** How the editor names what the messages of this folder point to. */
export const OPTION = {
	onlyFields: 'Only Fields',
	missingVariables: 'Missing Variables',
	json: 'JSON',
} as const;
