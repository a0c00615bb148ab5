import { TransportError } from '../../nodes/ImaginePdf/core/api/errors.ts';
import type { ApiAnswer, ApiRequest, Http } from '../../nodes/ImaginePdf/core/ports.ts';

/** Refusals after which nothing was rendered or charged (docs/imaginepdf-api.md, "Errors" and "Which routes"). */
const FREE_STATUSES = new Set([400, 401, 402, 403, 404, 405, 429]);

/** A request that was not sent, because it could have cost more than was agreed on. */
export class OverBudget extends Error {
	override readonly name = 'OverBudget';
}

/** The credits that may be spent. Requests with an unknown outcome count as charged. */
export class Budget {
	private used = 0;

	constructor(readonly limit: number) {}

	/** Credits that were spent, or may have been. */
	get spent(): number {
		return this.used;
	}

	/** @throws OverBudget when it is not there any more */
	reserve(credits: number): void {
		if (!(credits >= 0)) throw new OverBudget('Nobody knows what this request costs.');
		if (this.used + credits > this.limit) {
			throw new OverBudget(
				`This request costs ${credits}, and ${this.limit - this.used} of ${this.limit} credits are left.`,
			);
		}
		this.used += credits;
	}

	/** Gives back what a refused request provably did not cost. */
	release(credits: number): void {
		this.used -= credits;
	}
}

/** HTTP that sends no request which could take the budget beyond its limit, repeated ones included. */
export function withinBudget(http: Http, budget: Budget): Http {
	return {
		baseUrl: http.baseUrl,
		storage: async (request) => await http.storage(request),
		api: async (request) => {
			const credits = costOf(request);
			budget.reserve(credits);
			try {
				const answer = await http.api(request);
				if (isFree(answer)) budget.release(credits);
				return answer;
			} catch (error) {
				if (error instanceof TransportError && error.neverSent) budget.release(credits);
				throw error;
			}
		},
	};
}

/** One credit per row, one for a single PDF, none for an upload; not a number for any other request. */
export function costOf({ method, path, body = '{}' }: ApiRequest): number {
	if (method === 'GET' || /^\/(uploads|assets)$/.test(path)) return 0;
	if (typeof body !== 'string') return NaN;
	const { rows, data } = JSON.parse(body) as { rows?: unknown; data?: unknown };
	if (Array.isArray(rows)) return rows.length;
	return data === undefined ? NaN : 1;
}

function isFree({ status }: ApiAnswer): boolean {
	return FREE_STATUSES.has(status);
}
