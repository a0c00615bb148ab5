import { invalid, Refused, success } from '../http/answer.mts';
import { stateAt } from '../jobs.mts';
import type { PdfProfile, Row } from '../model.mts';
import { DEFAULT_TIMING } from '../options.mts';
import { resolveRow } from '../values.mts';
import { designIn, isPlainObject, jobIn, objectBody, type Call, type Handler } from './call.mts';

/** docs/imaginepdf-api.md, "Batch: second generation": the same for every plan. */
const SECOND_GENERATION_MAX_ROWS = 100;

const PROFILES: readonly PdfProfile[] = ['standard', 'accessible', 'pdf-a'];

export const submit: Handler = (call) => {
	const { world, workspace, generation } = call;
	const body = objectBody(call);
	const isFirst = generation === 'first';
	const rows = rowsIn(body, isFirst ? workspace.plan.maxRowsPerBatch : SECOND_GENERATION_MAX_ROWS);
	const profile = profileIn(body, call);
	const design = designIn(call);
	world.ledger.assertCovered(workspace, rows.length);
	const jobId = world.jobs.newId();
	const { designId } = design;
	world.ledger.charge(workspace, { at: world.clock.now(), designId, values: rows, jobId });
	world.jobs.accept(jobId, { workspace, design, generation, profile, rows });
	return success({ jobId: shown(jobId), status: 'queued', total: rows.length, designId }, 202);
};

export const status: Handler = (call) => {
	const state = stateAt(jobIn(call), call.world.clock.now());
	return success({ ...state, jobId: shown(state.jobId) });
};

export const download: Handler = (call) => {
	const { world, generation } = call;
	const { choices, urlExpirySeconds } = world.behaviour;
	const job = jobIn(call);
	const now = world.clock.now();
	// Not documented; of the documented codes the one that comes nearest.
	if (now < job.endsAt) throw new Refused(409, 'ALREADY_EXISTS', 'The batch has not ended yet.');
	if (job.outcome === 'failed' && !choices.failedJobZip) {
		throw new Refused(404, 'PDF_NOT_FOUND', 'The batch has no output.');
	}
	const url = world.presigned(world.shelf.zipPath(job));
	const link = generation === 'first' ? { url } : { downloadUrl: url };
	return success({ ...link, expiresIn: urlExpirySeconds });
};

/** Synchronous; 1 credit, taken when the PDF is made (docs/imaginepdf-api.md, "Single PDF"). */
export const generate: Handler = async (call) => {
	const { world, workspace, generation } = call;
	const body = objectBody(call);
	const data = dataIn(body);
	const profile = profileIn(body, call);
	const design = designIn(call);
	world.ledger.assertCovered(workspace, 1);
	const printed = resolveRow(design, data, world.rulesFor(workspace.workspaceId, generation));
	const generationId = world.newId('gen');
	const createdAt = world.clock.now();
	const { designId } = design;
	world.ledger.charge(workspace, { at: createdAt, designId, values: [data], generationId });
	const { timing } = world.behaviour;
	const { rowMs = DEFAULT_TIMING.rowMs } = typeof timing === 'function' ? timing([data]) : timing;
	await world.clock.sleep(rowMs, world.closing);
	const pdf = { title: design.name, printed, profile, createdAt };
	const path = world.shelf.addPdf(generationId, pdf);
	const answer = {
		designId,
		filename: `${design.name}.pdf`,
		downloadUrl: world.presigned(path),
		expiresIn: world.behaviour.urlExpirySeconds,
		status: 'completed',
	};
	return success(generation === 'second' ? { ...answer, generationId } : answer, 201);
};

/** Numbers are answered as numbers. */
function shown(jobId: string): string | number {
	return /^\d+$/.test(jobId) ? Number(jobId) : jobId;
}

function rowsIn({ rows }: Record<string, unknown>, max: number): Row[] {
	if (rows === undefined) throw new Refused(400, 'MISSING_REQUIRED_FIELD', 'rows is required.');
	if (!Array.isArray(rows)) throw invalid('rows must be an array.');
	if (rows.length === 0) throw invalid('rows must hold at least 1 row.');
	if (rows.length > max) {
		throw invalid(`rows must hold at most ${max} rows; there are ${rows.length}.`);
	}
	return rows.map((row: unknown, index) => {
		if (isPlainObject(row)) return row;
		throw invalid(`rows[${index}] must be an object.`);
	});
}

/** Only the second generation knows profiles; the first ignores the field. */
function profileIn(body: Record<string, unknown>, { generation }: Call): PdfProfile {
	if (generation === 'first' || body.pdfProfile === undefined) return 'standard';
	const profile = PROFILES.find((known) => known === body.pdfProfile);
	if (profile) return profile;
	throw invalid(`pdfProfile must be one of ${PROFILES.join(', ')}.`);
}

function dataIn({ data }: Record<string, unknown>): Record<string, unknown> {
	if (data === undefined) throw new Refused(400, 'MISSING_REQUIRED_FIELD', 'data is required.');
	if (!isPlainObject(data)) throw invalid('data must be an object.');
	return data;
}
