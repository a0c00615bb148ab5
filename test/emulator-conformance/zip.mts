import { buffer } from 'node:stream/consumers';

import { fromBuffer, type Entry, type ZipFile } from 'yauzl';

export interface UnzippedEntry {
	name: string;
	bytes: Buffer;
	method: number;
	hasDescriptor: boolean;
}

const DESCRIPTOR_FLAG = 1 << 3;

/** All entries of an archive, read by yauzl. Rejects when it is damaged. */
export async function unzip(archive: Buffer): Promise<UnzippedEntry[]> {
	const zip = await open(archive);
	const entries: UnzippedEntry[] = [];
	await new Promise<void>((resolve, reject) => {
		zip.on('error', reject);
		zip.on('end', resolve);
		zip.on('entry', (entry: Entry) => {
			read(zip, entry)
				.then((unzipped) => {
					entries.push(unzipped);
					zip.readEntry();
				})
				.catch(reject);
		});
		zip.readEntry();
	});
	return entries;
}

async function open(archive: Buffer): Promise<ZipFile> {
	return await new Promise((resolve, reject) => {
		fromBuffer(archive, { lazyEntries: true }, (error, zip) =>
			error ? reject(error) : resolve(zip),
		);
	});
}

async function read(zip: ZipFile, entry: Entry): Promise<UnzippedEntry> {
	const bytes = await new Promise<Buffer>((resolve, reject) => {
		zip.openReadStream(entry, (error, stream) => {
			if (error) reject(error);
			else buffer(stream).then(resolve, reject);
		});
	});
	return {
		name: entry.fileName,
		bytes,
		method: entry.compressionMethod,
		hasDescriptor: (entry.generalPurposeBitFlag & DESCRIPTOR_FLAG) !== 0,
	};
}
