import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Trapped {
	method: string | undefined;
	url: string | undefined;
	headers: string[];
	body: string;
}

/** A server that is not ImaginePDF's, and records whatever it is sent. */
export interface Trap {
	port: number;
	requests: Trapped[];
	close(): Promise<void>;
}

export async function openTrap(): Promise<Trap> {
	const requests: Trapped[] = [];
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			const { method, url, rawHeaders } = request;
			requests.push({ method, url, headers: rawHeaders, body });
			response.end('Thank you');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		port,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
