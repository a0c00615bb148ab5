import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Listening {
	/** `http://127.0.0.1:PORT` */
	origin: string;
	close(): Promise<void>;
}

/** Serves on loopback; port 0 takes a free one. */
export async function listen(
	port: number,
	serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Listening> {
	const server = createServer((request, response) => void serve(request, response));
	// A client that keeps idle connections must not meet one that closes under it.
	server.keepAliveTimeout = 0;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	return { origin: `http://127.0.0.1:${portOf(server)}`, close: async () => await close(server) };
}

function portOf(server: Server): number {
	const address = server.address();
	if (typeof address === 'object' && address !== null) return address.port;
	throw new Error('The emulator has no port');
}

async function close(server: Server): Promise<void> {
	await new Promise<void>((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}
