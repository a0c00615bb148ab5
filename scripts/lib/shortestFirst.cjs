const { default: Sequencer } = require('@jest/test-sequencer');

/** The shortest tests first: with `--bail`, most changes are noticed within seconds. */
module.exports = class extends Sequencer {
	sort(tests) {
		return [...super.sort(tests)].sort((a, b) => (a.duration ?? 1e6) - (b.duration ?? 1e6));
	}
};
