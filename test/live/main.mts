import { baseUrlFrom } from '../../nodes/ImaginePdf/core/userInput.ts';
import { toFailure } from '../../nodes/ImaginePdf/core/messages.ts';
import { createRedact } from '../../nodes/ImaginePdf/n8n/redact.ts';
import { realClock } from '../client/clock.mts';
import { createUndiciHttp, type UndiciHttp } from '../client/undici-http.mts';
import { BATCH_ROWS, CHECKS, NotAsked, type Check } from '../contract/checks.mts';
import { Service } from '../contract/service.mts';
import { Budget, withinBudget } from './budget.mts';
import { observe } from './observe.mts';

/*
 * `npm run test:live`: asks the real service what the emulator's tests take for granted, with the key in
 * IMAGINEPDF_API_KEY (and, if they are not to be the default ones, the service's base URL in
 * IMAGINEPDF_BASE_URL and a design in IMAGINEPDF_DESIGN_ID). Ends with "N passed, N failed".
 */

const MAX_CREDITS = 3;
const DEFAULT_BASE_URL = 'https://api.imaginepdf.com/api/v1';

const apiKey = (process.env['IMAGINEPDF_API_KEY'] ?? '').trim();
const redact = createRedact(apiKey);
const say = (text = '') => void process.stdout.write(`${redact(text)}\n`);

function end(passed: number, failed: number): void {
	say(`${passed} passed, ${failed} failed`);
	process.exitCode = failed === 0 ? 0 : 1;
}

function announce(baseUrl: string): void {
	const single = MAX_CREDITS - BATCH_ROWS;
	say(`This asks the service at ${baseUrl} whether it does what this node relies on.`);
	say(
		`It makes a batch of ${BATCH_ROWS} rows (${BATCH_ROWS} credits) and a single PDF (${single} credit) of one design, with made-up values.`,
	);
	say(`It spends at most ${MAX_CREDITS} credits: a request that could cost more is not sent.`);
	say();
}

/** What went wrong, in words; the service's own are among them. */
function wordsOf(error: unknown): string {
	const { code, message: what, description } = toFailure(error, { doing: 'design' }).details;
	// An assertion that does not hold is none of the service's errors.
	if (code !== 'UNFORESEEN') return `${what}. ${description}`;
	const message = error instanceof Error ? error.message : String(error);
	const lines = message.split('\n').filter((line) => line.trim() !== '');
	return lines.join('\n          ');
}

type Verdict = 'passed' | 'failed' | 'not asked';

async function ask(check: Check, service: Service): Promise<Verdict> {
	try {
		await check.run(service);
		say(`  ok      ${check.name}`);
		return 'passed';
	} catch (error) {
		if (error instanceof NotAsked) {
			say(`  –       ${check.name}: not asked, as ${error.message}`);
			return 'not asked';
		}
		say(`  FAILED  ${check.name}\n          ${wordsOf(error)}`);
		return 'failed';
	}
}

async function askAll(service: Service, budget: Budget): Promise<void> {
	const verdicts: Verdict[] = [];
	for (const check of CHECKS) verdicts.push(await ask(check, service));
	const seen = await observe(service);
	say(`\nSpent: ${budget.spent} of at most ${MAX_CREDITS} credits`);
	say('\nSeen, but not documented, so nothing relies on it:');
	for (const line of seen) say(`  ${line}`);
	say();
	const count = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length;
	end(count('passed'), count('failed'));
}

/** Whether the service accepts the key; otherwise every check would fail for the same reason. */
async function isLetIn(service: Service): Promise<boolean> {
	try {
		await service.client.listDesigns({ limit: 1 });
		return true;
	} catch (error) {
		say(`  FAILED  The key is accepted\n          ${wordsOf(error)}`);
		say('\nNothing was spent.\n');
		return false;
	}
}

async function main(): Promise<void> {
	if (apiKey === '') {
		say(
			`Skipped: this asks the real ImaginePDF service and needs an API key. Set IMAGINEPDF_API_KEY to run it; it spends ${MAX_CREDITS} credits at most.`,
		);
		return end(0, 0);
	}
	let baseUrl: string;
	try {
		baseUrl = baseUrlFrom((process.env['IMAGINEPDF_BASE_URL'] ?? DEFAULT_BASE_URL).trim());
	} catch (error) {
		say(wordsOf(error).replace("the credential 'ImaginePDF API'", 'IMAGINEPDF_BASE_URL'));
		return end(0, 1);
	}
	const clients: UndiciHttp[] = [];
	const client = (key?: string) => {
		const made = createUndiciHttp({ baseUrl, ...(key !== undefined && { apiKey: key }) });
		clients.push(made);
		return made;
	};
	const budget = new Budget(MAX_CREDITS);
	const designId = process.env['IMAGINEPDF_DESIGN_ID'];
	const service = new Service({
		http: withinBudget(client(apiKey), budget),
		stranger: client,
		clock: realClock,
		...(designId && { designId }),
	});
	announce(baseUrl);
	try {
		if (await isLetIn(service)) await askAll(service, budget);
		else end(0, 1);
	} finally {
		for (const made of clients) await made.close();
	}
}

main().catch((error: unknown) => {
	say(wordsOf(error));
	end(0, 1);
});
