import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Clock } from '../../../nodes/ImaginePdf/core/ports.ts';

export type Verdict = 'valid' | 'expired' | 'forged';

/** Signs and checks URLs of the storage: path and expiry time, HMAC-SHA256. */
export class Presigner {
	/** Set once the storage listens. */
	origin = '';
	/** Every URL that was handed out, in order, so that tests know what is secret. */
	readonly handedOut: string[] = [];

	constructor(
		private readonly secret: string,
		private readonly clock: Clock,
	) {}

	sign(path: string, lifetimeSeconds: number): string {
		const expires = Math.floor(this.clock.now() / 1000) + lifetimeSeconds;
		const signature = this.signature(path, String(expires));
		const url = `${this.origin}${path}?signature=${signature}&expires=${expires}`;
		this.handedOut.push(url);
		return url;
	}

	/** The same file by a URL that was valid until a second ago. */
	expire(url: string): string {
		const { pathname } = new URL(url);
		return this.sign(pathname, -1);
	}

	check(url: URL): Verdict {
		const expires = url.searchParams.get('expires') ?? '';
		const wanted = Buffer.from(this.signature(url.pathname, expires));
		const given = Buffer.from(url.searchParams.get('signature') ?? '');
		if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return 'forged';
		return Number(expires) * 1000 > this.clock.now() ? 'valid' : 'expired';
	}

	private signature(path: string, expires: string): string {
		return createHmac('sha256', this.secret).update(`${path}\n${expires}`).digest('hex');
	}
}
