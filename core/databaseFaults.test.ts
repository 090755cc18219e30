import { mysqlFaults } from './databaseFaults.ts';
import { bigint, mysql, string, timestamp } from './index.ts';

const columns = { id: bigint(), code: string(), at: timestamp() };
const orders = (more: {
  readonly read?: 'job';
  readonly connections?: number;
  readonly key?: 'id' | 'code';
}) =>
  mysql('orders', {
    secret: 'shop/mysql',
    table: 'orders',
    key: 'id',
    watermark: 'at',
    columns,
    recording: { files: 'orders.csv' },
    ...more,
  });

test.each<[string, Parameters<typeof orders>[0], 'spark' | undefined]>([
  ['rows that land', {}, undefined],
  ['a key of texts, where they land', { key: 'code' }, undefined],
  ['a table that the job reads', { read: 'job' }, undefined],
  ['with the engine pinned', { read: 'job', connections: 1 }, 'spark'],
])('no fault: %s', (_, more, engine) => {
  expect(mysqlFaults(orders(more), engine)).toEqual([]);
});

test.each<[string, Parameters<typeof orders>[0], 'duckdb' | undefined, string]>(
  [
    [
      'the engine that has no job',
      { read: 'job' },
      'duckdb',
      'source orders is read by the Spark job, but the pipeline pins the engine ' +
        'duckdb',
    ],
    [
      'a key that makes no parts',
      { read: 'job', key: 'code' },
      undefined,
      'source orders is read by the Spark job in parts by its key "code": it ' +
        'must be an int or a bigint',
    ],
    [
      'no connection',
      { read: 'job', connections: 0 },
      undefined,
      'source orders: connections is 0: it must be a whole number from 1',
    ],
    [
      'connections of what lands',
      { connections: 4 },
      undefined,
      "source orders has connections, but not read: 'job'",
    ],
  ],
)('%s', (_, more, engine, fault) => {
  expect(mysqlFaults(orders(more), engine)).toEqual([fault]);
});
