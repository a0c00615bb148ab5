const { testPathIgnorePatterns, ...config } = require('./jest.config.js');

/** What takes minutes: every fault at every step, and random ones by the thousand. */
module.exports = {
	...config,
	testMatch: ['<rootDir>/test/heavy/**/*.test.mts'],
	testTimeout: 600_000,
};
