import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';

import { PLANS, workspaceOf, type NewWorkspace, type PlanName } from './content.mts';
import type { FaultSchedule } from './faults/schedule.mts';
import type { EmulatorEvents } from './hooks.mts';
import type { LoggedRequest } from './http/log.mts';
import { stateAt } from './jobs.mts';
import type { Charge, Design, Job, JobState, Row } from './model.mts';
import type { Behaviour } from './options.mts';
import { pictureOf, type Upload } from './pictures.mts';
import { PICTURES } from './sample-pictures.mts';
import { designsOf, type World } from './world.mts';

/** A running emulator, as tests hold it. */
export class Emulator {
	constructor(
		private readonly world: World,
		/** What is to go wrong; see `faults/actions.mts`. */
		readonly faults: FaultSchedule,
		/** `http://127.0.0.1:PORT/api/v1` */
		readonly baseUrl: string,
		/** Ends all connections and jobs. Safe to call twice. */
		readonly close: () => Promise<void>,
	) {}

	/** The second origin, where ZIPs and PDFs lie: `http://127.0.0.1:PORT` */
	get storageOrigin(): string {
		return this.world.presigner.origin;
	}

	/** Timing, choices the API leaves open, route generations; may be changed at any time. */
	get behaviour(): Behaviour {
		return this.world.behaviour;
	}

	/** Which generations of routes answer; may be changed at any time. */
	get generations(): Behaviour['generations'] {
		return this.world.behaviour.generations;
	}

	/** Milliseconds since the epoch by the emulator's clock. */
	now(): number {
		return this.world.clock.now();
	}

	/** Adds a workspace, or replaces the one with the same key. */
	addWorkspace(workspace: NewWorkspace): void {
		this.world.addWorkspace(workspaceOf(workspace, this.world.newId('ws')));
	}

	addDesign(workspaceKey: string, design: Design): void {
		this.world.workspace(workspaceKey).designs.set(design.designId, design);
	}

	removeDesign(workspaceKey: string, designId: string): void {
		this.world.workspace(workspaceKey).designs.delete(designId);
	}

	/** The workspace's designs, in the order of the list. */
	designs(workspaceKey: string): Design[] {
		return designsOf(this.world.workspace(workspaceKey));
	}

	/** Adds credits to what the workspace has, as its owner does. */
	addCredits(workspaceKey: string, credits: number): void {
		this.world.workspace(workspaceKey).credits += credits;
	}

	/** Moves the workspace to another plan, as its owner does. */
	changePlan(workspaceKey: string, plan: PlanName): void {
		this.world.workspace(workspaceKey).plan = PLANS[plan];
	}

	/** The credits that are left. */
	credits(workspaceKey: string): number {
		return this.world.workspace(workspaceKey).credits;
	}

	/** Every charge so far, in order. */
	get charges(): readonly Charge[] {
		return this.world.ledger.charges;
	}

	/**
	 * Gives the workspace a picture that it has had all along, by its reference.
	 * @throws Error when the bytes are no picture that the API takes
	 */
	addPicture(workspaceKey: string, ref: string, bytes: Uint8Array = PICTURES.png): void {
		const picture = pictureOf(ref, ref, bytes, this.now());
		if (!picture.ok) throw new Error(picture.reason);
		const { workspaceId } = this.world.workspace(workspaceKey);
		this.world.pictures.of(workspaceId).set(ref, picture.value);
	}

	/**
	 * Credits charged so far for rows that hold these values, over all submits and single PDFs; or for
	 * rows that a function picks.
	 */
	creditsFor(wanted: Row | ((row: Row, charge: Charge) => boolean)): number {
		if (typeof wanted === 'function') return this.world.ledger.creditsFor(wanted);
		const values = Object.entries(wanted);
		return this.world.ledger.creditsFor((row) =>
			values.every(([name, value]) => isDeepStrictEqual(row[name], value)),
		);
	}

	/** Every picture that was uploaded, in order. */
	get uploads(): readonly Upload[] {
		return this.world.pictures.uploads;
	}

	/** Every job that was accepted, with its state now. */
	get jobs(): Array<Job & { state: JobState }> {
		return this.world.jobs.all.map((job) => ({ ...job, state: stateAt(job, this.now()) }));
	}

	/** Every request so far on both origins, in order of arrival. */
	get requests(): readonly LoggedRequest[] {
		return this.world.log.entries;
	}

	/** Every presigned URL so far, in order. */
	get presignedUrls(): readonly string[] {
		return this.world.presigner.handedOut;
	}

	/** Gives the workspace with the key `existing` a further one. */
	addKey(existing: string, added: string): void {
		this.world.addKey(existing, added);
	}

	/** A job's ZIP as the storage holds it. @throws Error when there is no such job */
	async zipOf(jobId: string): Promise<Buffer> {
		const file = await this.world.shelf.zip(jobId);
		if (!file) throw new Error(`The emulator has no job ${jobId}`);
		return await buffer(file.content.read());
	}

	/** Requests that brought an API key to the storage. */
	get leaks(): readonly LoggedRequest[] {
		return this.world.log.leaks;
	}

	/** Calls `listener` for every event from now on; returns a function that ends that. */
	on<K extends keyof EmulatorEvents>(
		event: K,
		listener: (detail: EmulatorEvents[K]) => void,
	): () => void {
		return this.world.hooks.on(event, listener);
	}

	/** The next event that matches. Rejects when the emulator closes. */
	async next<K extends keyof EmulatorEvents>(
		event: K,
		matches?: (detail: EmulatorEvents[K]) => boolean,
	): Promise<EmulatorEvents[K]> {
		return await this.world.hooks.next(event, matches);
	}

	/** The next request that arrives and matches; it has not been processed yet. */
	async nextRequest(matches?: (request: LoggedRequest) => boolean): Promise<LoggedRequest> {
		return await this.next('request', matches);
	}

	/** Resolves as soon as `predicate` holds. Rejects when the emulator closes. */
	async waitFor(predicate: (emulator: Emulator) => boolean): Promise<void> {
		await this.world.hooks.until(() => predicate(this));
	}
}
