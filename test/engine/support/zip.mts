import { fromBuffer } from 'yauzl';

/** The names of a ZIP's entries, in the order of its directory. */
export async function openZip(bytes: Buffer): Promise<string[]> {
	return await new Promise((resolve, reject) => {
		fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
			if (error) return reject(error);
			const names: string[] = [];
			zip.on('entry', (entry: { fileName: string }) => {
				names.push(entry.fileName);
				zip.readEntry();
			});
			zip.on('end', () => resolve(names));
			zip.on('error', reject);
			zip.readEntry();
		});
	});
}
