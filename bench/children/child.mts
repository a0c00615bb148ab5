/** Entry of every child process of the bench: does what its first message says. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { request } from 'undici';

import { runOnEngine } from './engine.mts';
import { watchMemory } from './memory.mts';
import type { ServiceQuestion, Task, UndiciReport } from './messages.mts';
import { Service } from './service.mts';

process.once('message', (task: Task) => {
	begin(task).catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(1);
	});
});

async function begin(task: Task): Promise<void> {
	switch (task.role) {
		case 'service':
			return serve(await Service.start(task));
		case 'engine':
			return answerAndEnd(await runOnEngine(task.work));
		case 'undici':
			return answerAndEnd(await download(task.url, task.file));
	}
}

/** Streams a URL to a file in the shortest way that Node and undici know. */
async function download(url: string, file: string): Promise<UndiciReport> {
	const memory = watchMemory();
	const started = performance.now();
	const { body } = await request(url);
	await pipeline(body, createWriteStream(file));
	const ms = performance.now() - started;
	return { ms, bytes: (await stat(file)).size, memoryMb: memory.finish() };
}

function serve(service: Service): void {
	process.on('message', (question: ServiceQuestion) => {
		if (question === 'told') process.send?.(service.told());
	});
	process.once('disconnect', () => process.exit());
	process.send?.(service.report);
}

function answerAndEnd(answer: object): void {
	process.send?.(answer, () => process.disconnect());
}
