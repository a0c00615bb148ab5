import type {
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';

import { editorAnswer } from './answer';
import { designIdFrom } from '../core/designId';
import { readDesign } from '../core/designs';
import type { Variable, VariableKind } from '../core/rows/types';
import { tokenKey } from '../core/rows/variables';
import { openSession } from '../n8n/session';

/** Shown instead of fields where the service does not tell a design's variables. */
const UNKNOWN_NOTICE =
	"ImaginePDF does not tell the variables of this design. Choose 'Fields of Each Item' or 'JSON' as the row source: field names must equal the variables' names.";
const NONE_NOTICE = 'This design has no variables, so there is nothing to map.';

/** The fields of the mapper: what can be filled in the chosen design. */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const entered: unknown = this.getNodeParameter('designId', '', { extractValue: true });
	const designId = typeof entered === 'string' ? entered : '';
	if (designId.trim() === '') return { fields: [], emptyFieldsNotice: 'Choose a design first.' };
	return await editorAnswer(this, 'design', async () => {
		const { client, signal } = await openSession(this);
		const { variables } = await readDesign(client, designIdFrom(designId, 0), { signal });
		if (!variables.known) return { fields: [], emptyFieldsNotice: UNKNOWN_NOTICE };
		return { fields: variables.list.flatMap(mapperFields), emptyFieldsNotice: NONE_NOTICE };
	});
}

/** What the field of a variable takes, where that is not simply text. */
const TAKES: Partial<Record<VariableKind, string>> = {
	table: ' (table: a list of objects, or of lists)',
	image: ' (image: a reference such as uploads:ID)',
	qr: ' (QR code)',
	barcode: ' (barcode)',
};

/** One field for a variable; for a text with tokens one per token instead. */
function mapperFields({ name, kind, tokens = [] }: Variable): ResourceMapperField[] {
	if (kind === 'text' && tokens.length > 0) {
		return tokens.map((token) => mapperField(tokenKey(name, token), tokenKey(name, token)));
	}
	return [mapperField(name, `${name}${TAKES[kind] ?? ''}`)];
}

function mapperField(id: string, displayName: string): ResourceMapperField {
	return {
		id,
		displayName,
		required: false,
		defaultMatch: false,
		display: true,
		canBeUsedToMatch: false,
		// No type: a value of any kind may come in, and the rows decide what becomes of it.
	};
}
