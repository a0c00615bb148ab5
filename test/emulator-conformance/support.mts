import { createUndiciHttp, type UndiciHttp } from '../client/undici-http.mts';
import { VirtualClock } from '../client/virtual-clock.mts';
import { Service } from '../contract/service.mts';
import { KEYS, startEmulator, type Emulator, type EmulatorOptions } from '../emulator/index.mts';

/** An emulator, and a client of its API that shows every answer. */
export interface Setup {
	emulator: Emulator;
	service: Service;
	close: () => Promise<void>;
}

export async function openSetup(options: EmulatorOptions = {}): Promise<Setup> {
	const clock = new VirtualClock(Date.now());
	const emulator = await startEmulator({ pdfStyle: 'plain', clock, ...options });
	const clients: UndiciHttp[] = [];
	const client = (apiKey?: string) => {
		const made = createUndiciHttp({ baseUrl: emulator.baseUrl, ...(apiKey && { apiKey }) });
		clients.push(made);
		return made;
	};
	const service = new Service({ http: client(KEYS.demo), stranger: client, clock });
	const close = async () => {
		for (const made of clients) await made.close();
		await emulator.close();
		clock.close();
	};
	return { emulator, service, close };
}
