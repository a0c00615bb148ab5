import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** How long an idle reader is kept, in milliseconds. */
const IDLE_MS = 2000;

interface Waiting {
	resolve: (text: string) => void;
	reject: (error: Error) => void;
}

let reader: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let number = 0;
const waiting = new Map<number, Waiting>();

/**
 * The text of a PDF as a reader would copy it: pages and lines in order, each line ended by `\n`.
 * pdf.js is an ES module, which jest does not load; so it runs in a thread of its own.
 * @throws Error when the bytes are not a PDF
 */
export async function pdfText(bytes: Uint8Array): Promise<string> {
	clearTimeout(idle);
	const worker = (reader ??= startReader());
	worker.ref();
	const id = number++;
	try {
		return await new Promise<string>((resolve, reject) => {
			waiting.set(id, { resolve, reject });
			worker.postMessage({ id, bytes: new Uint8Array(bytes) });
		});
	} finally {
		waiting.delete(id);
		if (waiting.size === 0) rest(worker);
	}
}

function rest(worker: Worker): void {
	worker.unref();
	idle = setTimeout(() => {
		reader = undefined;
		void worker.terminate();
	}, IDLE_MS).unref();
}

function startReader(): Worker {
	const worker = new Worker(path.join(process.cwd(), 'test/support/pdf-text-reader.mjs'));
	worker.on('message', ({ id, text, trouble }: { id: number; text: string; trouble?: string }) => {
		if (trouble === undefined) waiting.get(id)?.resolve(text);
		else waiting.get(id)?.reject(new Error(trouble));
	});
	worker.on('error', (error: Error) => {
		reader = undefined;
		for (const { reject } of waiting.values()) reject(error);
	});
	return worker;
}
