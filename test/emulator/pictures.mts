import { createHash } from 'node:crypto';

import { SAMPLE_PHOTO } from './designs.mts';
import { png } from './png.mts';

/** A picture of a workspace, by whichever route it came. */
export interface Picture {
	/** `uploads:<id>` or `assets:<id>` */
	ref: string;
	id: string;
	name: string;
	mimeType: string;
	bytes: Uint8Array;
	width: number;
	height: number;
	/** The first 16 digits of the SHA-256 of its bytes; a PDF shows it beside the reference. */
	digest: string;
	/** ISO 8601. */
	createdAt: string;
}

/** A picture in its place; undefined stands for one that only the designer's editor has. */
export interface Drawn {
	ref: string;
	picture: Picture | undefined;
}

/** What a PDF says of a picture, for tests to read back. */
export function captionOf({ ref, picture }: Drawn): string {
	return picture ? `${ref} sha256:${picture.digest}` : ref;
}

export function digestOf(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** The pictures of all workspaces, by reference. */
export class PictureStore {
	private readonly workspaces = new Map<string, Map<string, Picture>>();

	/** The pictures of one workspace. */
	of(workspaceId: string): Map<string, Picture> {
		const known = this.workspaces.get(workspaceId);
		if (known) return known;
		const pictures = new Map([[SAMPLE_PHOTO, samplePhoto()]]);
		this.workspaces.set(workspaceId, pictures);
		return pictures;
	}
}

const SAMPLE_SIZE = 48;

/** The photo that the sample designs show: a head and shoulders in grey. */
function samplePhoto(): Picture {
	const bytes = png(SAMPLE_SIZE, SAMPLE_SIZE, (x, y) => {
		const isHead = (x - 24) ** 2 + (y - 18) ** 2 < 90;
		const isBody = ((x - 24) / 18) ** 2 + ((y - 48) / 16) ** 2 < 1;
		return isHead || isBody ? [0x88, 0x88, 0x88] : [0xee, 0xee, 0xee];
	});
	return {
		ref: SAMPLE_PHOTO,
		id: SAMPLE_PHOTO.slice('assets:'.length),
		name: 'Sample photo',
		mimeType: 'image/png',
		bytes,
		width: SAMPLE_SIZE,
		height: SAMPLE_SIZE,
		digest: digestOf(bytes),
		createdAt: '2026-01-05T09:00:00.000Z',
	};
}
