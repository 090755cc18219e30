import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const TYPED = `SELECT * FROM (VALUES
  (1, 9223372036854775807, 1.5::DOUBLE, true, DATE '2024-02-29',
   TIMESTAMP '2024-02-29 23:59:59.123', 123456789012.34::DECIMAL(14,2),
   12345678901234567890123456789012345.678::DECIMAL(38,3), 'Zoë – 東京 🚲 ''x'''),
  (-2147483648, -9223372036854775808, 'NaN'::DOUBLE, false, DATE '1969-12-31',
   TIMESTAMP '1969-12-31 23:59:59.999', -0.05, -0.001, ''),
  (3, 9007199254740993, 'inf'::DOUBLE, true, DATE '1582-10-15',
   TIMESTAMP '1900-01-01 00:00:00', 0.00, 0.000, E'line\\nbreak\\ttab'),
  (4, 0, 1e300, false, DATE '0001-01-01', TIMESTAMP '0001-01-01 00:00:00.5',
   1.10, 10.100, 'null'),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
) t(i, b, d, f, day, ts, dec, big, txt)`;

/** The rows of `crime.typed` as query() should give them, in order of i. */
export const TYPED_ROWS = [
  [
    ...[-2147483648, -9223372036854775808n, Number.NaN, false, '1969-12-31'],
    ...['1969-12-31 23:59:59.999', '-0.05', '-0.001', ''],
  ],
  [
    ...[1, 9223372036854775807n, 1.5, true, '2024-02-29'],
    ...['2024-02-29 23:59:59.123', '123456789012.34'],
    ...['12345678901234567890123456789012345.678', "Zoë – 東京 🚲 'x'"],
  ],
  [
    ...[3, 9007199254740993n, Number.POSITIVE_INFINITY, true, '1582-10-15'],
    ...['1900-01-01 00:00:00.000', '0.00', '0.000', 'line\nbreak\ttab'],
  ],
  [
    ...[4, 0n, 1e300, false, '0001-01-01', '0001-01-01 00:00:00.500'],
    ...['1.10', '10.100', 'null'],
  ],
  Array(9).fill(null),
];

const TYPED_COLUMNS = [
  { name: 'i', type: 'int' },
  { name: 'b', type: 'bigint' },
  { name: 'd', type: 'double' },
  { name: 'f', type: 'boolean' },
  { name: 'day', type: 'date' },
  { name: 'ts', type: 'timestamp' },
  { name: 'dec', type: 'decimal(14,2)' },
  { name: 'big', type: 'decimal(38,3)' },
  { name: 'txt', type: 'string' },
];

/** Partition values of `loans.loans`: date, int and string, one NULL. */
export const PARTS = [
  { d: '1969-07-20', n: '-1', s: 'São Paulo/100% #1?' },
  { d: '2022-10-01', n: '7', s: "O'Brien=x" },
  { d: '2022-10-02', n: '2147483647', s: null },
];

const LOANS_COLUMNS = [
  // First on purpose: Trino wants partition columns last.
  { name: 'd', type: 'date' },
  { name: 'n', type: 'int' },
  { name: 's', type: 'string' },
  { name: 'id', type: 'bigint' },
  { name: 'amount', type: 'decimal(14,2)' },
];

const catalog = (database: string, tables: object) =>
  JSON.stringify({ database, version: 1, tables });

/** Ledger lines; the second lacks fields and its time is of ISO form. */
export const RUN_LINES = [
  '{"run":"R1","rows":9007199254740993,"at":"2025-05-31 10:11:12.345","ok":true,"cost":12.50,"note":"ü"}',
  '{"run":"R2","at":"2025-05-31T10:11:12.345Z","extra":{"a":[1]}}',
];

/** Writes a small lake to `dir`: databases crime and loans, and a ledger. */
export async function writeLake(dir: string): Promise<void> {
  const duck = await (await DuckDBInstance.create(':memory:')).connect();
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  const copy = async (sql: string, folder: string) => {
    await mkdir(join(dir, folder), { recursive: true });
    const file = join(dir, folder, 'part-0.parquet').replaceAll("'", "''");
    await duck.run(`COPY (${sql}) TO '${file}' (FORMAT parquet)`);
  };
  const typed = 'tables/crime/typed/run=R1/';
  await copy(TYPED, typed);
  const parts = PARTS.map((values, i) => {
    const path = `d=${values.d}/s=${encodeURIComponent(values.s ?? '')}`;
    return { values, location: `tables/loans/loans/run=R${i}/${path}/` };
  });
  for (const [i, { location }] of parts.entries()) {
    await copy(
      `SELECT ${i}::BIGINT AS id, ${i}.25::DECIMAL(14,2) AS amount`,
      location,
    );
  }
  await put(
    'catalog/crime.json',
    catalog('crime', {
      typed: {
        ...{ columns: TYPED_COLUMNS, partitionBy: [] },
        partitions: [{ values: {}, location: typed }],
      },
      empty: { columns: TYPED_COLUMNS, partitionBy: [], partitions: [] },
    }),
  );
  await put(
    'catalog/loans.json',
    catalog('loans', {
      loans: {
        ...{ columns: LOANS_COLUMNS, partitionBy: ['d', 'n', 's'] },
        partitions: parts,
      },
      none: { columns: LOANS_COLUMNS, partitionBy: ['d'], partitions: [] },
    }),
  );
  await put('ops/runs/R1.jsonl', `${RUN_LINES.join('\n')}\n`);
  duck.disconnectSync();
}
