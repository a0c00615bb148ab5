import { Failure } from './failure';

const LOCAL_HOST = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The base URL of the API as it is used, without a trailing slash, credentials or query.
 * @throws Failure where it is none, or would send the key unencrypted over a network
 */
export function baseUrlFrom(entered: string): string {
	const url = URL.canParse(entered) ? new URL(entered) : undefined;
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw unusable(
			"The base URL of the credential 'ImaginePDF API' is not a web address",
			'Enter it as in the default: https://api.imaginepdf.com/api/v1',
		);
	}
	if (url.protocol === 'http:' && !LOCAL_HOST.test(url.hostname)) {
		throw unusable(
			"The base URL of the credential 'ImaginePDF API' is not encrypted",
			'With http:// anyone on the way could read the API key. Use https://, or a local address.',
		);
	}
	return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** A credential that cannot be used as it is. */
export function unusable(message: string, description: string): Failure {
	return new Failure({ message, description, code: 'CREDENTIAL', fromService: false });
}
