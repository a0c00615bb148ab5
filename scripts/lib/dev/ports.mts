import { createServer, type AddressInfo, type Server } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Resolves when the server listens on loopback. @throws Error (`EADDRINUSE`) when it cannot */
export async function listenOn(server: Server, port: number): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, LOOPBACK, () => {
			server.off('error', reject);
			resolve();
		});
	});
}

/** Where a listening server listens. */
export function addressOf(server: Server): AddressInfo {
	const address = server.address();
	if (address === null || typeof address === 'string')
		throw new Error('The server does not listen');
	return address;
}

/** A port nobody listens on right now. */
export async function freePort(): Promise<number> {
	const server = createServer();
	await listenOn(server, 0);
	const { port } = addressOf(server);
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return port;
}

export async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	try {
		await listenOn(server, port);
	} catch {
		return false;
	}
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return true;
}
