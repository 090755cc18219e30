import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTS, TYPED_ROWS, writeLake } from './harness.lake.ts';
import { ensureTrino } from './install.ts';
import { query, TrinoError } from './query.ts';
import { register, registerOps } from './register.ts';
import { startTrino } from './server.ts';

// Shows that the harness gives back what DuckDB wrote. Run by hand:
//   node test/athena/harness.check.ts [cache folder]
const cache = process.argv[2] ?? join(import.meta.dirname, '../../.cache');
const temp = await mkdtemp(join(tmpdir(), 'athena-check-'));
const lake = join(temp, 'lake');

const timed = async <T>(what: string, work: Promise<T>): Promise<T> => {
  const start = Date.now();
  const result = await work;
  console.log(`ok ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return result;
};

const checkTyped = async (url: string) => {
  const { columns, rows } = await query(
    url,
    'SELECT * FROM crime.typed ORDER BY i',
  );
  assert.deepEqual(rows, TYPED_ROWS);
  assert.deepEqual(
    columns.map(({ type }) => type),
    [
      ...['integer', 'bigint', 'double', 'boolean', 'date', 'timestamp(3)'],
      ...['decimal(14,2)', 'decimal(38,3)', 'varchar'],
    ],
  );
  const pushed = await query(
    url,
    "SELECT i FROM typed WHERE ts < TIMESTAMP '1970-01-01' AND dec = -0.05",
    { schema: 'crime' },
  );
  assert.deepEqual(pushed.rows, [[-2147483648]]);
};

const checkPartitions = async (url: string) => {
  const { columns, rows } = await query(
    url,
    'SELECT * FROM loans.loans ORDER BY id',
  );
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['id', 'amount', 'd', 'n', 's'],
  );
  assert.deepEqual(
    rows,
    PARTS.map(({ d, n, s }, i) => [BigInt(i), `${i}.25`, d, Number(n), s]),
  );
  const one = await query(
    url,
    "SELECT id FROM loans.loans WHERE d = DATE '1969-07-20' AND n < 0",
  );
  assert.deepEqual(one.rows, [[0n]]);
  for (const table of ['crime.empty', 'loans.none']) {
    const none = await query(url, `SELECT count(*) FROM ${table}`);
    assert.deepEqual(none.rows, [[0n]]);
  }
};

const checkOps = async (url: string) => {
  const runs = [
    { name: 'run', type: 'string' },
    { name: 'rows', type: 'bigint' },
    { name: 'at', type: 'timestamp' },
    { name: 'ok', type: 'boolean' },
    { name: 'cost', type: 'decimal(14,2)' },
    { name: 'note', type: 'string' },
  ];
  const checks = [{ name: 'name', type: 'string' }];
  await registerOps(url, lake, { runs, checks });
  const { rows } = await query(url, 'SELECT * FROM ops.runs ORDER BY run');
  const at = '2025-05-31 10:11:12.345';
  assert.deepEqual(rows, [
    ['R1', 9007199254740993n, at, true, '12.50', 'ü'],
    ['R2', null, at, null, null, null],
  ]);
  assert.deepEqual((await query(url, 'SELECT * FROM ops.checks')).rows, []);
};

const checkErrors = async (url: string) => {
  await assert.rejects(
    query(url, 'SELECT nope\nFROM crime.typed'),
    (error: unknown) =>
      error instanceof TrinoError &&
      error.errorName === 'COLUMN_NOT_FOUND' &&
      error.message.endsWith('in: SELECT nope'),
  );
};

try {
  const installed = await timed('install', ensureTrino(cache));
  await timed('lake written by DuckDB', writeLake(lake));
  const dataDir = join(temp, 'trino');
  const trino = await timed('start', startTrino({ ...installed, dataDir }));
  try {
    const { url } = trino;
    await timed('register', register(url, lake));
    await timed('types', checkTyped(url));
    await timed('partitions', checkPartitions(url));
    await timed('register again', register(url, lake));
    assert(existsSync(join(lake, 'tables/crime/typed/run=R1/part-0.parquet')));
    await timed('partitions again', checkPartitions(url));
    await timed('ledger', checkOps(url));
    await timed('errors', checkErrors(url));
  } finally {
    await timed('stop', trino.stop());
  }
} finally {
  await rm(temp, { recursive: true, force: true });
}
