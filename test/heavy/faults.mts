import {
	actions,
	AFTER_CHARGING,
	hostileZip,
	HOSTILE_ZIPS,
	ODD_ANSWERS,
	rewrite,
	type FaultAction,
	type HostileZip,
} from '../emulator/index.mts';

/** A step of the node's work, as the emulator names its routes. */
export type Step =
	'design' | 'upload' | 'submit' | 'status' | 'download' | 'zip' | 'generate' | 'pdf';

/** Faults that any request can meet. A factory each, since a fault is used up. */
export const ANYWHERE: Record<string, () => FaultAction> = {
	'delayed by 5 s': () => actions.delay(5000),
	'connection reset before': () => actions.resetBefore(),
	'connection reset after': () => actions.resetAfter(),
	'never answered': () => actions.silence(),
	'never answered, but done': () => actions.silenceAfter(),
	'cut off after 20 bytes': () => actions.truncate(20),
	'stalled after 20 bytes': () => actions.stall(20),
	'length too short': () => actions.announceLength(10),
	'length too long': () => actions.announceLength(5_000_000),
	'wrong content type': () => actions.contentType('text/html'),
	'gateway page 502': () => actions.gatewayPage(502),
	'gateway page 504, but done': () => actions.gatewayPageAfter(504),
	'HTML page with 200': () => actions.gatewayPage(200),
	'empty 200': () => actions.answer({ status: 200 }),
	'JSON of somebody else': () => actions.answer({ status: 200, body: '{"hello":"world"}' }),
	'500': () => actions.refusal(500, 'INTERNAL_ERROR'),
	'503, later (seconds)': () => actions.busy(503, { seconds: 3 }),
	'503, later (date)': () => actions.busy(503, { dateInMs: 3000 }),
	'503': () => actions.busy(503),
	'429': () => actions.busy(429),
	'429, later (seconds)': () => actions.busy(429, { seconds: 2 }),
	'400': () => actions.refusal(400, 'VALIDATION_ERROR'),
	'401': () => actions.refusal(401, 'INVALID_API_KEY'),
	'402': () => actions.refusal(402, 'INSUFFICIENT_CREDITS'),
	'403': () => actions.refusal(403, 'FORBIDDEN'),
	'404 of another kind': () => actions.refusal(404, 'PDF_NOT_FOUND'),
	'redirect to another origin': () => actions.redirect(),
};

/** Faults of files only. */
export const FILES: Record<string, () => FaultAction> = {
	'expired link': () => actions.expired(),
	'cut in the middle': () => actions.truncate(1500, 'reset'),
	'stalled in the middle': () => actions.stall(1500),
};

/** Faults of uploads only. */
const UPLOADS: Record<string, () => FaultAction> = {
	'413 page of a proxy': () => actions.answer({ status: 413, body: '<html>Too large</html>' }),
	'answer without a reference': () => rewrite('no reference', ({ ref: _, ...data }) => data),
};

/** What a gateway says before the service, by which nothing was charged: see `paidOutcomeOf`. */
const GATEWAY_BUSY = '503 page, with Retry-After';

/** Answers that hide a charge. */
export const CHARGED: Record<string, () => FaultAction> = Object.fromEntries(
	Object.entries(AFTER_CHARGING)
		.filter(([name]) => name !== GATEWAY_BUSY)
		.map(([name, action]) => [`charged, then ${name}`, () => action]),
);

/** Answers to what went well, in forms that are not documented. */
function oddAt(step: keyof typeof ODD_ANSWERS): Record<string, () => FaultAction> {
	const odd: Record<string, FaultAction> = ODD_ANSWERS[step];
	return Object.fromEntries(
		Object.entries(odd).map(([name, action]) => [`odd: ${name}`, () => action]),
	);
}

/** Hostile archives, as what the storage holds. */
export const ARCHIVES: Record<string, () => FaultAction> = Object.fromEntries(
	(Object.keys(HOSTILE_ZIPS) as HostileZip[]).map((kind) => [
		`archive: ${kind}`,
		() => hostileZip(kind),
	]),
);

export function faultsAt(step: Step): Record<string, () => FaultAction> {
	if (step === 'zip') return { ...ANYWHERE, ...FILES, ...ARCHIVES };
	if (step === 'pdf') return { ...ANYWHERE, ...FILES };
	if (step === 'upload') return { ...ANYWHERE, ...UPLOADS, ...oddAt(step) };
	if (step === 'submit' || step === 'generate') return { ...ANYWHERE, ...CHARGED, ...oddAt(step) };
	if (step === 'status' || step === 'download') return { ...ANYWHERE, ...oddAt(step) };
	return ANYWHERE;
}
