import { ledgerKey } from './ledger';
import { pay, type PayDeps, type PayOptions, type Purchase } from './pay';
import { seal, unseal } from './seal';
import type { Occurrences, PreparedSubmit, SubmitScope } from './submit';
import type { ImaginePdfClient, Paid } from '../api/client';
import type { GeneratedPdf } from '../api/schemas';
import { Failure } from '../failure';
import { dataBody } from '../rows/body';
import type { PreparedRow } from '../rows/types';

export interface GenerateDeps extends PayDeps {
	client: ImaginePdfClient;
}

export interface GenerateOptions extends SubmitScope, PayOptions {
	/** Encrypts the PDF's link for a later try; see `seal.ts`. */
	secret: string;
}

/** A PDF that is rendered and paid for, and where to fetch it. */
export interface PaidPdf {
	key: string;
	link: { url: string; expiresIn: number | undefined };
	/** The service's answer; unset where an earlier try had already paid for it. */
	answer?: Paid<GeneratedPdf>;
}

/** Works out the identity and body of one PDF. To be called in the order of the items. */
export function preparePdf(
	row: PreparedRow,
	scope: SubmitScope,
	occurrences: Occurrences,
): PreparedSubmit {
	const plain = dataBody(row);
	const { runIndex, account, profile } = scope;
	// A batch of the same rows is another purchase, hence the mark.
	const identity = {
		runIndex,
		account: `pdf ${account}`,
		profile,
		designId: row.designId,
		body: plain,
	};
	const content = ledgerKey(identity);
	return {
		key: `${content}-${occurrences.next(content)}`,
		body: (known) => (known === undefined ? plain : dataBody(row, known)),
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
	const { key } = prepared;
	const known = deps.ledger.find(key);
	if (known?.state === 'accepted') {
		const url = known.sealedLink && unseal(known.sealedLink, options.secret);
		if (!url) throw linkGone(row);
		deps.journal.info('Found a PDF that an earlier try had already paid for', {
			item: row.itemIndex,
		});
		return { key, link: { url, expiresIn: undefined } };
	}
	const answer = await pay(deps, purchaseOf(deps, row, prepared, options), options, known);
	return { key, link: { url: answer.downloadUrl, expiresIn: answer.expiresIn }, answer };
}

function purchaseOf(
	{ client, ledger, journal }: GenerateDeps,
	row: PreparedRow,
	{ key, body }: PreparedSubmit,
	{ profile, secret }: GenerateOptions,
): Purchase<Paid<GeneratedPdf>> {
	const { designId, itemIndex } = row;
	return {
		key,
		what: `the PDF of item ${itemIndex}`,
		check: `Check in ImaginePDF whether a PDF of design '${designId}' was made.`,
		occasion: { doing: 'generate', designId, rows: 1 },
		itemIndexes: [itemIndex],
		send: async (options) => await client.generatePdf({ designId, body, profile }, options),
		accept: ({ downloadUrl, generationId }) => {
			ledger.accepted(key, generationId ?? '', seal(downloadUrl, secret));
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
