import { parentPort } from 'node:worker_threads';

import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

async function textOf(bytes) {
	const loading = getDocument({ data: bytes, verbosity: 0, useSystemFonts: false });
	try {
		const document = await loading.promise;
		const pages = [];
		for (let number = 1; number <= document.numPages; number++) {
			const page = await document.getPage(number);
			const { items } = await page.getTextContent();
			pages.push(items.map(({ str, hasEOL }) => str + (hasEOL ? '\n' : '')).join(''));
		}
		return pages.join('\n');
	} finally {
		await loading.destroy();
	}
}

parentPort.on('message', async ({ id, bytes }) => {
	try {
		parentPort.postMessage({ id, text: await textOf(bytes) });
	} catch (error) {
		parentPort.postMessage({ id, trouble: String(error) });
	}
});
