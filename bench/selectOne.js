// The least that any answer from DuckDB costs on this machine.
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.runAndReadAll('SELECT 1');
connection.closeSync();
instance.closeSync();
