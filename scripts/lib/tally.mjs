/** What several checks came to; every suite of this repository ends with the line it prints. */
export class Tally {
	passed = 0;
	failed = 0;

	add({ passed, failed }) {
		this.passed += passed;
		this.failed += failed;
	}

	/** Adds one check. */
	check(passed) {
		this.add(passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
	}

	/** Prints the closing line and sets the exit code by it. */
	close() {
		process.stdout.write(`${this.passed} passed, ${this.failed} failed\n`);
		process.exitCode = this.failed === 0 ? 0 : 1;
	}
}
