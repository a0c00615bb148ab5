import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

import type { Clock } from '../../nodes/ImaginePdf/core/ports.ts';
import { SimulatedClock } from './clock.mts';

/*
 * Time for a node and a service that live in one process and talk over real HTTP. It stands still while
 * anything is going on, and jumps to the next sleeper when everybody waits; a wait of half an hour costs
 * nothing, and what comes first does not depend on how fast the machine is.
 *
 * When does everybody wait? What goes on in a process of Node is either JavaScript that is due (promise
 * reactions, ticks, immediates) or an operation outside of it that will call back. The first is over after a
 * turn of the event loop, unless the second begins something new. So time may pass when, for several turns
 * in a row, none of these is there:
 * - an immediate of somebody else: undici sends a request on a used connection some immediates later;
 * - a request to the operating system that is not done: reading or writing a file, connecting, writing,
 *   looking up a name (`process.getActiveResourcesInfo`);
 * - bytes on the wire: each connection has both its ends in this process, and what one end has written is
 *   compared with what the other has read; an end that is closed waits for the other to close, too. So it does
 *   not matter when the kernel delivers them;
 * - a write to a stream of the web, or its end, that is not through: inflating goes on in a thread that Node
 *   does not list;
 * - a request that the service works on. It says so itself, since rendering and compressing go on in threads
 *   that Node does not list. A request that waits for time, or for its client to leave, is not worked on.
 * Timers of the machine do not count: the time-outs of n8n's HTTP library are minutes away.
 */

/** Turns of the event loop without anything going on, after which everybody waits. */
const QUIET_TURNS = 4;
/** After so many turns in which something goes on, it is looked at every millisecond only. */
const BUSY_TURNS = 50;

/** Requests to the operating system, by their names in Node; handles (sockets, servers) end otherwise. */
const SYSTEM_REQUEST =
	/Req(?:Callback|Promise|Wrap)?$|^(?:TCPConnect|PipeConnect|Write|Shutdown|FileHandleRead)Wrap$/;

const PENDING = Symbol.for('imaginepdf.pendingWrites');

/** Tests may put others in the place of these. */
const { setImmediate, setTimeout } = globalThis;

/**
 * Writes and ends that are not through, of all writers. They are counted where all modules of the process see
 * it, since tests load this one again and again.
 */
const streams = countedWriters(WritableStreamDefaultWriter.prototype);

function countedWriters(writer: WritableStreamDefaultWriter & { [PENDING]?: { count: number } }) {
	if (writer[PENDING]) return writer[PENDING];
	const pending = { count: 0 };
	const counted = async <T,>(work: Promise<T>): Promise<T> => {
		pending.count++;
		return await work.finally(() => pending.count--);
	};
	const { write, close } = writer;
	Object.assign(writer, {
		[PENDING]: pending,
		write(this: WritableStreamDefaultWriter, chunk: unknown) {
			return counted(write.call(this, chunk));
		},
		close(this: WritableStreamDefaultWriter) {
			return counted(close.call(this));
		},
	});
	return pending;
}

/** Immediates of all clocks of this process: none of them is anything that goes on. */
let ownImmediates = 0;

export class VirtualClock extends SimulatedClock {
	private readonly wires = new Wires();
	private readonly workers = new Set<() => boolean>();
	private waiting = 0;
	private isRunning = false;
	private isClosed = false;

	/** This clock as an object of functions, to be put in the place of another. */
	asPort(): Clock {
		return {
			now: () => this.now(),
			monotonicNow: () => this.monotonicNow(),
			sleep: async (ms, signal) => await this.sleep(ms, signal),
		};
	}

	override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		// Who only lets others have a turn may be the one who has to read what is on the wire.
		if (ms <= 0) return await new Promise((resolve) => setImmediate(resolve));
		const sleep = super.sleep(ms, signal);
		this.start();
		await sleep;
	}

	/** Wakes when the time has come, but does not make it pass: others have to wait for something. */
	async sleepInBackground(ms: number, signal?: AbortSignal): Promise<void> {
		const sleep = this.sleepAs(false, ms, signal);
		this.start();
		await sleep;
	}

	/** Settles as `event` does; time passes meanwhile until it does. */
	async waitFor<T>(event: Promise<T>): Promise<T> {
		this.waiting++;
		this.start();
		try {
			return await event;
		} finally {
			this.waiting--;
		}
	}

	/** Time stands still while `isWorking` holds. */
	watch(isWorking: () => boolean): void {
		this.workers.add(isWorking);
	}

	/** Time stands still from now on, and nothing is watched any more. */
	close(): void {
		this.isClosed = true;
		this.wires.close();
	}

	private start(): void {
		if (this.isRunning) return;
		this.isRunning = true;
		void this.passTime();
	}

	private get goesOn(): boolean {
		return !this.isClosed && this.pending > 0 && (this.waiting > 0 || this.isWaitedFor);
	}

	private async passTime(): Promise<void> {
		while (this.goesOn) {
			await this.quiet();
			if (this.goesOn) this.wakeNext();
		}
		this.isRunning = false;
	}

	private async quiet(): Promise<void> {
		for (let quiet = 0, busy = 0; quiet < QUIET_TURNS && !this.isClosed;) {
			await (busy < BUSY_TURNS ? turn() : millisecond());
			const isBusy = this.isBusy();
			quiet = isBusy ? 0 : quiet + 1;
			if (isBusy) busy++;
		}
	}

	private isBusy(): boolean {
		const active = process.getActiveResourcesInfo();
		return (
			[...this.workers].some((isWorking) => isWorking()) ||
			!this.wires.areAtRest ||
			streams.count > 0 ||
			active.some((name) => SYSTEM_REQUEST.test(name)) ||
			active.filter((name) => name === 'Immediate').length > ownImmediates
		);
	}
}

async function turn(): Promise<void> {
	ownImmediates++;
	await new Promise<void>((resolve) => {
		setImmediate(() => {
			ownImmediates--;
			resolve();
		});
	});
}

async function millisecond(): Promise<void> {
	await new Promise<void>((resolve) => setTimeout(resolve, 1));
}

/** Every connection over TCP of which this process has both ends. */
class Wires {
	private readonly clients = new Set<Socket>();
	private readonly servers = new Set<Socket>();

	constructor() {
		subscribe('net.client.socket', this.onClient);
		subscribe('net.server.socket', this.onServer);
	}

	/** Whether all that was sent has arrived, and no end is open whose other end is closed. */
	get areAtRest(): boolean {
		if (this.clients.size !== this.servers.size) return false;
		const byPorts = new Map(
			[...this.clients].map((client) => [`${client.localPort} ${client.remotePort}`, client]),
		);
		return [...this.servers].every((server) => {
			const client = byPorts.get(`${server.remotePort} ${server.localPort}`);
			return (
				client !== undefined &&
				client.bytesWritten === server.bytesRead &&
				server.bytesWritten === client.bytesRead &&
				!client.writableEnded &&
				!server.writableEnded
			);
		});
	}

	close(): void {
		unsubscribe('net.client.socket', this.onClient);
		unsubscribe('net.server.socket', this.onServer);
	}

	private readonly onClient = (event: unknown) => keep(this.clients, event);
	private readonly onServer = (event: unknown) => keep(this.servers, event);
}

function keep(sockets: Set<Socket>, event: unknown): void {
	const { socket } = event as { socket: Socket };
	sockets.add(socket);
	socket.once('close', () => sockets.delete(socket));
}
