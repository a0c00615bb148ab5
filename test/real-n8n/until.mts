const POLL_MS = 150;

/**
 * Asks until the answer is there: something other than `undefined`.
 * @param what the end of "Waited N s for …"
 * @throws Error when it is not there within `timeoutMs`
 */
export async function until<T>(
	what: string,
	ask: () => Promise<T | undefined> | T | undefined,
	timeoutMs = 60_000,
): Promise<T> {
	const deadline = performance.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (performance.now() > deadline) {
			throw new Error(`Waited ${Math.round(timeoutMs / 1000)} s for ${what}`);
		}
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
}

/** As `until`, for something that takes part in the wait by its own promise. */
export async function within<T>(what: string, work: Promise<T>, timeoutMs = 60_000): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(
			() => reject(new Error(`Waited ${Math.round(timeoutMs / 1000)} s for ${what}`)),
			timeoutMs,
		);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
