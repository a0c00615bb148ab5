import { createServer, request as forward, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

import { addressOf, listenOn } from './ports.mts';

/** Where the editor is reached, already signed in. */
export interface Proxy {
	/** `http://localhost:PORT` */
	url: string;
	close: () => Promise<void>;
}

export interface ProxyOptions {
	/** Port to listen on, on loopback. */
	port: number;
	/** Port of the n8n server behind it, on loopback. */
	target: number;
	/** The signed-in user's session, as n8n set it: `n8n-auth=…`. */
	cookie: string;
}

/**
 * A reverse proxy before n8n that signs in whoever comes from this computer's own browser. The session never
 * reaches the browser, so that it replaces no session of another n8n: cookies of `localhost` are
 * shared among all ports (RFC 6265, section 8.5).
 * @throws Error (`EADDRINUSE`) when the port is taken
 */
export async function openProxy({ port, target, cookie }: ProxyOptions): Promise<Proxy> {
	const sockets = new Set<Socket>();
	const server = createServer((request, response) => {
		// Signing out would end the one session that everybody shares.
		if (request.url?.startsWith('/rest/logout')) {
			response.setHeader('content-type', 'application/json');
			response.end('{"data":{"loggedOut":true}}');
			return;
		}
		const onward = forward({
			host: '127.0.0.1',
			port: target,
			method: request.method,
			path: request.url,
			headers: headersFor(request, server, cookie),
		});
		onward.on('response', (answer) => {
			const { 'set-cookie': _session, ...headers } = answer.headers;
			response.writeHead(answer.statusCode ?? 502, headers);
			answer.pipe(response);
		});
		onward.on('error', () => {
			if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' });
			response.end('n8n is not answering. It may be starting; try again in a moment.\n');
		});
		response.on('close', () => onward.destroy());
		request.pipe(onward);
	});
	server.on('upgrade', (request, socket: Socket, head) => {
		const onward = connect(target, '127.0.0.1', () => {
			onward.write(upgradeText(request, headersFor(request, server, cookie)));
			onward.write(head);
			socket.pipe(onward).pipe(socket);
		});
		for (const end of [socket, onward]) {
			sockets.add(end);
			end.on('error', () => undefined);
			end.on('close', () => {
				sockets.delete(end);
				(end === socket ? onward : socket).destroy();
			});
		}
	});
	await listenOn(server, port);
	return {
		url: `http://localhost:${addressOf(server).port}`,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

function headersFor(request: IncomingMessage, server: Server, cookie: string) {
	const { cookie: _own, ...headers } = request.headers;
	return isOwnPage(request, addressOf(server).port) ? { ...headers, cookie } : headers;
}

/** Pages of other sites, and other names for this computer (DNS rebinding), stay signed out. */
function isOwnPage({ headers }: IncomingMessage, port: number): boolean {
	const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
	const site = headers['sec-fetch-site'];
	if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
	if (headers.origin !== undefined && !hosts.includes(headers.origin.replace('http://', '')))
		return false;
	return headers.host !== undefined && hosts.includes(headers.host);
}

function upgradeText(request: IncomingMessage, headers: IncomingMessage['headers']): string {
	const lines = Object.entries(headers).flatMap(([name, value]) =>
		[value ?? []].flat().map((one) => `${name}: ${one}`),
	);
	return [`${request.method} ${request.url} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
