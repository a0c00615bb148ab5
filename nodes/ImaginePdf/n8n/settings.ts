import type { IExecuteFunctions } from 'n8n-workflow';

import { DEFAULT_ROWS_PER_BATCH } from '../core/limits';
import { Failure } from '../core/failure';
import type { PdfProfile } from '../core/api/client';
import type { MissingVariables, RowSource } from '../core/rows/types';

/*
 * The node's parameters as the core wants them. Settings of the whole run are read from the first
 * item; what may differ by item (design, values, job ID, file name) is read item by item elsewhere.
 */

/** What a finished job hands on. */
export type Output = 'zip' | 'pdfs' | 'none';

/** How a job is waited for, and what is done with a part of it. */
export interface WaitSettings {
	timeoutMs: number;
	/** 0 adapts to the job. */
	pollIntervalMs: number;
	partialFailure: 'continue' | 'error';
}

/** How rows are built. */
export interface RowSettings {
	missingVariables: MissingVariables;
	pdfProfile: PdfProfile;
}

/** How what costs credits is sent. */
export interface PaySettings {
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
}

/** @throws Failure naming an option that cannot be used as it is */
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

/** @throws Failure naming an option that cannot be used as it is */
export function readRowSettings(context: IExecuteFunctions): RowSettings {
	return {
		missingVariables: choice(context, 'missingVariables', 'Missing Variables', [
			'blank',
			'error',
			'sample',
		]),
		pdfProfile: choice(context, 'pdfProfile', 'PDF Profile', ['standard', 'accessible', 'pdf-a']),
	};
}

/** @throws Failure naming an option that cannot be used as it is */
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

/** Rows of a job at most. @throws Failure for what is no whole number */
export function readRowsPerBatch(context: IExecuteFunctions): number {
	return numberOption(context, 'rowsPerBatch', 'Rows per Batch', {
		fallback: DEFAULT_ROWS_PER_BATCH,
		min: 1,
		whole: true,
	});
}

/** What a finished job hands on. @throws Failure for a value that is none of them */
export function readOutput(context: IExecuteFunctions): Output {
	return oneOf(context, 'output', 'Output', ['zip', 'pdfs', 'none']);
}

/** Where the rows' values come from. @throws Failure for a value that is none of them */
export function readRowSource(context: IExecuteFunctions): RowSource {
	return oneOf(context, 'rowSource', 'Row Source', ['items', 'mapped', 'json']);
}

/** Whether each finished job is waited for. @throws Failure for what is neither true nor false */
export function readWaits(context: IExecuteFunctions): boolean {
	return flag(context, 'waitForCompletion', 'Wait for Completion', true);
}

/** Whether nothing is to be submitted. @throws Failure for what is neither true nor false */
export function readCheckOnly(context: IExecuteFunctions): boolean {
	return flag(context, 'options.checkOnly', 'Check Only', false);
}

/**
 * How many results an operation is to return: `Infinity` for all.
 * @throws Failure for a limit that is no whole number
 */
export function readLimit(context: IExecuteFunctions): number {
	if (flag(context, 'returnAll', 'Return All', false)) return Infinity;
	return number(context, 'limit', 'Limit', { fallback: 50, min: 1, whole: true });
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

/** A text of the item's own, without blanks around it; empty where it is not set. */
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
	return number(context, `options.${name}`, label, { fallback, min, whole });
}

function number(
	context: IExecuteFunctions,
	name: string,
	label: string,
	{ fallback, min, whole }: NumberRange,
): number {
	const raw = context.getNodeParameter(name, 0, fallback);
	const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
	const fits = typeof value === 'number' && Number.isFinite(value) && value >= min;
	if (fits && (!whole || Number.isInteger(value))) return value;
	const wanted = `${whole ? 'a whole number' : 'a number'} of at least ${min}`;
	throw badSetting(label, `is ${JSON.stringify(raw)}`, `Enter ${wanted}.`);
}

/** An expression may well give the text 'true', and where money is spent nothing is guessed. */
function flag(context: IExecuteFunctions, name: string, label: string, fallback: boolean): boolean {
	const value: unknown = context.getNodeParameter(name, 0, fallback);
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw badSetting(label, `is ${JSON.stringify(value)}`, 'It can be true or false.');
}

function choice<T extends string>(
	context: IExecuteFunctions,
	name: string,
	label: string,
	values: readonly [T, ...T[]],
): T {
	return oneOf(context, `options.${name}`, label, values);
}

/** The chosen value; the first one where an older workflow has none. */
function oneOf<T extends string>(
	context: IExecuteFunctions,
	name: string,
	label: string,
	values: readonly [T, ...T[]],
): T {
	const chosen = context.getNodeParameter(name, 0, values[0]);
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
	});
}
