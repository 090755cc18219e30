import fc from 'fast-check';
import {
  bigint,
  boolean,
  type Column,
  date,
  decimal,
  double,
  int,
  string,
  timestamp,
} from '../../core/index.ts';
import { testBench } from '../testing/bench.ts';
import { type Bounds, fromPhysical } from './columnSql.ts';

const bench = testBench();

/** Decodes a typed value: its text, `rejected`, or `refused` for its type. */
const decode = async (found: string, value: string, column: Column) => {
  const { db } = await bench();
  const sql = fromPhysical('raw', found, { name: 'c', ...column });
  if (!sql) return 'refused';
  await db.run("SET TimeZone = 'America/New_York'");
  const { bad = () => 'false' } = sql;
  const row = await db.row(
    `SELECT CAST(v AS VARCHAR) AS v, ${bad('t', 'v')} AS bad FROM ` +
      `(SELECT t, ${sql.value('t')} AS v FROM (SELECT ${sql.input} AS t FROM ` +
      `(SELECT CAST(${value} AS ${found}) AS raw)))`,
  );
  return row.bad ? 'rejected' : row.v;
};

const sasDay = date({ epoch: { unit: 'days', since: '1960-01-01' } });

describe('columns of typed files', () => {
  test.each<[string, string, Column, string | null]>([
    ['DOUBLE', '20566', int(), '20566'],
    ['DOUBLE', '-2147483648', int(), '-2147483648'],
    ['DOUBLE', '2147483648', int(), 'rejected'],
    ['DOUBLE', '1.5', int(), 'rejected'],
    ['DOUBLE', "'nan'", int(), 'rejected'],
    ['DOUBLE', 'NULL', int(), null],
    ['DOUBLE', '9007199254740992', bigint(), '9007199254740992'],
    ['DOUBLE', '1e19', bigint(), 'rejected'],
    ['DOUBLE', "'-inf'", bigint(), 'rejected'],
    ['DOUBLE', '0.1', double(), '0.1'],
    ['DOUBLE', "'nan'", double(), 'rejected'],
    ['DOUBLE', "'inf'", double(), 'rejected'],
    ['DOUBLE', '20566', sasDay, '2016-04-22'],
    ['DOUBLE', '-1', sasDay, '1959-12-31'],
    ['DOUBLE', '20566.5', sasDay, 'rejected'],
    ['DOUBLE', "'nan'", sasDay, 'rejected'],
    ['DOUBLE', '1e10', sasDay, 'rejected'],
    ['DOUBLE', 'NULL', sasDay, null],
    ['DOUBLE', '1', string(), 'refused'],
    ['DOUBLE', '1', decimal(6, 2), 'refused'],
    ['DOUBLE', '1', boolean(), 'refused'],
    ['DOUBLE', '1', date(), 'refused'],
    ['FLOAT', '0.1', double(), '0.10000000149011612'],
    ['FLOAT', '3', int(), '3'],
    ['FLOAT', '3.5', int(), 'rejected'],
    ['VARCHAR', "' 12 '", int(), '12'],
    ['VARCHAR', "'twelve'", int(), 'rejected'],
    ['VARCHAR', "' '", string(), null],
    ['VARCHAR', "'2016-04-31'", date(), 'rejected'],
    ['INTEGER', '7', int(), '7'],
    ['SMALLINT', '7', int(), '7'],
    ['TINYINT', '7', bigint(), '7'],
    ['BIGINT', '7', int(), 'refused'],
    ['BIGINT', '7', double(), 'refused'],
    ['UINTEGER', '4294967295', bigint(), '4294967295'],
    ['UINTEGER', '7', int(), 'refused'],
    ['UBIGINT', '7', bigint(), 'refused'],
    ['UBIGINT', '7', decimal(6, 2), '7.00'],
    ['UBIGINT', '12345', decimal(6, 2), 'rejected'],
    ['UTINYINT', '255', int(), '255'],
    ['USMALLINT', '65535', sasDay, '2139-06-06'],
    ['INTEGER', '20566', sasDay, '2016-04-22'],
    ['BIGINT', '9999999999', sasDay, 'rejected'],
    ['BIGINT', 'NULL', sasDay, null],
    ['BOOLEAN', 'true', boolean(), 'true'],
    ['BOOLEAN', 'true', string(), 'refused'],
    ['DATE', "'2016-04-30'", date(), '2016-04-30'],
    ['DATE', "'2016-04-30'", timestamp(), 'refused'],
    ['TIMESTAMP', "'2016-04-30 01:02:03'", timestamp(), '2016-04-30 01:02:03'],
    [
      'TIMESTAMP_S',
      "'2016-04-30 01:02:03'",
      timestamp(),
      '2016-04-30 01:02:03',
    ],
    ['TIMESTAMP_NS', "'2016-04-30 01:02:03'", timestamp(), 'refused'],
    [
      'TIMESTAMP WITH TIME ZONE',
      "'2016-04-30 01:02:03+00'",
      timestamp(),
      '2016-04-30 01:02:03',
    ],
    ['TIMESTAMP', "'2016-04-30 01:02:03'", date(), 'refused'],
    ['DECIMAL(6,2)', '1.25', decimal(6, 2), '1.25'],
    ['DECIMAL(10,3)', '1.250', decimal(6, 2), '1.25'],
    ['DECIMAL(10,3)', '1.255', decimal(6, 2), 'rejected'],
    ['DECIMAL(10,0)', '123456', decimal(6, 2), 'rejected'],
    ['DECIMAL(10,3)', 'NULL', decimal(6, 2), null],
    ['BLOB', "'x'", string(), 'refused'],
    ['INTEGER[]', '[1]', string(), 'refused'],
  ])('%s %s as %j is %s', async (found, value, column, expected) => {
    expect(await decode(found, value, column)).toBe(expected);
  });
});

describe('allGood', () => {
  const columns: readonly Column[] = [double(), int(), bigint(), sasDay];
  const value = fc.oneof(
    fc.integer().map(String),
    fc.integer({ min: -3_000_000, max: 3_000_000 }).map(String),
    fc.double().map((n) => (Number.isFinite(n) ? String(n) : `'${n}'`)),
    fc.constantFrom('NULL', "'nan'", "'inf'", "'-inf'", '2147483648', '1e300'),
  );

  const toNumber = (sql: string) =>
    Number(sql.replaceAll("'", '').replace('inf', 'Infinity'));

  test('is true only where no value is bad', async () => {
    const { db } = await bench();
    let good = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...columns),
        fc.array(value, { maxLength: 4 }),
        fc.boolean(),
        async (column, values, isBounded) => {
          const sql = fromPhysical('raw', 'DOUBLE', { name: 'c', ...column });
          const rows = ['NULL', ...values].map((v) => `(CAST(${v} AS DOUBLE))`);
          const known = values.map(toNumber).filter((n) => !Number.isNaN(n));
          const bounds: Bounds | undefined =
            isBounded && known.length > 0
              ? [Math.min(...known), Math.max(...known)]
              : undefined;
          const { isGood, bad } = await db.row(
            `SELECT ${sql?.allGood?.('t', bounds)} AS "isGood", ` +
              `count(*) FILTER (${sql?.bad?.('t', 'v')}) AS bad FROM ` +
              `(SELECT *, ${sql?.value('t')} AS v FROM (SELECT ` +
              `raw AS t FROM (VALUES ${rows.join(', ')}) AS x(raw)))`,
          );
          expect(isGood).not.toBeNull();
          if (isGood) {
            good++;
            expect(bad).toBe(0n);
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(good).toBeGreaterThan(20);
  });
});
