/** What a request is for, whichever generation it speaks. */
export const API_ROUTES = [
	'designs',
	'design',
	'tree',
	'submit',
	'status',
	'download',
	'generate',
	'preview',
	'upload',
	'me',
] as const;

export const STORAGE_ROUTES = ['zip', 'pdf', 'image', 'thumbnail'] as const;

export type ApiRoute = (typeof API_ROUTES)[number];
export type StorageRoute = (typeof STORAGE_ROUTES)[number];
/** `unknown` is a path that nothing answers to. */
export type RouteName = ApiRoute | StorageRoute | 'unknown';
