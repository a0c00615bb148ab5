import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

import type { BinaryData, BinaryDataService } from 'n8n-core';
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import type { CapturedLogs } from './logs.mts';
import { Container, n8nCore } from './modules.mts';

/**
 * Where n8n keeps files: `filesystem` as files on disk, `default` within the execution data (what
 * n8n calls memory mode). A `Manager` stands in for a remote store such as S3 or the database.
 */
export type BinaryMode = 'filesystem' | 'default' | RemoteStore;

export interface RemoteStore {
	mode: 's3' | 'database';
	manager: BinaryData.Manager;
}

/** A file in n8n's binary folder. */
export interface StoredFile {
	/** Relative to the binary folder. */
	path: string;
	/** Bytes. */
	size: number;
}

/** n8n's real binary data service, with its folder open to inspection. */
export class BinaryStore {
	private constructor(
		private readonly service: BinaryDataService,
		private readonly folder: string,
	) {}

	static async open(mode: BinaryMode, folder: string, logs: CapturedLogs): Promise<BinaryStore> {
		const config = Container.get(n8nCore.BinaryDataConfig);
		config.mode = typeof mode === 'string' ? mode : mode.mode;
		config.localStoragePath = folder;
		const reporter = Container.get(n8nCore.ErrorReporter);
		const service: BinaryDataService = Reflect.construct(n8nCore.BinaryDataService, [
			config,
			reporter,
			logs,
		]);
		await service.init();
		if (typeof mode !== 'string') {
			await mode.manager.init();
			service.setManager(mode.mode, mode.manager);
		}
		Container.set(n8nCore.BinaryDataService, service);
		return new BinaryStore(service, folder);
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

	/** Every file in the folder, whether an item refers to it or not; n8n's own notes left out. */
	async files(): Promise<StoredFile[]> {
		const found: StoredFile[] = [];
		for (const name of await readdir(this.folder, { recursive: true })) {
			const about = await stat(path.join(this.folder, name));
			if (about.isFile() && !name.endsWith('.metadata'))
				found.push({ path: name, size: about.size });
		}
		return found.sort((a, b) => (a.path < b.path ? -1 : 1));
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
