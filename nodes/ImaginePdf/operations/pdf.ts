import { binaryField, rowFields } from './fields';
import { operation } from './operation';
import { optionsOf, ROW_OPTIONS } from './options';
import { runRows } from './rows';

export const generate = operation({
	resource: 'pdf',
	value: 'generate',
	name: 'Generate',
	action: 'Generate PDF',
	description: 'Turn each item into one PDF, paired with its item',
	notice:
		"Each PDF costs one ImaginePDF credit. The option 'Check Only' shows the rows and their cost without making PDFs.",
	fields: { ...rowFields, binaryField },
	options: optionsOf([...ROW_OPTIONS, 'maxConcurrentJobs', 'pdfNameOf']),
	run: async ({ session, settings }) => {
		const fileNameOf = settings.pdfNameOf;
		return await runRows(session, { ...settings, kind: 'pdf', oneRowPerItem: true, fileNameOf });
	},
});
