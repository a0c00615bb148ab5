import { contentKey, placeKey } from './ledger';
import { pay, type PayDeps, type PayOptions } from './pay';
import { recall, type Purchase } from './purchase';
import { seal, unseal } from './seal';
import type { Occurrences, PreparedSubmit, SubmitScope } from './submit';
import type { ImaginePdfClient, Paid } from '../api/client';
import type { GeneratedPdf } from '../api/schemas';
import { Failure } from '../failure';
import { dataBody } from '../rows/body';
import type { PreparedRow } from '../rows/types';

/** What making single PDFs needs. */
export interface GenerateDeps extends PayDeps {
	client: ImaginePdfClient;
}

/** Whose PDF it is, how it is paid for, and how its link is kept. */
export interface GenerateOptions extends SubmitScope, PayOptions {
	/** Encrypts the PDF's link for a later try; see `seal.ts`. */
	secret: string;
}

/** A PDF that is rendered and paid for, and where to fetch it. */
export interface PaidPdf {
	/** Where the ledger remembers it. */
	key: string;
	url: string;
	/** Empty or unset where the service tells none. */
	generationId: string | undefined;
	status: string | undefined;
	/** The service's name for it, which repeats with the design's. */
	fileName: string | undefined;
	/** True where an earlier try had already paid for it. */
	foundAgain: boolean;
	/** False when a PDF profile was wished for that the service's routes do not know. */
	profileApplied: boolean;
}

/** Works out the identity and body of one PDF. To be called in the order of the items. */
export function preparePdf(
	row: PreparedRow,
	scope: SubmitScope,
	occurrences: Occurrences,
): PreparedSubmit {
	const { runIndex, account, profile } = scope;
	// A batch of the same rows is another purchase, hence the mark.
	const owner = { runIndex, account: `pdf ${account}`, profile, designId: row.designId };
	const content = contentKey(owner, [row.values]);
	return {
		keys: {
			key: `${content}-${occurrences.next(content)}`,
			place: placeKey(owner, [row]),
		},
		body: (known) => dataBody(row, known),
	};
}

/**
 * Renders one PDF, or finds the one that an earlier try of this run has already paid for.
 * @throws as `pay` does; Failure where a paid PDF's link cannot be used any more
 */
export async function generatePdf(
	deps: GenerateDeps,
	row: PreparedRow,
	prepared: PreparedSubmit,
	options: GenerateOptions,
): Promise<PaidPdf> {
	const purchase = purchaseOf(deps, row, prepared, options);
	const known = recall(deps.ledger, purchase, options.unknownSubmit);
	if (known) {
		const url = known.sealedLink && unseal(known.sealedLink, options.secret);
		if (!url) throw linkGone(row);
		deps.journal.info('Found a PDF that an earlier try had already paid for', {
			item: row.itemIndex,
		});
		const { key, jobId: generationId, fileName } = known;
		const status = undefined;
		return { key, url, generationId, status, fileName, foundAgain: true, profileApplied: true };
	}
	const answer = await pay(deps, purchase, options);
	const { downloadUrl: url, generationId, status, filename: fileName, profileApplied } = answer;
	const { key } = prepared.keys;
	return { key, url, generationId, status, fileName, foundAgain: false, profileApplied };
}

function purchaseOf(
	{ client, ledger, journal }: GenerateDeps,
	row: PreparedRow,
	{ keys, body }: PreparedSubmit,
	{ profile, secret }: GenerateOptions,
): Purchase<Paid<GeneratedPdf>> {
	const { designId, itemIndex } = row;
	return {
		keys,
		already: () => `The PDF of item ${itemIndex} was already made with other values`,
		what: `the PDF of item ${itemIndex}`,
		check: `Check in ImaginePDF whether a PDF of design '${designId}' was made.`,
		occasion: { doing: 'generate', designId, rows: 1 },
		itemIndexes: [itemIndex],
		send: async (options) => await client.generatePdf({ designId, body, profile }, options),
		accept: ({ downloadUrl, generationId, filename }) => {
			const sealedLink = seal(downloadUrl, secret);
			ledger.accepted(keys, { jobId: generationId ?? '', sealedLink, fileName: filename });
			journal.info('ImaginePDF made a PDF', {
				designId,
				item: itemIndex,
				...(generationId && { generationId }),
			});
		},
	};
}

/** A paid PDF whose link has expired or cannot be read; there is no route to ask for another. */
export function linkGone({ itemIndex, designId }: PreparedRow): Failure {
	return new Failure({
		message: `The PDF of item ${itemIndex} was made and paid for, but its link is no longer valid`,
		description:
			"ImaginePDF gives no second link to a single PDF. Look for it in ImaginePDF, or start a new execution to make it again for another credit. With 'Batch' instead of 'PDF', files stay reachable by their job ID.",
		code: 'LINK_EXPIRED',
		fromService: false,
		designId,
		itemIndexes: [itemIndex],
	});
}
