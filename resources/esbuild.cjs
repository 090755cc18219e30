// One ES module for each function, the SDK in it. Native code comes from a
// layer, by require: ES imports do not look there.
module.exports = () => ({
  bundle: true,
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  format: 'esm',
  outputFileExtension: '.mjs',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  exclude: ['@duckdb/node-bindings'],
  concurrency: 2,
  zipConcurrency: 2,
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
