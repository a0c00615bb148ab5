import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

import type { BinaryData, BinaryDataService } from 'n8n-core';
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import type { CapturedLogs } from './logs.mts';
import { Container, n8nCore } from './modules.mts';
import { RemoteStore } from './remote-store.mts';

/**
 * Where n8n keeps files: `filesystem` on disk, `default` within the execution data (memory mode).
 * For `database` and `s3` a store in memory stands in for n8n's own.
 */
export type BinaryMode = 'filesystem' | 'default' | 'database' | 's3';

/** A file in n8n's binary store. */
export interface StoredFile {
	/** Relative to the binary folder; the key in a remote store. */
	path: string;
	/** Bytes. */
	size: number;
}

/** n8n's real binary data service, with its folder open to inspection. */
export class BinaryStore {
	private constructor(
		private readonly service: BinaryDataService,
		private readonly folder: string,
		private readonly remote: RemoteStore,
	) {}

	static async open(mode: BinaryMode, folder: string, logs: CapturedLogs): Promise<BinaryStore> {
		const config = Container.get(n8nCore.BinaryDataConfig);
		config.mode = mode;
		config.localStoragePath = folder;
		const reporter = Container.get(n8nCore.ErrorReporter);
		const service: BinaryDataService = Reflect.construct(n8nCore.BinaryDataService, [
			config,
			reporter,
			logs,
		]);
		await service.init();
		const remote = new RemoteStore();
		if (mode === 'database' || mode === 's3') {
			service.setManager(mode, new n8nCore.BinaryDataBlobManager(remote, reporter));
		}
		Container.set(n8nCore.BinaryDataService, service);
		return new BinaryStore(service, folder, remote);
	}

	/** The bytes behind an item's binary field. */
	async read(item: INodeExecutionData, field: string): Promise<Buffer> {
		return await this.service.getAsBuffer(binaryOf(item, field));
	}

	/** The same as a stream; only where n8n keeps files outside the execution data. */
	async stream(item: INodeExecutionData, field: string): Promise<Readable> {
		return await this.service.getAsStream(storedId(item, field));
	}

	/** What the store itself knows about the file: name, type and size. */
	async metadata(item: INodeExecutionData, field: string): Promise<BinaryData.Metadata> {
		return await this.service.getMetadata(storedId(item, field));
	}

	/** Every file in the store, whether an item refers to it or not; n8n's own notes left out. */
	async files(): Promise<StoredFile[]> {
		const found: StoredFile[] = this.remote.sizes.map(([key, size]) => ({ path: key, size }));
		for (const name of await readdir(this.folder, { recursive: true })) {
			// One that has gone was renamed by n8n after writing it, in another run beside this one.
			const about = statSync(path.join(this.folder, name), { throwIfNoEntry: false });
			if (about?.isFile()) found.push({ path: name, size: about.size });
		}
		return found
			.filter((file) => !file.path.endsWith('.metadata'))
			.sort((a, b) => (a.path < b.path ? -1 : 1));
	}
}

/** The binary entry of an item's field; throws where there is none. */
export function binaryOf(item: INodeExecutionData, field: string): IBinaryData {
	const binary = item.binary?.[field];
	if (binary === undefined) {
		const fields = Object.keys(item.binary ?? {}).join(', ') || 'none';
		throw new Error(`The item has no binary field "${field}" (it has: ${fields})`);
	}
	return binary;
}

function storedId(item: INodeExecutionData, field: string): string {
	const { id } = binaryOf(item, field);
	if (id === undefined) throw new Error(`The file in "${field}" is within the execution data`);
	return id;
}
