export default {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: [
    '<rootDir>/\\.cache/',
    '<rootDir>/\\.tributary/',
    '<rootDir>/test/.*/fixture/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '/loadStateMachine\\.ts$': '<rootDir>/test/loadStateMachineInJest.ts',
  },
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  testTimeout: 60_000,
  maxWorkers: 2,
};
