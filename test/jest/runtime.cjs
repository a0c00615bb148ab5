const { createRequire } = require('node:module');
const JestRuntime = require('jest-runtime').default;

/** The name of a package, or of a file in one. */
const PACKAGE = /^(?!node:|@jest\/)[\w@]/;

/**
 * Loads packages the way Node does, and thereby once per process instead of once per test file: n8n-core
 * alone is two thousand modules. The modules of this repository stay each file's own.
 */
module.exports = class Runtime extends JestRuntime {
	requireModuleOrMock(from, name) {
		return PACKAGE.test(name) ? createRequire(from)(name) : super.requireModuleOrMock(from, name);
	}
};
