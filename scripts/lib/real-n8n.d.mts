/** Where an installed n8n is and how it is started. */
export interface RealN8n {
	version: string;
	major: 1 | 2;
	/** Where it is installed. */
	folder: string;
	/** The Node 24 binary that runs it. */
	node: string;
	/** n8n's command-line script. */
	bin: string;
	/** What this version needs in its environment. */
	env: Record<string, string>;
}

export const N8N_VERSIONS: Record<1 | 2, string>;

/** The folder that keeps what is heavy, outside the checkout. */
export function cacheFolder(): string;

/** Makes sure that an n8n of this major is installed, and tells where. */
export function installN8n(major: 1 | 2, say?: (line: string) => void): Promise<RealN8n>;

/** The n8n of this major, if it is installed already. */
export function installedN8n(major: 1 | 2): RealN8n | undefined;
