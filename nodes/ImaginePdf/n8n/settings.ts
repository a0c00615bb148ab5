import type { IExecuteFunctions } from 'n8n-workflow';

import { DEFAULT_ROWS_PER_BATCH } from '../core/limits';
import { Failure } from '../core/failure';
import type { PdfProfile } from '../core/api/client';
import type { MissingVariables } from '../core/rows/types';

/*
 * The node's parameters as the core wants them. Settings of the whole run are read from the first
 * item; what may differ by item (design, values, job ID, file name) is read item by item elsewhere.
 */

export type Output = 'zip' | 'pdfs' | 'none';

export interface WaitSettings {
	timeoutMs: number;
	/** 0 adapts to the job. */
	pollIntervalMs: number;
	partialFailure: 'continue' | 'error';
}

export interface RowSettings {
	onlyFields: string;
	missingVariables: MissingVariables;
	pdfProfile: PdfProfile;
}

export interface PaySettings {
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
}

export function readWaitSettings(context: IExecuteFunctions): WaitSettings {
	return {
		timeoutMs:
			numberOption(context, 'timeout', 'Timeout', { fallback: 1800, min: 1, whole: false }) * 1000,
		pollIntervalMs:
			numberOption(context, 'pollInterval', 'Poll Interval', {
				fallback: 0,
				min: 0,
				whole: false,
			}) * 1000,
		partialFailure: choice(context, 'partialFailure', 'If Some Rows Fail', ['continue', 'error']),
	};
}

export function readRowSettings(context: IExecuteFunctions): RowSettings {
	return {
		onlyFields: textOption(context, 'onlyFields', 0),
		missingVariables: choice(context, 'missingVariables', 'Missing Variables', [
			'blank',
			'error',
			'sample',
		]),
		pdfProfile: choice(context, 'pdfProfile', 'PDF Profile', ['standard', 'accessible', 'pdf-a']),
	};
}

export function readPaySettings(context: IExecuteFunctions): PaySettings {
	return {
		maxConcurrentJobs: numberOption(context, 'maxConcurrentJobs', 'Max Concurrent Jobs', {
			fallback: 3,
			min: 1,
			whole: true,
		}),
		unknownSubmit: choice(context, 'unknownSubmit', 'If Submit Outcome Is Unknown', [
			'stop',
			'submitAgain',
		]),
	};
}

export function readRowsPerBatch(context: IExecuteFunctions): number {
	return numberOption(context, 'rowsPerBatch', 'Rows per Batch', {
		fallback: DEFAULT_ROWS_PER_BATCH,
		min: 1,
		whole: true,
	});
}

export function readOutput(context: IExecuteFunctions): Output {
	const output = context.getNodeParameter('output', 0, 'zip');
	return output === 'pdfs' || output === 'none' ? output : 'zip';
}

export function readFlag(context: IExecuteFunctions, name: string, fallback: boolean): boolean {
	return context.getNodeParameter(name, 0, fallback) === true;
}

/**
 * The name of the field that takes the file.
 * @throws Failure when it is empty
 */
export function readBinaryField(context: IExecuteFunctions): string {
	const name = String(context.getNodeParameter('binaryField', 0, 'data')).trim();
	if (name !== '') return name;
	throw badSetting('Output Data Field Name', 'is empty', "Enter a name, e.g. 'data'.");
}

export function textOption(context: IExecuteFunctions, name: string, itemIndex: number): string {
	const value = context.getNodeParameter(`options.${name}`, itemIndex, '');
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

interface NumberRange {
	fallback: number;
	min: number;
	whole: boolean;
}

function numberOption(
	context: IExecuteFunctions,
	name: string,
	label: string,
	{ fallback, min, whole }: NumberRange,
): number {
	const raw = context.getNodeParameter(`options.${name}`, 0, fallback);
	const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
	const fits = typeof value === 'number' && Number.isFinite(value) && value >= min;
	if (fits && (!whole || Number.isInteger(value))) return value;
	const wanted = `${whole ? 'a whole number' : 'a number'} of at least ${min}`;
	throw badSetting(label, `is ${JSON.stringify(raw)}`, `Enter ${wanted}.`);
}

/** The chosen value; the first one where an older workflow has none. */
function choice<T extends string>(
	context: IExecuteFunctions,
	name: string,
	label: string,
	values: readonly [T, ...T[]],
): T {
	const chosen = context.getNodeParameter(`options.${name}`, 0, values[0]);
	const known = values.find((value) => value === chosen);
	if (known !== undefined) return known;
	throw badSetting(
		label,
		`is ${JSON.stringify(chosen)}`,
		`It can be one of: ${values.join(', ')}.`,
	);
}

function badSetting(label: string, what: string, remedy: string): Failure {
	return new Failure({
		message: `'${label}' ${what}`,
		description: `${remedy} Nothing was submitted.`,
		code: 'INVALID_SETTING',
		fromService: false,
		itemIndexes: [0],
	});
}
