import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

/** What each refusal means for the person who enters the key (docs/imaginepdf-api.md, "Errors"). */
const REFUSALS: ReadonlyArray<readonly [code: string, message: string]> = [
	['INVALID_API_KEY', 'ImaginePDF does not accept this API key. Copy it again from ImaginePDF.'],
	['UNAUTHORIZED', 'ImaginePDF did not get an API key. Enter the API key of your workspace.'],
	['API_KEY_EXPIRED', 'This API key has expired. Create a new one in ImaginePDF.'],
	[
		'INSUFFICIENT_PERMISSIONS',
		'The ImaginePDF plan of this workspace does not include API access. Change the plan, or use the key of another workspace.',
	],
	[
		'FORBIDDEN',
		'This API key has no access to the ImaginePDF API. Check the plan of its workspace.',
	],
];

/**
 * An http: address that is not this computer. The test is a declaration, so that it cannot refuse
 * such an address as the node does; it is made one to which nothing can be sent.
 */
const UNENCRYPTED =
	'/^http:(?!\\/\\/(localhost|[a-z0-9.-]+\\.localhost|127(\\.\\d+){3}|\\[::1\\])(:\\d+)?([/?#]|$))/i';

/** As `baseUrlFrom` of the node: without slashes at its end, and with the API's path where it has none. */
const BASE_URL =
	'$credentials.baseUrl.trim().replace(/\\/+$/, "").replace(/^(https?:\\/\\/[^\\/?#]+)$/i, "$1/api/v1")';

export class ImaginePdfApi implements ICredentialType {
	name = 'imaginePdfApi';

	displayName = 'ImaginePDF API';

	icon: Icon = {
		light: 'file:../nodes/ImaginePdf/imaginePdf.svg',
		dark: 'file:../nodes/ImaginePdf/imaginePdf.dark.svg',
	};

	documentationUrl = 'https://github.com/imaginepdf/n8n-nodes-imaginepdf#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. pc_live_…',
			description: 'The API key of your ImaginePDF workspace',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.imaginepdf.com/api/v1',
			placeholder: 'e.g. https://api.imaginepdf.com/api/v1',
			description:
				'Where the API is. Change it only if your requests go through a proxy of your own, and keep https:// unless that is on this computer: the key is not sent to another http:// address.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-API-Key': '={{ $credentials.apiKey }}' } },
	};

	/**
	 * Statuses are not left to n8n, which knows one text per status: a wrong key and an expired one are
	 * both 401, and only the code in the envelope tells them apart. Rules are tried in this order.
	 */
	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{ ${UNENCRYPTED}.test($credentials.baseUrl.trim()) ? "https://[not encrypted]" : ${BASE_URL} }}`,
			url: '/designs',
			qs: { limit: 1 },
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
		rules: [
			...REFUSALS.map(([value, message]) => ({
				type: 'responseSuccessBody' as const,
				properties: { key: 'error.code', value, message },
			})),
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					value: 'error',
					message: 'ImaginePDF could not answer the request. Try again later.',
				},
			},
			{
				type: 'responseSuccessBody',
				properties: {
					key: 'status',
					// No envelope at all.
					value: undefined,
					message: 'The answer did not come from ImaginePDF. Check the base URL.',
				},
			},
		],
	};
}
