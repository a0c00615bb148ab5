/** Counts the checks of a suite. Every suite ends with the line that `close` prints. */
export class Tally {
	passed = 0;
	failed = 0;

	add({ passed, failed }: { passed: number; failed: number }): void {
		this.passed += passed;
		this.failed += failed;
	}

	/** Adds one check. */
	check(passed: boolean): void {
		if (passed) this.passed += 1;
		else this.failed += 1;
	}

	/** Prints the closing line and sets the exit code. */
	close(): void {
		process.stdout.write(`${this.passed} passed, ${this.failed} failed\n`);
		process.exitCode = this.failed === 0 ? 0 : 1;
	}
}
