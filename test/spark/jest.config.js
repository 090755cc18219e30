import base from '../../jest.config.js';

/** What needs Spark: `npm run test:spark`. One at a time: each has a JVM. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/spark/*.spark.ts'],
  testTimeout: 600_000,
  maxWorkers: 1,
};
