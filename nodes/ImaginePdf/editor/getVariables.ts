import type {
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';

import { editorAnswer } from './answer';
import { designIdFrom } from '../core/designId';
import { readDesign } from '../core/designs';
import type { Variable } from '../core/rows/types';
import { openSession } from '../n8n/session';

/** Shown instead of fields where the service does not tell a design's variables. */
const UNKNOWN_NOTICE =
	"ImaginePDF does not tell the variables of this design. Choose 'Fields of Each Item' or 'JSON' as the row source: field names must equal the variables' names.";
const NONE_NOTICE = 'This design has no variables, so there is nothing to map.';

/** The fields of the mapper: one per variable of the chosen design. */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const entered: unknown = this.getNodeParameter('designId', '', { extractValue: true });
	const designId = typeof entered === 'string' ? entered : '';
	if (designId.trim() === '') return { fields: [], emptyFieldsNotice: 'Choose a design first.' };
	return await editorAnswer(this, 'design', async () => {
		const { client, signal } = await openSession(this);
		const { variables } = await readDesign(client, designIdFrom(designId, 0), { signal });
		if (!variables.known) return { fields: [], emptyFieldsNotice: UNKNOWN_NOTICE };
		return { fields: variables.list.map(mapperField), emptyFieldsNotice: NONE_NOTICE };
	});
}

function mapperField({ name, kind }: Variable): ResourceMapperField {
	return {
		id: name,
		displayName: kind === 'table' ? `${name} (Table)` : kind === 'image' ? `${name} (Image)` : name,
		required: false,
		defaultMatch: false,
		display: true,
		canBeUsedToMatch: false,
		// No type: a value of any kind may come in, and the rows decide what becomes of it.
	};
}
