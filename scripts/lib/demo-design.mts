import { designOf, KEYS, type Design, type Emulator } from '../../test/emulator/index.mts';

const DESIGN = 'design_invoice';
const OWN_DESIGN = 'design_your_columns';

export interface ChosenDesign {
	design: Design;
	/** Columns that fill a variable of the design. */
	matching: string[];
	/** Columns that the design has no place for. */
	unmatched: string[];
	/** Variables that no column fills. */
	unfilled: string[];
	/** Whether the design was made for this file, because no column fitted the invoice. */
	made: boolean;
}

/** The emulator's invoice; where no column fits it, a design made of the columns themselves. */
export function chooseDesign(emulator: Emulator, columns: readonly string[]): ChosenDesign {
	const invoice = emulator.designs(KEYS.demo).find(({ designId }) => designId === DESIGN);
	if (invoice === undefined) throw new Error(`The emulator has no ${DESIGN}`);
	const names = invoice.variables.map(({ name }) => name);
	const matching = columns.filter((column) => names.includes(column));
	if (matching.length > 0) {
		return {
			design: invoice,
			matching,
			unmatched: columns.filter((column) => !names.includes(column)),
			unfilled: names.filter((name) => !columns.includes(name)),
			made: false,
		};
	}
	const own = designOf({
		designId: OWN_DESIGN,
		name: 'Your columns',
		variables: columns.map((name) => ({ name, kind: 'text', sample: `Sample ${name}` })),
	});
	emulator.addDesign(KEYS.demo, own);
	return { design: own, matching: [...columns], unmatched: [], unfilled: [], made: true };
}
