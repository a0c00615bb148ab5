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

/** So many ports that nobody listens on right now, all different. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(
		Array.from({ length: count }, async () => {
			const server = createServer();
			await listenOn(server, 0);
			return server;
		}),
	);
	const ports = servers.map((server) => addressOf(server).port);
	await Promise.all(servers.map(close));
	return ports;
}

/** A port nobody listens on right now. */
export async function freePort(): Promise<number> {
	const [port = 0] = await freePorts(1);
	return port;
}

export async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	try {
		await listenOn(server, port);
	} catch {
		return false;
	}
	await close(server);
	return true;
}

async function close(server: Server): Promise<void> {
	await new Promise<void>((resolve) => server.close(() => resolve()));
}
