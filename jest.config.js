/** Tests are `.mts` so that the stock n8n lint, which is meant for shipped code, leaves them alone. */
module.exports = {
	testEnvironment: '<rootDir>/test/jest/environment.cjs',
	runtime: '<rootDir>/test/jest/runtime.cjs',
	// A busy machine is no reason to fail: nothing here is about how long something takes.
	testTimeout: 300_000,
	testMatch: ['<rootDir>/test/**/*.test.mts'],
	// They take minutes: `npm run test:faults`.
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/heavy/'],
	modulePathIgnorePatterns: ['<rootDir>/dist/'],
	transform: {
		'\\.(ts|mts)$': [
			'@swc/jest',
			{
				jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
				module: { type: 'commonjs' },
			},
		],
	},
};
