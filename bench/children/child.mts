/** The first code of every child process of the bench: does what its first message says. */
import { runOnEngine } from './engine.mts';
import type { ServiceQuestion, Task } from './messages.mts';
import { Service } from './service.mts';
import { download } from './undici.mts';

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
