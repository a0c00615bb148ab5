import type { IExecuteFunctions } from 'n8n-workflow';

import { binaryField, rowSourceField } from './fields';
import { OPTIONS } from './options';
import { readRowOptions } from './rowOptions';
import type { PdfProfile } from '../core/api/client';
import type { RowSettings } from '../n8n/items';
import {
	badSetting,
	fieldOf,
	optionOf,
	readChoice,
	readFlag,
	readNumber,
	readRequiredText,
	readText,
} from '../n8n/parameters';

/*
 * The parameters of the operations as the code wants them. Settings of the whole run are read once,
 * from the first item; what may differ by item (design, values, job ID, file name) is read per item.
 * Every function throws a Failure that names the field which cannot be used as it is.
 */

/** How a job is waited for, and what is done where some of its rows failed. */
export interface WaitSettings {
	timeoutMs: number;
	/** 0 adapts to the job. */
	pollIntervalMs: number;
	partialFailure: 'continue' | 'error';
}

/** How what costs credits is sent. */
export interface PaySettings {
	maxConcurrentJobs: number;
	unknownSubmit: 'stop' | 'submitAgain';
}

export function readWaitSettings(context: IExecuteFunctions): WaitSettings {
	return {
		timeoutMs: readNumber(context, optionOf(OPTIONS.timeout)) * 1000,
		pollIntervalMs: readNumber(context, optionOf(OPTIONS.pollInterval)) * 1000,
		partialFailure: readChoice(context, optionOf(OPTIONS.partialFailure)),
	};
}

export function readRowSettings(
	context: IExecuteFunctions,
): RowSettings & { pdfProfile: PdfProfile } {
	return {
		...readRowOptions(context),
		rowSource: readChoice(context, fieldOf(rowSourceField)),
		missingVariables: readChoice(context, optionOf(OPTIONS.missingVariables)),
		pdfProfile: readChoice(context, optionOf(OPTIONS.pdfProfile)),
	};
}

export function readPaySettings(context: IExecuteFunctions): PaySettings {
	return {
		maxConcurrentJobs: readNumber(context, optionOf(OPTIONS.maxConcurrentJobs)),
		unknownSubmit: readChoice(context, optionOf(OPTIONS.unknownSubmit)),
	};
}

export function readRowsPerBatch(context: IExecuteFunctions): number {
	return readNumber(context, optionOf(OPTIONS.rowsPerBatch));
}

export function readCheckOnly(context: IExecuteFunctions): boolean {
	return readFlag(context, optionOf(OPTIONS.checkOnly));
}

/** The name of the field that takes the file. */
export function readBinaryField(context: IExecuteFunctions): string {
	return readRequiredText(context, fieldOf(binaryField));
}

/** The name that an item's file is to have; empty for the default. */
export function readFileName(context: IExecuteFunctions, itemIndex: number): string {
	const name = readText(context, optionOf(OPTIONS.pdfName), itemIndex);
	if (!name.includes('[object Object]')) return name;
	const remedy = 'An object was put inside text. In the expression, name the field of the object.';
	throw badSetting(OPTIONS.pdfName, `is '${name}'`, remedy, itemIndex);
}

/** Reads each item's file name once: before anything is paid for, since it may be refused. */
export function fileNameReader(context: IExecuteFunctions): (itemIndex: number) => string {
	const names = new Map<number, string>();
	return (itemIndex) => {
		const name = names.get(itemIndex) ?? readFileName(context, itemIndex);
		names.set(itemIndex, name);
		return name;
	};
}
