// By name, so that a bundler finds them: the package is a CommonJS module.
export { DuckDBInstance, JSDuckDBValueConverter } from '@duckdb/node-api';
