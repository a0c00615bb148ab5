import type { Answer } from '../http/answer.mts';
import { isPlainObject, parsed } from '../routes/call.mts';
import type { FaultAction } from './schedule.mts';

/*
 * Answers to requests that went well, in forms that are not documented. What was asked for
 * has been done (and charged). Job IDs that are numbers are a choice (`jobIds`), since later
 * requests must find the job by them.
 */

type Data = Record<string, unknown>;

/** Changes the envelope's data; answers without an envelope or data stay as they are. */
export function rewrite(name: string, change: (data: Data) => Data): FaultAction {
	return { name: `rewrite(${name})`, after: (given) => rewritten(given, change) };
}

const set = (name: string, values: Data) => rewrite(name, (data) => ({ ...data, ...values }));

const without = (name: string, ...left: string[]) =>
	rewrite(name, (data) =>
		Object.fromEntries(Object.entries(data).filter(([key]) => !left.includes(key))),
	);

const asText = (name: string, ...fields: string[]) =>
	rewrite(name, (data) => ({
		...data,
		...Object.fromEntries(fields.map((field) => [field, String(data[field])])),
	}));

/** Other words for a state; a job that is not in one of these states is told as usual. */
const told = (word: string, ...states: string[]) =>
	rewrite(`status ${word}`, (data) =>
		states.includes(String(data.status)) ? { ...data, status: word } : data,
	);

const ENDED = ['completed', 'failed'];
const RUNNING = ['queued', 'processing'];
const COUNTS = ['total', 'completed', 'failed'];

export const ODD_ANSWERS = {
	submit: {
		'status pending': set('status pending', { status: 'pending' }),
		'status Queued': set('status Queued', { status: 'Queued' }),
		'no status': without('no status', 'status'),
		'total as text': asText('total as text', 'total'),
		'total null': set('total null', { total: null }),
		'no total': without('no total', 'total'),
		'the job ID as id': rewrite('id', ({ jobId, ...data }) => ({ ...data, id: jobId })),
		'the job ID as job_id': rewrite('job_id', ({ jobId, ...data }) => ({ ...data, job_id: jobId })),
		'a job in the data': rewrite('job', (data) => ({ job: data })),
		'nothing but the job ID': without('only the ID', 'status', 'total', 'designId'),
	},
	generate: {
		'numeric generation ID': set('numeric generationId', { generationId: 4821 }),
		'expiresIn as text': asText('expiresIn as text', 'expiresIn'),
		'no expiresIn': without('no expiresIn', 'expiresIn'),
		'no file name': without('no filename', 'filename'),
		'file name null': set('filename null', { filename: null }),
		'status Completed': set('status Completed', { status: 'Completed' }),
		'the link as url': rewrite('url', ({ downloadUrl, ...data }) => ({
			...data,
			url: downloadUrl,
		})),
		'a file in the data': rewrite('file', (data) => ({ file: data })),
		'nothing but the link': without(
			'only the link',
			...['designId', 'filename', 'expiresIn', 'status', 'generationId'],
		),
	},
	status: {
		Completed: told('Completed', 'completed'),
		partial: told('partial', ...ENDED),
		completed_with_errors: told('completed_with_errors', ...ENDED),
		cancelled: told('cancelled', ...ENDED),
		expired: told('expired', ...ENDED),
		'batch.completed': told('batch.completed', 'completed'),
		rendering: told('rendering', ...RUNNING),
		'no status': without('no status', 'status'),
		'a job in the data': rewrite('job', (data) => ({ job: data })),
		'counts as text': asText('counts as text', ...COUNTS),
		'counts null': set('counts null', { total: null, completed: null, failed: null }),
		'no counts': without('no counts', ...COUNTS),
		'nothing counted at the end': rewrite('nothing counted', (data) =>
			ENDED.includes(String(data.status)) ? { ...data, completed: 0, failed: 0 } : data,
		),
		'a total too small': rewrite('total too small', (data) => ({
			...data,
			total: Number(data.total) - 1,
			completed: Math.min(Number(data.completed), Number(data.total) - 1),
		})),
	},
	upload: {
		'numeric image ID': rewrite('numeric image ID', (data) => ({
			...data,
			[data.id === undefined ? 'uploadId' : 'id']: 4821,
		})),
		'size as text': asText('size as text', 'fileSize'),
		'dimensions null': set('dimensions null', { dimensions: null }),
		'nothing but the reference': rewrite('only the reference', ({ ref }) => ({ ref })),
	},
	download: {
		'expiresIn as text': asText('expiresIn as text', 'expiresIn'),
		'no expiresIn': without('no expiresIn', 'expiresIn'),
	},
} satisfies Record<string, Record<string, FaultAction>>;

function rewritten(given: Answer, change: (data: Data) => Data): Answer {
	if (typeof given.body !== 'string') return given;
	const envelope = parsed(given.body);
	if (!isPlainObject(envelope) || !isPlainObject(envelope.data)) return given;
	return { ...given, body: JSON.stringify({ ...envelope, data: change(envelope.data) }) };
}
