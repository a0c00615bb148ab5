/** What a request is for, whichever generation it speaks. */
export type ApiRoute =
	| ('designs' | 'design' | 'tree' | 'preview' | 'upload' | 'me')
	| ('submit' | 'status' | 'download' | 'generate');

export const STORAGE_ROUTES = ['zip', 'pdf', 'image', 'thumbnail'] as const;
export type StorageRoute = (typeof STORAGE_ROUTES)[number];

/** `unknown` is a path that nothing answers to. */
export type RouteName = ApiRoute | StorageRoute | 'unknown';
