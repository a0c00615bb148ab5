import type { Clock } from '../../nodes/ImaginePdf/core/ports.ts';
import { Hooks } from './hooks.mts';
import { RequestLog } from './http/log.mts';
import { JobStore } from './jobs/store.mts';
import { Ledger } from './ledger.mts';
import type { Design, Generation, Workspace } from './model.mts';
import type { Behaviour } from './options.mts';
import { PictureStore } from './pictures.mts';
import { idMaker, seededRandom } from './random.mts';
import { Presigner } from './storage/presign.mts';
import { StorageShelf } from './storage/shelf.mts';
import type { Rules } from './values.mts';

export interface WorldDeps {
	behaviour: Behaviour;
	clock: Clock;
	seed: number;
	/** Aborts when the emulator closes. */
	closing: AbortSignal;
}

/** All that the emulated service holds; handlers get nothing else. */
export class World {
	readonly behaviour: Behaviour;
	readonly clock: Clock;
	readonly closing: AbortSignal;
	readonly hooks = new Hooks();
	readonly log = new RequestLog(this.hooks);
	readonly ledger = new Ledger(this.hooks);
	readonly pictures = new PictureStore();
	readonly newId: (prefix: string) => string;
	readonly presigner: Presigner;
	readonly jobs: JobStore;
	readonly shelf: StorageShelf;
	private readonly workspaces = new Map<string, Workspace>();

	constructor(deps: WorldDeps) {
		this.behaviour = deps.behaviour;
		this.clock = deps.clock;
		this.closing = deps.closing;
		this.newId = idMaker(seededRandom(deps.seed));
		this.presigner = new Presigner(this.newId('secret'), deps.clock);
		this.jobs = new JobStore(this);
		this.shelf = new StorageShelf(this);
	}

	addWorkspace(workspace: Workspace): void {
		this.workspaces.set(workspace.key, workspace);
	}

	/** A further key for a workspace, as its owner makes one; the old one goes on to work. */
	addKey(existing: string, added: string): void {
		this.workspaces.set(added, this.workspace(existing));
	}

	workspaceOf(key: string): Workspace | undefined {
		return this.workspaces.get(key);
	}

	/** @throws Error when there is no such workspace: a slip in the test */
	workspace(key: string): Workspace {
		const workspace = this.workspaces.get(key);
		if (!workspace) throw new Error(`The emulator has no workspace with the key ${key}`);
		return workspace;
	}

	/** What decides what this workspace's rows print. */
	rulesFor(workspaceId: string, generation: Generation): Rules {
		const { choices } = this.behaviour;
		return { choices, generation, pictures: this.pictures.of(workspaceId) };
	}

	/** A presigned URL of the storage, valid from now. */
	presigned(path: string): string {
		return this.presigner.sign(path, this.behaviour.urlExpirySeconds);
	}
}

/** Designs in the order of the list. */
export function designsOf(workspace: Workspace): Design[] {
	return [...workspace.designs.values()];
}
