import { Refused, success } from '../http/answer.mts';
import { DEFAULT_TIMING } from '../options.mts';
import { resolveRow } from '../values.mts';
import { profileIn } from './batch.mts';
import { designIn, isPlainObject, objectBody, type Call, type Handler } from './call.mts';

/** Synchronous; 1 credit, taken when the PDF is made (docs/imaginepdf-api.md, "Single PDF"). */
export const generate: Handler = async (call) => {
	const { world, workspace, generation } = call;
	const body = objectBody(call);
	const data = dataIn(body);
	const profile = profileIn(body, call);
	const design = designIn(call);
	world.ledger.assertCovered(workspace, 1);
	const resolved = resolveRow(design, data, world.rulesFor(workspace.workspaceId, generation));
	if (!resolved.ok) throw new Refused(400, 'VALIDATION_ERROR', resolved.reason);
	const generationId = world.newId('gen');
	const createdAt = world.clock.now();
	const { designId } = design;
	world.ledger.charge(workspace, { at: createdAt, designId, values: [data], generationId });
	await world.clock.sleep(renderMs(call, data), world.closing);
	const path = world.shelf.addPdf(generationId, {
		title: design.name,
		printed: resolved.printed,
		profile,
		createdAt,
	});
	const answer = {
		designId,
		filename: `${design.name}.pdf`,
		downloadUrl: world.presigned(path),
		expiresIn: world.behaviour.urlExpirySeconds,
		status: 'completed',
	};
	return success(generation === 'second' ? { ...answer, generationId } : answer, 201);
};

function renderMs({ world }: Call, data: Record<string, unknown>): number {
	const { timing } = world.behaviour;
	const chosen = typeof timing === 'function' ? timing([data]) : timing;
	return chosen.rowMs ?? DEFAULT_TIMING.rowMs;
}

function dataIn({ data }: Record<string, unknown>): Record<string, unknown> {
	if (data === undefined) throw new Refused(400, 'MISSING_REQUIRED_FIELD', 'data is required.');
	if (!isPlainObject(data)) throw new Refused(400, 'VALIDATION_ERROR', 'data must be an object.');
	return data;
}
