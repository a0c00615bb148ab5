import { actions, type FaultAction } from '../emulator/index.mts';
import { NODE, openEngineSetup, type EngineSetup, type NodeUnderTest } from './support/setup.mts';
import { photo, runWithFiles, withFiles } from './support/pictures.mts';
import { byId } from './support/sent.mts';

/*
 * Every fault at the upload, once and for good. An upload comes before anything is paid for, and may be
 * repeated: what passes is outlasted, and what does not ends the run with nothing charged.
 */

const PASSING: Array<[string, FaultAction]> = [
	['a connection that breaks before the answer', actions.resetBefore()],
	['an answer that is lost', actions.resetAfter()],
	['no answer', actions.silence()],
	['no answer, although the picture was taken', actions.silenceAfter()],
	['HTTP 500', actions.refusal(500, 'INTERNAL_ERROR')],
	['HTTP 500 from the storage behind it', actions.refusal(500, 'S3_ERROR')],
	['a gateway page, HTTP 502', actions.gatewayPage(502)],
	['a gateway page, HTTP 504, although the picture was taken', actions.gatewayPageAfter(504)],
	['HTTP 429', actions.busy(429)],
	['HTTP 503 with Retry-After', actions.busy(503, { seconds: 1 })],
	['a page with HTTP 200', actions.answer({ status: 200, body: '<html>Please wait</html>' })],
	['half of an answer', actions.truncate(20, 'reset')],
];

const LASTING: Array<[string, FaultAction]> = [
	['HTTP 400', actions.refusal(400, 'VALIDATION_ERROR')],
	['HTTP 401', actions.refusal(401, 'INVALID_API_KEY')],
	['HTTP 402', actions.refusal(402, 'PAYMENT_REQUIRED')],
	['HTTP 403', actions.refusal(403, 'INSUFFICIENT_PERMISSIONS')],
	['HTTP 404 of both generations', actions.refusal(404, 'NOT_FOUND')],
	['HTTP 413 from a proxy', actions.answer({ status: 413, body: '<html>Too large</html>' })],
	['a redirect', actions.redirect()],
	[
		'an answer without a reference',
		actions.answer({
			status: 201,
			body: '{"status":"success","data":{"name":"x"},"error":null}',
		}),
	],
];

const SUBMIT: NodeUnderTest = {
	parameters: {
		designId: byId('design_badge'),
		output: 'none',
		options: { images: { images: [{ variable: 'photo', binaryField: 'data' }] } },
	},
};
const items = [1, 2].map((number) =>
	withFiles({ name: `Guest ${number}` }, { data: photo(number) }),
);

describe('At the upload of a picture', () => {
	let setup: EngineSetup;
	beforeAll(async () => {
		setup = await openEngineSetup();
	});
	afterAll(async () => await setup.close());
	let before = 0;
	beforeEach(() => {
		setup.emulator.faults.clear();
		before = setup.charged();
	});
	const charged = () => setup.charged() - before;

	it.each(PASSING)(
		'an upload of a picture is repeated after %s, and the run succeeds',
		async (_, action) => {
			setup.emulator.faults.add({ route: 'upload', call: 1, times: 2, action });
			const result = await runWithFiles(setup, items, SUBMIT);
			expect(result.error).toBeUndefined();
			expect(charged()).toBe(2);
			const rows = setup.emulator.jobs.at(-1)?.rows ?? [];
			const known = setup.emulator.uploads.map(({ ref }) => ref);
			for (const row of rows) expect(known).toContain(row['photo']);
		},
	);

	it.each([...PASSING, ...LASTING])(
		'the run ends with nothing charged where every upload of a picture meets %s',
		async (_, action) => {
			setup.emulator.faults.add({ route: 'upload', times: Infinity, action });
			const result = await runWithFiles(setup, items, SUBMIT);
			expect(result.error?.message).toMatch(/^The picture in 'data' of item \d /);
			expect(result.error?.description).toMatch(/Nothing was submitted\.$/);
			expect(charged()).toBe(0);
		},
	);

	it.each(LASTING)(
		'each item becomes one of its own when its upload meets %s, with On Error: Continue',
		async (_, action) => {
			setup.emulator.faults.add({ route: 'upload', times: Infinity, action });
			const onError = 'continueRegularOutput';
			const result = await runWithFiles(setup, items, { ...SUBMIT, onError });
			expect(result.json(NODE)).toHaveLength(2);
			for (const [index, { json, pairedItem }] of result.items(NODE).entries()) {
				expect(json['error']).toMatch(new RegExp(`^The picture in 'data' of item ${index} `));
				expect(pairedItem).toEqual([{ item: index }]);
			}
			expect(charged()).toBe(0);
		},
	);

	it('Stop ends the run at once while a picture is uploaded, and nothing is charged', async () => {
		setup.emulator.faults.add({ route: 'upload', action: actions.silence() });
		let stoppedAt = NaN;
		const stop = setup.emulator
			.nextRequest(({ route }) => route === 'upload')
			.then(() => (stoppedAt = setup.emulator.now()));
		const result = await runWithFiles(setup, items, SUBMIT, { stop });
		expect(result.status).toBe('canceled');
		expect(setup.emulator.now()).toBe(stoppedAt);
		expect(charged()).toBe(0);
	});
});
