import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../../core/errors.ts';
import {
  badRows,
  bigint,
  date,
  decimal,
  double,
  int,
  parquet,
  string,
  timestamp,
} from '../../core/index.ts';
import type { Source } from '../../core/source.ts';
import { testBench } from '../testing/bench.ts';
import {
  figures,
  prepare,
  refusal,
  type TestFiles,
} from '../testing/prepare.ts';

const bench = testBench();

const sasDay = { unit: 'days', since: '1960-01-01' } as const;
const arrivals = parquet('arrivals', {
  files: '**/*.parquet',
  maxRejected: 1,
  unused: ['count'],
  columns: {
    id: bigint({ from: 'cicid' }),
    arrived: date({ from: 'arrdate', epoch: sasDay }),
    port: string(),
  },
});
const rowsOf = (rows: string, types = 'DOUBLE, DOUBLE, VARCHAR') => {
  const [id, day, port] = types.split(', ');
  return {
    parquet:
      `SELECT id::${id} AS cicid, day::${day} AS arrdate, port::${port} AS port ` +
      `FROM (VALUES ${rows}) AS r(id, day, port)`,
  };
};

const read = async (source: Source, found: TestFiles) =>
  prepare(await bench(), source, found);

/** The rows of several files come in any order. */
const readSorted = async (source: Source, found: TestFiles) => {
  const result = await read(source, found);
  const rows = [...result.rows].sort((a, b) => Number(a.id) - Number(b.id));
  return { ...result, rows };
};

const refused = async (found: TestFiles, source: Source = arrivals) => {
  const error = await refusal(prepare(await bench(), source, found));
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
};

test('decodes what the file types more loosely', async () => {
  const result = await readSorted(arrivals, {
    "a/it's 1.parquet": rowsOf("(6.0, 20573, ' NYC '), (7, NULL, ' ')"),
    'a/2.parquet': rowsOf("(8.0, -1, 'SEA')"),
  });
  expect(result.rows).toEqual([
    { id: 6n, arrived: '2016-04-29', port: 'NYC' },
    { id: 7n, arrived: null, port: null },
    { id: 8n, arrived: '1959-12-31', port: 'SEA' },
  ]);
  expect(figures(result)).toMatchObject({ landed: 3, used: 3 });
});

test('sets aside what does not decode, with file, row and values', async () => {
  const result = await read(arrivals, {
    'a.parquet': rowsOf("(1, 20573, 'A'), (2.5, 20573, 'B')"),
    'b.parquet': rowsOf(
      "(3, 20573.5, 'C'), (4, 1, 'D'), (5, 'nan'::DOUBLE, 'E')",
    ),
  });
  expect(result.rows.map(({ id }) => id).sort()).toEqual([1n, 4n]);
  expect(figures(result)).toMatchObject({ landed: 5, quarantined: 3 });
  expect(result.rejects).toEqual([
    {
      path: 'a.parquet',
      line: 2,
      column: 'id',
      reason: 'id: "2.5" is not a bigint',
      raw: '{"cicid":2.5,"arrdate":20573.0,"port":"B"}',
    },
    {
      path: 'b.parquet',
      line: 1,
      column: 'arrived',
      reason: 'arrived: "20573.5" is not a date',
      raw: '{"cicid":3.0,"arrdate":20573.5,"port":"C"}',
    },
    {
      path: 'b.parquet',
      line: 3,
      column: 'arrived',
      reason: 'arrived: "nan" is not a date',
      raw: '{"cicid":5.0,"arrdate":NaN,"port":"E"}',
    },
  ]);
});

