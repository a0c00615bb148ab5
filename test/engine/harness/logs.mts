import type { Logger, LogMetadata } from 'n8n-workflow';

import { Container, LoggerService, n8nWorkflow } from './modules.mts';

/** One line of n8n's log. */
export interface LogEntry {
	level: 'error' | 'warn' | 'info' | 'debug';
	message: string;
	metadata: LogMetadata;
}

/** n8n's log, kept instead of printed. */
export class CapturedLogs implements Logger {
	readonly entries: LogEntry[] = [];

	/** From now on everything that n8n and its nodes log lands here. */
	install(): void {
		n8nWorkflow.LoggerProxy.init(this);
		Container.set(LoggerService, this);
	}

	/** n8n asks for a logger per topic; here they are one. */
	scoped(): this {
		return this;
	}

	error(message: string, metadata?: LogMetadata): void {
		this.add('error', message, metadata);
	}

	warn(message: string, metadata?: LogMetadata): void {
		this.add('warn', message, metadata);
	}

	info(message: string, metadata?: LogMetadata): void {
		this.add('info', message, metadata);
	}

	debug(message: string, metadata?: LogMetadata): void {
		this.add('debug', message, metadata);
	}

	private add(level: LogEntry['level'], message: string, metadata: LogMetadata = {}): void {
		this.entries.push({ level, message, metadata });
	}
}
