import { INVOICE, invoices, type NodeUnderTest } from './setup.mts';
import {
	actions,
	echo,
	ECHOES,
	echoLink,
	type Echo,
	type FaultAction,
} from '../../emulator/index.mts';
import { STORAGE_ROUTES, type RouteName } from '../../emulator/routes/names.mts';
import type { InputItem } from '../harness/index.mts';
import { photo } from './pictures.mts';

/** An operation, and every route on which it can meet trouble. */
export interface SecretCase {
	parameters: NonNullable<NodeUnderTest['parameters']>;
	routes: RouteName[];
	/** Items that name a job, in the place of rows. */
	needsJob?: true;
	/** Items with files, in the place of rows. */
	needsFiles?: true;
}

const submit = { resource: 'batch', operation: 'submit' };
const download = { resource: 'batch', operation: 'download' };
const jobRoutes: RouteName[] = ['status', 'download', 'zip'];

export const OPERATIONS: Record<string, SecretCase> = {
	'Submit, ZIP': { parameters: submit, routes: ['design', 'submit', ...jobRoutes] },
	'Submit, one item per PDF': { parameters: { ...submit, output: 'pdfs' }, routes: jobRoutes },
	'Submit, no file': { parameters: { ...submit, output: 'none' }, routes: ['status'] },
	'Submit, no waiting': { parameters: { ...submit, waitForCompletion: false }, routes: ['submit'] },
	'Submit, check only': {
		parameters: { ...submit, options: { checkOnly: true } },
		routes: ['design'],
	},
	'Get Status': {
		parameters: { resource: 'batch', operation: 'getStatus' },
		routes: ['status'],
		needsJob: true,
	},
	'Download, ZIP': { parameters: download, routes: jobRoutes, needsJob: true },
	'Download, one item per PDF': {
		parameters: { ...download, output: 'pdfs' },
		routes: jobRoutes,
		needsJob: true,
	},
	'Generate PDF': {
		parameters: { resource: 'pdf', operation: 'generate' },
		routes: ['design', 'generate', 'pdf'],
	},
	'Get Many Designs': {
		parameters: { resource: 'design', operation: 'getMany' },
		routes: ['designs'],
	},
	'Get Design': {
		parameters: { resource: 'design', operation: 'get', designId: INVOICE },
		routes: ['design'],
	},
	'Get Preview': {
		parameters: { resource: 'design', operation: 'getPreview', designId: INVOICE },
		routes: ['design', 'preview', 'image'],
	},
	'Upload Image': {
		parameters: { resource: 'image', operation: 'upload' },
		routes: ['upload'],
		needsFiles: true,
	},
	'Submit with images': {
		parameters: {
			...submit,
			designId: { __rl: true, mode: 'id', value: 'design_badge' },
			output: 'none',
			options: { images: { images: [{ variable: 'photo', binaryField: 'data' }] } },
		},
		routes: ['upload'],
		needsFiles: true,
	},
};

export interface RouteCase {
	name: string;
	operation: SecretCase;
	route: RouteName;
	/** Goes through every fault. */
	thorough: boolean;
}

const seen = new Set<RouteName>();

/** Every operation at each of its routes; the first of each route is to go through every fault. */
export const ROUTE_CASES: RouteCase[] = Object.entries(OPERATIONS).flatMap(([name, operation]) =>
	operation.routes.map((route) => {
		const thorough = !seen.has(route);
		seen.add(route);
		return { name, operation, route, thorough };
	}),
);

export const ITEMS = invoices(2);

/** Each with a picture of its own. */
export const FILE_ITEMS: InputItem[] = [1, 2].map((number) => ({
	json: { name: `Guest ${number}` },
	binary: {
		data: { data: photo(number).toString('base64'), mimeType: 'image/png', fileName: 'a.png' },
	},
}));

/** Whether it is the storage that answers, which has no say in what is shown. */
export function isStorage(route: RouteName): boolean {
	return STORAGE_ROUTES.some((one) => one === route);
}

const FORMS = ['envelope', 'page'] as const;
const ECHOED_STATUSES = [200, 400, 401, 402, 403, 404, 409, 429, 500, 503];

/** Answers that repeat the request, in every status and in every way to write it down. */
export function echoes(route: RouteName): FaultAction[] {
	const handsOutLink = ['download', 'generate', 'preview', 'upload'].includes(route);
	const repeat = handsOutLink ? echoLink : echo;
	return [
		...ECHOED_STATUSES.map((status) => repeat(status, 'as text', 'envelope')),
		...(Object.keys(ECHOES) as Echo[]).flatMap((how) =>
			FORMS.map((form) => repeat(403, how, form)),
		),
	];
}

/** Trouble below HTTP, which the runtime tells in errors that hold the whole request. */
export function breaks(): FaultAction[] {
	return [
		actions.resetBefore(),
		actions.resetAfter(),
		actions.silence(),
		actions.truncate(0),
		actions.stall(0),
		actions.expired(),
		actions.redirect(),
		actions.redirect('http://127.0.0.1:9/nowhere?signature=x'),
	];
}

/** What stands for all of these where the thorough cases have shown the rest. */
export function fewFaults(route: RouteName): FaultAction[] {
	return [echoes(route)[5]!, actions.resetAfter(), actions.redirect(), actions.expired()];
}

/** How the node is set to end, each in turn. */
export const MODES: NodeUnderTest[] = [
	{},
	{ onError: 'continueRegularOutput' },
	{ onError: 'continueErrorOutput' },
	{ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
];
