import type { Emulator, Row } from '../emulator/index.mts';
import { photo, withFiles } from '../engine/support/pictures.mts';

/**
 * Three guests for badges. The first brings a picture, and the others name one that the workspace has:
 * which of several uploads at the same time meets a fault would be chance.
 */
export const GUESTS = [
	withFiles({ name: 'Guest 0' }, { photo: photo(0) }),
	{ name: 'Guest 1', photo: 'assets:guest-1' },
	{ name: 'Guest 2', photo: 'assets:guest-2' },
];

/** The pictures that guests name. */
export function addGuestPictures(emulator: Emulator, key: string): void {
	for (const { photo: ref } of GUESTS) {
		if (typeof ref === 'string') emulator.addPicture(key, ref);
	}
}

/** Names of the guests whose row shows anything but their own picture. */
export function withOtherPictures({ uploads }: Emulator, rows: readonly Row[]): unknown[] {
	return rows
		.filter(({ name, photo: ref }) => {
			const given = GUESTS.find((guest) => guest['name'] === name)?.['photo'];
			if (given !== undefined) return ref !== given;
			const shown = uploads.find((upload) => upload.ref === ref);
			return !shown || !photo(0).equals(shown.bytes);
		})
		.map(({ name }) => name);
}