test('keeps, quarantines and takes one row for each key', async () => {
  const source = parquet('arrivals', {
    files: '*',
    columns: arrivals.columns,
    keep: "port <> 'X'",
    oneRowPer: { key: ['id'] },
  });
  const checks = [
    badRows(source, 'too early', "arrived < DATE '1970-01-01'", {
      severity: 'quarantine',
    }),
  ];
  const result = await prepare(
    await bench(),
    source,
    {
      'b.parquet': rowsOf("(1, 9000, 'B1'), (2, 1, 'B2'), (3, 9000, 'X')"),
      'a.parquet': rowsOf(
        "(1, 9000, 'A1'), (2, 9000, 'A2'), (NULL, 9000, 'N'), (NULL, 9000, 'N')",
      ),
    },
    checks,
  );
  expect(result.rows.map(({ id, port }) => `${port} ${id}`).sort()).toEqual([
    'A2 2',
    'B1 1',
    'N null',
    'N null',
  ]);
  expect(figures(result)).toEqual({
    landed: 7,
    used: 4,
    dropped: 1,
    duplicates: 1,
    quarantined: 1,
  });
  expect(result.rejects).toMatchObject([
    { path: 'b.parquet', line: 2, reason: 'too early' },
  ]);
});

describe('keys, whatever type the file gives them', () => {
  const one = parquet('arrivals', {
    files: '*',
    columns: { id: bigint() },
    oneRowPer: { key: ['id'] },
  });
  test.each<[string, string[], bigint[]]>([
    ['VARCHAR', ["'9'", "'10'", "'9'", "'100'"], [9n, 10n, 100n]],
    [
      'BIGINT',
      ['9007199254740993', '9007199254740994', '9007199254740993'],
      [9007199254740993n, 9007199254740994n],
    ],
    [
      'BIGINT',
      ['9007199254740992', '9007199254740993', '9007199254740993'],
      [9007199254740992n, 9007199254740993n],
    ],
    ['BIGINT', ['-5', '5', '-5'], [-5n, 5n]],
    ['INTEGER', ['0', '0', '0'], [0n]],
    ['DOUBLE', ['-1.0', '3', '-1', '3'], [-1n, 3n]],
    ['BIGINT', ['NULL', 'NULL'], []],
  ])('%s %j', async (type, keys, expected) => {
    const found = keys.map((key) => `(${key}::${type})`).join(', ');
    const result = await read(one, {
      'a.parquet': { parquet: `SELECT id FROM (VALUES ${found}) AS r(id)` },
    });
    const known = keys.filter((key) => key !== 'NULL').length;
    expect(
      result.rows
        .flatMap(({ id }) => (id === null ? [] : [BigInt(id as bigint)]))
        .sort((a, b) => Number(a - b)),
    ).toEqual(expected);
    expect(figures(result).duplicates).toBe(known - expected.length);
  });
});

test('unsigned numbers and JSON are read as what holds all their values', async () => {
  const source = parquet('unsigned', {
    files: '*',
    columns: {
      tiny: int(),
      small: int(),
      whole: bigint(),
      large: decimal(20, 0),
      note: string(),
    },
  });
  const { rows } = await read(source, {
    'a.parquet': {
      parquet:
        'SELECT 255::UTINYINT AS tiny, 65535::USMALLINT AS small, ' +
        '4294967295::UINTEGER AS whole, 18446744073709551615::UBIGINT AS ' +
        `large, '{"a": 1}'::JSON AS note`,
    },
  });
  expect(rows).toEqual([
    {
      tiny: 255,
      small: 65535,
      whole: 4294967295n,
      large: '18446744073709551615',
      note: '{"a": 1}',
    },
  ]);
});

test('nanoseconds are refused, with a zone and without', async () => {
  const source = parquet('moments', {
    files: '*',
    columns: { at: timestamp() },
  });
  const folder = (await bench()).folder;
  const { db } = await bench();
  const file = join(folder, 'ns.parquet');
  await db.run(
    `COPY (SELECT TIMESTAMP_NS '2020-01-01 00:00:00.123456789' AS at) TO ` +
      `'${file}' (FORMAT parquet)`,
  );
  const local = await readFile(file);
  // The footer's TimestampType: whether it is an instant in UTC, then the unit.
  const at = local.indexOf(Buffer.from('8c121c3c', 'hex'));
  const utc = Buffer.from(local);
  utc[at + 1] = 0x11;
  for (const body of [local, utc])
    expect((await refused({ 'a.parquet': body }, source)).message).toBe(
      'source moments, file a.parquet, column at: column "at" is ' +
        'TIMESTAMP_NS in the file, but at is declared as timestamp',
    );
});

