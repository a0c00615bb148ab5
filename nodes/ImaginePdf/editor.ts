import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { settle } from './core/async';
import type { DesignPage, DesignSummary } from './core/api/schemas';
import { designIdFrom } from './core/userInput';
import { readDesign } from './core/designs/readDesign';
import { DESIGN_PAGE_SIZE } from './core/limits';
import type { Variable, VariableKind } from './core/designs/variable';
import { tokenKey } from './core/designs/variable';
import { toFailure } from './core/messages';
import { groupedBy } from './core/objects';
import { toNodeError } from './n8n/exit';
import { openSession, redactFor, type Session } from './n8n/session';

/* What the editor asks for while somebody builds a workflow: designs to choose from, variables to map. */

/** Pages searched at a time before the user is asked to scroll on: 2,000 designs. */
const MAX_PAGES_PER_SEARCH = 10;

/** Characters of a description that are shown in the list. */
const MAX_DESCRIPTION = 60;

/** Shown instead of fields where the service does not list a design's variables. */
const UNKNOWN_NOTICE =
	"ImaginePDF does not tell the variables of this design. Choose 'Fields of Each Item' or 'JSON' as the row source: field names must equal the variables' names.";
const NONE_NOTICE = 'This design has no variables, so there is nothing to map.';

/**
 * The designs for the dropdown, page by page, equal names made distinct. The API has no search by
 * name, so a search looks through pages here until one has a match.
 */
export async function searchDesigns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await answer(this, async ({ client, signal }) => {
		const wanted = filter?.trim().toLowerCase() ?? '';
		let cursor = paginationToken;
		let results: INodeListSearchResult['results'] = [];
		for (let pages = 0; pages < MAX_PAGES_PER_SEARCH && results.length === 0; pages++) {
			const page = await client.listDesigns(
				{ limit: DESIGN_PAGE_SIZE, ...(cursor && { cursor }) },
				{ signal },
			);
			results = matching(page, wanted);
			cursor = page.nextCursor === cursor ? undefined : page.nextCursor;
			if (!cursor) break;
		}
		return { results, ...(cursor && { paginationToken: cursor }) };
	});
}

function matching(page: DesignPage, wanted: string): INodeListSearchResult['results'] {
	const found = page.items.filter(({ name, designId, description }) =>
		`${name}\n${designId}\n${description ?? ''}`.toLowerCase().includes(wanted),
	);
	const alike = groupedBy(found, designLabel);
	return found.map((design) => {
		const label = designLabel(design);
		const isAlone = alike.get(label)?.length === 1;
		return { name: isAlone ? label : `${label} (${design.designId})`, value: design.designId };
	});
}

/** n8n's list shows names only, so the description is a part of it. */
function designLabel({ name, designId, description }: DesignSummary): string {
	const shown = name || designId;
	const text = description?.replace(/\s+/g, ' ').trim() ?? '';
	if (text === '') return shown;
	return `${shown} – ${text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION)}…` : text}`;
}

/** The fields of the mapper: what can be filled in the chosen design. */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const entered: unknown = this.getNodeParameter('designId', '', { extractValue: true });
	const designId = typeof entered === 'string' ? entered : '';
	if (designId.trim() === '') return { fields: [], emptyFieldsNotice: 'Choose a design first.' };
	return await answer(this, async ({ client, signal }) => {
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

/** Without a type: a value of any kind may come in, and the rows decide what becomes of it. */
function mapperField(id: string, displayName: string): ResourceMapperField {
	const shown = { required: false, display: true, defaultMatch: false, canBeUsedToMatch: false };
	return { id, displayName, ...shown };
}

/**
 * Answers a request of the editor. What fails is reported as in an execution.
 * @throws NodeApiError or NodeOperationError
 */
async function answer<T>(
	context: ILoadOptionsFunctions,
	work: (session: Session<ILoadOptionsFunctions>) => Promise<T>,
): Promise<T> {
	const outcome = await settle(async () => await work(await openSession(context)));
	if (outcome.ok) return outcome.value;
	const { error } = outcome;
	// Already an error of n8n, e.g. that no credential was chosen.
	if (error instanceof NodeApiError || error instanceof NodeOperationError) throw error;
	throw toNodeError(
		context.getNode(),
		toFailure(error, { doing: 'design' }),
		await redactFor(context),
	);
}
