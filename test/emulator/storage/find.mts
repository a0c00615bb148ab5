import type { StorageRoute } from '../routes/names.mts';
import type { World } from '../world.mts';
import type { StoredFile } from './shelf.mts';

export interface StoragePath {
	route: StorageRoute;
	/** The job, generated PDF, page of a design or picture that the path names. */
	id: string;
}

const PATHS: ReadonlyArray<{ route: StorageRoute; expression: RegExp }> = [
	{ route: 'zip', expression: /^\/jobs\/([^/]+)\/batch_output\.zip$/ },
	{ route: 'pdf', expression: /^\/pdfs\/([^/]+)\/output\.pdf$/ },
	{ route: 'image', expression: /^\/previews\/([^/]+\/page-\d+)\.png$/ },
	{ route: 'thumbnail', expression: /^\/thumbnails\/([^/]+)\/thumbnail$/ },
];

export function matchStoragePath(pathname: string): StoragePath | undefined {
	for (const { route, expression } of PATHS) {
		const id = expression.exec(pathname)?.[1];
		if (id !== undefined) return { route, id };
	}
	return undefined;
}

export async function findFile(
	world: World,
	{ route, id }: StoragePath,
): Promise<StoredFile | undefined> {
	switch (route) {
		case 'zip':
			return await world.shelf.zip(id);
		case 'pdf':
			return await world.shelf.pdf(id);
		case 'image':
			return world.shelf.preview(id);
		case 'thumbnail':
			return world.shelf.thumbnail(id);
	}
}
