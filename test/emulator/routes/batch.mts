import { Refused, success } from '../http/answer.mts';
import { stateAt } from '../jobs/schedule.mts';
import type { PdfProfile, Row } from '../model.mts';
import { designIn, isPlainObject, jobIn, objectBody, type Call, type Handler } from './call.mts';

/** docs/imaginepdf-api.md, "Batch: second generation": the same for every plan. */
const SECOND_GENERATION_MAX_ROWS = 100;

const PROFILES: readonly PdfProfile[] = ['standard', 'accessible', 'pdf-a'];

export const submit: Handler = (call) => {
	const { world, workspace, generation } = call;
	const body = objectBody(call);
	const rows = rowsIn(body, maxRows(call));
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
	if (now < job.endsAt) {
		throw new Refused(
			choices.earlyDownload,
			EARLY_CODES[choices.earlyDownload],
			'The batch has not ended yet.',
		);
	}
	if (job.outcome === 'failed' && !choices.failedJobZip) {
		throw new Refused(404, 'PDF_NOT_FOUND', 'The batch has no output.');
	}
	if (world.jobs.isLate(job)) {
		throw new Refused(404, choices.lateDownloadCode, 'The output is not there yet.');
	}
	const url = world.presigned(world.shelf.zipPath(job));
	const link = generation === 'first' ? { url } : { downloadUrl: url };
	return success({ ...link, expiresIn: urlExpirySeconds });
};

/** Numbers are answered as numbers. */
function shown(jobId: string): string | number {
	return /^\d+$/.test(jobId) ? Number(jobId) : jobId;
}

/** Not documented; of the documented codes those that come nearest. */
const EARLY_CODES = { 409: 'ALREADY_EXISTS', 404: 'PDF_NOT_FOUND', 400: 'INVALID_INPUT' } as const;

function maxRows({ generation, workspace }: Call): number {
	return generation === 'second' ? SECOND_GENERATION_MAX_ROWS : workspace.plan.maxRowsPerBatch;
}

function rowsIn({ rows }: Record<string, unknown>, max: number): Row[] {
	if (rows === undefined) throw new Refused(400, 'MISSING_REQUIRED_FIELD', 'rows is required.');
	if (!Array.isArray(rows)) throw new Refused(400, 'VALIDATION_ERROR', 'rows must be an array.');
	if (rows.length === 0)
		throw new Refused(400, 'VALIDATION_ERROR', 'rows must hold at least 1 row.');
	if (rows.length > max) {
		throw new Refused(
			400,
			'VALIDATION_ERROR',
			`rows must hold at most ${max} rows; there are ${rows.length}.`,
		);
	}
	const items: unknown[] = rows;
	return items.map((row, index) => {
		if (isPlainObject(row)) return row;
		throw new Refused(400, 'VALIDATION_ERROR', `rows[${index}] must be an object.`);
	});
}

/** Only the second generation knows profiles; the first ignores the field. */
export function profileIn(body: Record<string, unknown>, { generation }: Call): PdfProfile {
	if (generation === 'first' || body.pdfProfile === undefined) return 'standard';
	const profile = PROFILES.find((known) => known === body.pdfProfile);
	if (profile) return profile;
	throw new Refused(400, 'VALIDATION_ERROR', `pdfProfile must be one of ${PROFILES.join(', ')}.`);
}
