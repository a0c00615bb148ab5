import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { pairedTo } from './output';
import type { PreviewOutput } from './outputTypes';
import type { Session } from './session';
import { storeStream } from './store';
import { openDownload } from '../core/download/download';
import { FileError, wholePng } from '../core/download/expectedFile';
import { withRestarts } from '../core/download/retryBudget';
import { safeFileName } from '../core/fileName';
import { previewLink } from '../core/images/previewLink';
import { DOWNLOAD_STALL_MS, DOWNLOAD_TIMEOUT_MS, MAX_PREVIEW_BYTES } from '../core/limits';

/** A page whose picture is wanted. */
export interface WantedPage {
	designId: string;
	/** The design's name, for that of the file. */
	name: string;
	/** From 1. */
	page: number;
	itemIndex: number;
}

/** Pages of designs as pictures, from the service into n8n's store. */
export class Previews {
	private readonly names = new Map<string, Promise<string>>();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
		private readonly binaryField: string,
	) {}

	/** A design's name, which is asked for once. @throws as the client does */
	async nameOf(designId: string, signal: AbortSignal): Promise<string> {
		const name = this.names.get(designId) ?? this.askName(designId, signal);
		this.names.set(designId, name);
		return await name;
	}

	/** @throws FileError, what `previewLink` throws, the signal's reason */
	async fetch(
		{ designId, name, page, itemIndex }: WantedPage,
		signal: AbortSignal,
	): Promise<INodeExecutionData> {
		const { client, clock, http, logger, random } = this.session;
		const bounds = { signal, deadline: clock.monotonicNow() + DOWNLOAD_TIMEOUT_MS };
		const fileName = safeFileName(`${name}-page-${page}`, `${designId}-page-${page}`, '.png');
		const getUrl = async () => await previewLink(client, designId, page, bounds);
		return await withRestarts(this.session, bounds, async () => {
			const download = await openDownload(
				{ http, clock, logger, random, getUrl },
				{ ...bounds, stallMs: DOWNLOAD_STALL_MS, expect: 'png' },
			);
			let fileSize = 0;
			const body = bounded(wholePng(download.body), (bytes) => (fileSize = bytes));
			const file = { fileName, mimeType: 'image/png' as const };
			const storing = { http, signal, discard: download.discard };
			const binary = await storeStream(this.context, storing, body, file);
			return {
				json: { designId, page, fileName, fileSize } satisfies PreviewOutput,
				binary: { [this.binaryField]: binary },
				pairedItem: pairedTo([itemIndex]),
			};
		});
	}

	private async askName(designId: string, signal: AbortSignal): Promise<string> {
		const { name } = await this.session.client.getDesign(designId, { signal });
		return name;
	}
}

/** @throws FileError for more bytes than the picture of a page has */
async function* bounded(
	source: AsyncIterable<Uint8Array>,
	count: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
	let bytes = 0;
	for await (const chunk of source) {
		bytes += chunk.length;
		if (bytes > MAX_PREVIEW_BYTES) throw new FileError('length', 'The picture is too large');
		count(bytes);
		yield chunk;
	}
}
