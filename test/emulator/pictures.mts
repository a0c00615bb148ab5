import { createHash } from 'node:crypto';

import { imageSize } from 'image-size';

import { SAMPLE_PHOTO } from './designs.mts';
import type { Generation, Workspace } from './model.mts';
import { png } from './sample-pictures.mts';

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

/** The kinds that the API takes, by their name in image-size (docs/imaginepdf-api.md, "Images"). */
const MIME_TYPES = new Map([
	['png', 'image/png'],
	['jpg', 'image/jpeg'],
	['webp', 'image/webp'],
	['svg', 'image/svg+xml'],
]);

/** Elements that put something on the page (SVG 2, "Graphics element"). */
const SVG_GRAPHICS =
	/<(circle|ellipse|foreignObject|image|line|path|polygon|polyline|rect|text|use)\b/;

/** A picture of these bytes, whose kind goes by the content, or why there is none. */
export function pictureOf(
	ref: string,
	name: string,
	bytes: Uint8Array,
	createdAt: number,
): { ok: true; value: Picture } | { ok: false; reason: string } {
	const measured = measure(bytes);
	const mimeType = MIME_TYPES.get(measured?.type ?? '');
	if (!measured || mimeType === undefined) {
		return { ok: false, reason: 'file must be PNG, JPEG, WebP or SVG.' };
	}
	if (measured.type === 'svg' && !SVG_GRAPHICS.test(Buffer.from(bytes).toString('utf8'))) {
		return { ok: false, reason: 'file is a blank SVG.' };
	}
	const value: Picture = {
		ref,
		id: ref.slice(ref.indexOf(':') + 1),
		name,
		mimeType,
		bytes,
		width: measured.width,
		height: measured.height,
		digest: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
		createdAt: new Date(createdAt).toISOString(),
	};
	return { ok: true, value };
}

function measure(bytes: Uint8Array): ReturnType<typeof imageSize> | undefined {
	try {
		return imageSize(bytes);
	} catch {
		return undefined;
	}
}

/** A picture that was uploaded. */
export interface Upload extends Picture {
	/** The key of its workspace. */
	key: string;
	generation: Generation;
}

/** The pictures of all workspaces, by reference. */
export class PictureStore {
	/** In order; pictures that tests put there themselves are left out. */
	readonly uploads: Upload[] = [];
	private readonly workspaces = new Map<string, Map<string, Picture>>();

	add({ workspaceId, key }: Workspace, generation: Generation, picture: Picture): Upload {
		const upload = { ...picture, key, generation };
		this.uploads.push(upload);
		this.of(workspaceId).set(picture.ref, picture);
		return upload;
	}

	/** The pictures of one workspace. */
	of(workspaceId: string): Map<string, Picture> {
		const known = this.workspaces.get(workspaceId);
		if (known) return known;
		const pictures = new Map([[SAMPLE_PHOTO, samplePhoto]]);
		this.workspaces.set(workspaceId, pictures);
		return pictures;
	}
}

const SAMPLE_SIZE = 48;

/** The photo that the sample designs show: a head and shoulders in grey. */
const samplePhoto = ((): Picture => {
	const bytes = png(SAMPLE_SIZE, SAMPLE_SIZE, (x, y) => {
		const isHead = (x - 24) ** 2 + (y - 18) ** 2 < 90;
		const isBody = ((x - 24) / 18) ** 2 + ((y - 48) / 16) ** 2 < 1;
		return isHead || isBody ? [0x88, 0x88, 0x88] : [0xee, 0xee, 0xee];
	});
	const picture = pictureOf(SAMPLE_PHOTO, 'Sample photo', bytes, Date.UTC(2026, 0, 5));
	if (!picture.ok) throw new Error(picture.reason);
	return picture.value;
})();
