import { binaryField, rowFields } from './fields';
import { operation } from './operation';
import { optionsOf, ROW_OPTIONS } from './options';
import { runRows } from './rows';
import { plural } from '../core/text';
import { runPaid } from '../n8n/paidRun';

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
	run: async ({ context, session, settings: entered }) => {
		const settings = { ...entered, fileNameOf: entered.pdfNameOf, oneRowPerItem: true };
		return await runRows(
			{ context, session, settings },
			{
				rowsPerJob: 1,
				cost: (pdfs) => `${plural(pdfs, 'PDF')} would cost ${plural(pdfs, 'credit')}`,
				pay: async (rows) => await runPaid(context, session, rows, { ...settings, kind: 'pdf' }),
			},
		);
	},
});
