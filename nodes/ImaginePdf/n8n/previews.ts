import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { pairedTo } from './output';
import type { PreviewOutput } from './outputTypes';
import type { Session } from './session';
import { storeStream } from './store';
import type { CallOptions } from '../core/api/retry';
import { fetchFile } from '../core/download/fetchFile';
import { safeFileName } from '../core/fileName';
import { previewLink } from '../core/images/previewLink';

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
		const { client, http } = this.session;
		const fileName = safeFileName(`${name}-page-${page}`, `${designId}-page-${page}`, '.png');
		const file = { fileName, mimeType: 'image/png' as const };
		const link = async (bounds: CallOptions) => await previewLink(client, designId, page, bounds);
		const { binary, fileSize } = await fetchFile(
			this.session,
			{ link, expect: 'png', signal },
			async (body) => await storeStream(this.context, { http, signal }, body, file),
		);
		return {
			json: { designId, page, fileName, fileSize } satisfies PreviewOutput,
			binary: { [this.binaryField]: binary },
			pairedItem: pairedTo([itemIndex]),
		};
	}

	private async askName(designId: string, signal: AbortSignal): Promise<string> {
		const { name } = await this.session.client.getDesign(designId, { signal });
		return name;
	}
}
