import { invalid, raw, Refused, success } from '../http/answer.mts';
import type { Design } from '../model.mts';
import { designsOf } from '../world.mts';
import { designIn, type Handler } from './call.mts';
import { configOf, namedVariables, treeOf } from './tree.mts';

/** docs/imaginepdf-api.md, "Designs". */
const MAX_LIMIT = 200;
/** Not documented; what lists of this kind use. */
const DEFAULT_LIMIT = 50;

export const designs: Handler = ({ workspace, query }) => {
	const folder = query.get('parentId');
	const all = designsOf(workspace).filter(({ parentId }) => !folder || parentId === folder);
	const limit = limitIn(query.get('limit'));
	const start = startIn(query.get('cursor'), all);
	const page = all.slice(start, start + limit);
	const last = page.at(-1);
	const hasMore = last !== undefined && start + limit < all.length;
	return success({
		items: page.map(metadata),
		nextCursor: hasMore ? cursorAfter(last.designId) : null,
	});
};

export const design: Handler = (call) => {
	const found = designIn(call);
	if (call.generation === 'second') return success(metadata(found));
	const { choices } = call.world.behaviour;
	const config = configOf(found, choices);
	return success({ ...metadata(found), config, variables: namedVariables(found, choices) });
};

/** Raw JSON, without the envelope (docs/imaginepdf-api.md, "Designs"). */
export const tree: Handler = (call) =>
	raw(200, treeOf(designIn(call), call.world.behaviour.choices));

/** Free; shows sample content. Pages count from 0 (docs/imaginepdf-api.md, "Designs"). */
export const preview: Handler = (call) => {
	const found = designIn(call);
	const { behaviour } = call.world;
	const given = call.query.get('page') ?? '0';
	if (!/^\d+$/.test(given)) {
		throw invalid('page must be a number from 0.');
	}
	const page = Number(given);
	if (page >= found.pages) {
		const [status, code] = MISSING_PAGE[behaviour.choices.missingPage];
		throw new Refused(status, code, `The design has no page ${page}.`);
	}
	const path = `/previews/${encodeURIComponent(found.designId)}/page-${page}.png`;
	const previewUrl = call.world.presigned(path);
	return success({ previewUrl, expiresIn: behaviour.urlExpirySeconds, page });
};

/** Not documented. */
const MISSING_PAGE = {
	'404 NOT_FOUND': [404, 'NOT_FOUND'],
	'404 PDF_NOT_FOUND': [404, 'PDF_NOT_FOUND'],
	'400 VALIDATION_ERROR': [400, 'VALIDATION_ERROR'],
} as const;

export const me: Handler = ({ workspace }) =>
	success({
		workspaceId: workspace.workspaceId,
		workspaceName: workspace.name,
		userEmail: workspace.userEmail,
		keyName: 'n8n',
	});

function metadata({ designId, name, description, fileSize, createdAt, modifiedAt }: Design) {
	return { designId, name, description, fileSize, createdAt, modifiedAt };
}

function limitIn(limit: string | null): number {
	if (limit === null) return DEFAULT_LIMIT;
	const number = Number(limit);
	if (Number.isInteger(number) && number >= 1 && number <= MAX_LIMIT) return number;
	throw invalid(`limit must be a whole number from 1 to ${MAX_LIMIT}.`);
}

/** Opaque to clients: the id of the last design seen. */
function cursorAfter(designId: string): string {
	return Buffer.from(`after ${designId}`).toString('base64url');
}

function startIn(cursor: string | null, all: Design[]): number {
	if (cursor === null) return 0;
	const last = all.findIndex(({ designId }) => cursorAfter(designId) === cursor);
	if (last === -1) throw new Refused(400, 'INVALID_INPUT', 'cursor is not one of this list.');
	return last + 1;
}