test('a file without rows', async () => {
  const { rows, counts } = await read(arrivals, {
    'a.parquet': { parquet: `${rowsOf("(1, 1, 'A')").parquet} WHERE false` },
  });
  expect(rows).toEqual([]);
  expect(counts).toMatchObject({ files: 1, landed: 0, used: 0 });
});

test('columns in another order in the second file', async () => {
  const { rows } = await readSorted(arrivals, {
    'a.parquet': rowsOf("(1, 0, 'A')"),
    'b.parquet': {
      parquet: "SELECT 'B' AS port, 1::DOUBLE AS arrdate, 2::DOUBLE AS cicid",
    },
  });
  expect(rows).toEqual([
    { id: 1n, arrived: '1960-01-01', port: 'A' },
    { id: 2n, arrived: '1960-01-02', port: 'B' },
  ]);
});

describe('files that are refused', () => {
  const good = rowsOf("(1, 0, 'A')");
  test.each<[string, TestFiles[string], string | RegExp]>([
    [
      'a type that cannot become the declared one',
      rowsOf('(1, 0, 7)', 'DOUBLE, DOUBLE, INTEGER'),
      'column port: column "port" is INTEGER in the file, but port is declared ' +
        'as string',
    ],
    ...['TIMESTAMP_NS', 'TIME', 'BLOB', 'UUID', 'UBIGINT'].map(
      (type): [string, TestFiles[string], RegExp] => [
        `${type} that cannot become a whole number`,
        { parquet: `SELECT NULL::${type} AS cicid, 0 AS arrdate, 'A' AS port` },
        RegExp(
          `column id: column "cicid" is ${type} in the file, but id is declared`,
        ),
      ],
    ),
    [
      'a missing column',
      { parquet: 'SELECT 1::DOUBLE AS cicid, 0::DOUBLE AS arrdate' },
      /column port: column "port" is missing\. Found: "cicid", "arrdate"/,
    ],
    [
      'a renamed column',
      { parquet: "SELECT 1 AS cicid, 0 AS arrdate, 'A' AS ports" },
      /column "port" is missing \(renamed to "ports"\?\)/,
    ],
    [
      'an added column',
      { parquet: "SELECT 1 AS cicid, 0 AS arrdate, 'A' AS port, 1 AS visa" },
      /column visa: column "visa" is not declared/,
    ],
    ['text', 'cicid,arrdate,port\n1,0,A\n', /no whole Parquet file/],
    ['half a file', Buffer.from('PAR1 and no more'), /no whole Parquet file/],
    ['an empty file', '', /no whole Parquet file/],
    [
      'another type than in the file before',
      rowsOf("(1.5, 0, 'A')", 'VARCHAR, DOUBLE, VARCHAR'),
      'column id: column "cicid" is VARCHAR in this file, but DOUBLE in ' +
        'a.parquet',
    ],
  ])('%s', async (_, file, message) => {
    const error = await refused({ 'a.parquet': good, 'b.parquet': file });
    if (typeof message === 'string')
      expect(error.message).toBe(`source arrivals, file b.parquet, ${message}`);
    else expect(error.message).toMatch(message);
    expect(error.place).toMatchObject({
      source: 'arrivals',
      file: 'b.parquet',
    });
  });

  test('too many rows that do not decode', async () => {
    const strict = parquet('arrivals', {
      files: '*',
      columns: { n: int(), x: double() },
    });
    const error = await refused(
      {
        'a.parquet': {
          parquet:
            'SELECT n::DOUBLE AS n, 1::DOUBLE AS x ' +
            'FROM (VALUES (1), (0.5), (1.5)) AS r(n)',
        },
      },
      strict,
    );
    expect(error.message).toBe(
      'source arrivals, file a.parquet, line 2, column n: 2 of 3 records do ' +
        'not decode, more than the share of 0.5 that is allowed; the first: ' +
        'n: "0.5" is not an int',
    );
  });
});
