import type { Clock } from '../../nodes/ImaginePdf/core/ports.ts';
import { VirtualClock } from '../client/virtual-clock.mts';
import { Hooks } from './hooks.mts';
import { RequestLog } from './http/log.mts';
import { JobStore } from './jobs.mts';
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
	readonly time: Clock;
	/** The same for the work on a request: while it sleeps, the request only waits. */
	readonly clock: Clock;
	readonly closing: AbortSignal;
	readonly hooks: Hooks;
	readonly log: RequestLog;
	readonly ledger: Ledger;
	readonly pictures = new PictureStore();
	readonly newId: (prefix: string) => string;
	readonly presigner: Presigner;
	readonly jobs: JobStore;
	readonly shelf: StorageShelf;
	private readonly workspaces = new Map<string, Workspace>();
	/** Requests that are worked on. */
	private working = 0;

	constructor(private readonly deps: WorldDeps) {
		const { behaviour, clock, closing } = deps;
		this.behaviour = behaviour;
		this.closing = closing;
		this.time = clock;
		this.clock = {
			now: () => clock.now(),
			monotonicNow: () => clock.monotonicNow(),
			sleep: async (ms, signal) => await this.waiting(clock.sleep(ms, signal)),
		};
		const virtual = clock instanceof VirtualClock ? clock : undefined;
		virtual?.watch(() => this.working > 0);
		this.hooks = new Hooks(async (event) => await (virtual ? virtual.waitFor(event) : event));
		this.log = new RequestLog(this.hooks);
		this.ledger = new Ledger(this.hooks);
		this.newId = idMaker(seededRandom(deps.seed));
		this.presigner = new Presigner(this.newId('secret'), deps.clock);
		this.jobs = new JobStore(this);
		this.shelf = new StorageShelf(this);
	}

	/** Does the work on a request. */
	async work(request: () => Promise<void>): Promise<void> {
		this.working++;
		try {
			await request();
		} finally {
			this.working--;
		}
	}

	/** Within the work on a request: nothing is done for it until `event` settles. */
	async waiting<T>(event: Promise<T>): Promise<T> {
		this.working--;
		try {
			return await event;
		} finally {
			this.working++;
		}
	}

	/** Sleeps without being a reason for time to pass. */
	async sleepInBackground(ms: number): Promise<void> {
		const { clock, closing } = this.deps;
		if (clock instanceof VirtualClock) await clock.sleepInBackground(ms, closing);
		else await clock.sleep(ms, closing);
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
		return { generation, pictures: this.pictures.of(workspaceId) };
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
