import { answer, busy, charged, gatewayPage, refusal, retryLater } from './actions.mts';
import type { FaultAction } from './schedule.mts';

const LATER = { seconds: 3 } as const;

/** Every form of a 5xx: ImaginePDF's own, or of something that stands before it. */
export const SERVER_ANSWERS = {
	'500 enveloped': refusal(500, 'INTERNAL_ERROR'),
	'500 enveloped, database': refusal(500, 'DATABASE_ERROR'),
	'500 enveloped, storage': refusal(500, 'S3_ERROR'),
	'500 enveloped, with Retry-After': retryLater(refusal(500, 'INTERNAL_ERROR'), LATER),
	'500 as other JSON': answer({ status: 500, body: '{"message":"Internal server error"}' }),
	'500 empty': answer({ status: 500 }),
	'502 page': gatewayPage(502),
	'503 enveloped': refusal(503, 'INTERNAL_ERROR'),
	'503 enveloped, with Retry-After': retryLater(refusal(503, 'INTERNAL_ERROR'), LATER),
	'503 damaged envelope, with Retry-After': retryLater(
		answer({ status: 503, body: '{"error":{"message":"The database is away."}}' }),
		LATER,
	),
	'503 cut-off envelope, with Retry-After': retryLater(
		answer({ status: 503, body: '{"status":"error","data":null,"err' }),
		LATER,
	),
	'503 page': busy(503),
	'503 page, with Retry-After': busy(503, LATER),
	'502 page, with Retry-After': retryLater(gatewayPage(502), LATER),
	'504 page': gatewayPage(504),
	'504 enveloped': refusal(504, 'INTERNAL_ERROR'),
} satisfies Record<string, FaultAction>;

export type ServerAnswer = keyof typeof SERVER_ANSWERS;

/** The same answers once the request has taken effect and was charged. */
export const AFTER_CHARGING: Readonly<Record<string, FaultAction>> = Object.fromEntries(
	Object.entries(SERVER_ANSWERS).map(([name, action]) => [name, charged(action)]),
);
