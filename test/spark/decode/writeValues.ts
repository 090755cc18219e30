import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import type { PlanColumn } from '../../../core/plan.ts';
import * as arbitrary from './arbitrary.ts';

const { numberTexts, timeTexts, epochTexts, wordTexts, flagTexts } = arbitrary;
const { reals, wholes } = arbitrary;

const textsOf = (column: PlanColumn): fc.Arbitrary<string> => {
  const { type, epoch } = column;
  if (epoch) return epochTexts;
  if (type === 'string') return wordTexts;
  if (type === 'boolean') return flagTexts;
  if (type === 'date' || type === 'timestamp') return timeTexts(column);
  return numberTexts(column);
};

/** A JSON literal: a text, a number as it stands, or what no column takes. */
const literalsOf = (column: PlanColumn): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: textsOf(column).map((t) => JSON.stringify(t)), weight: 5 },
    {
      arbitrary: fc.oneof(
        wholes.map(String),
        reals.filter(Number.isFinite).map((n) => JSON.stringify(n)),
        fc.constantFrom(
          ...['1.0', '-0.0', '1E5', '1e-7', '1.10', '20566.0', '-0', '1e400'],
        ),
      ),
      weight: 4,
    },
    {
      arbitrary: fc.constantFrom(
        'true',
        'false',
        'null',
        '[1]',
        '{"a":1}',
        '""',
      ),
      weight: 1,
    },
  );

const within = (least: bigint, most: bigint) =>
  wholes.filter((n) => n >= least && n <= most).map(String);
const [INT, BIGINT] = [2n ** 31n, 2n ** 63n];
const unsigned = (bits: bigint) =>
  fc.bigInt({ min: 0n, max: 2n ** bits - 1n }).map(String);
const days = fc.integer({ min: -719_000, max: 2_900_000 });

const cents = fc.constantFrom('00', '5', '25', '2500', '0001', '9999', '0100');

/** Physical type and values (as DuckDB casts them) of each typed column. */
const TYPED: Readonly<Record<string, readonly [string, fc.Arbitrary<string>]>> =
  {
    whole_double: ['DOUBLE', reals.map(String)],
    large_double: ['DOUBLE', reals.map(String)],
    real_double: ['DOUBLE', reals.map(String)],
    real_float: ['FLOAT', fc.float().map(String)],
    large_integer: ['INTEGER', within(-INT, INT - 1n)],
    day_double: ['DOUBLE', fc.oneof(reals.map(String), days.map(String))],
    millis_double: [
      'DOUBLE',
      fc
        .oneof(
          reals,
          days.map((d) => d * 9e7),
        )
        .map(String),
    ],
    millis_bigint: ['BIGINT', within(-BIGINT, BIGINT - 1n)],
    days_integer: ['INTEGER', within(-INT, INT - 1n)],
    money_decimal: [
      'DECIMAL(18,4)',
      fc
        .tuple(fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }), cents)
        .map(([n, rest]) => `${n}.${rest}`),
    ],
    day_date: ['DATE', days.map((d) => `epoch + ${d}`)],
    moment_timestamp: ['TIMESTAMP', days.map((d) => `epoch + ${d}`)],
    tiny_unsigned: ['UTINYINT', fc.integer({ min: 0, max: 255 }).map(String)],
    short_unsigned: [
      'USMALLINT',
      fc.integer({ min: 0, max: 65_535 }).map(String),
    ],
    whole_unsigned: ['UINTEGER', unsigned(32n)],
    large_unsigned: ['UBIGINT', unsigned(64n)],
    money_text: ['VARCHAR', numberTexts({ name: '', type: 'int' })],
    flag_boolean: ['BOOLEAN', fc.boolean().map(String)],
  };

export interface ValueOptions {
  readonly seed: number;
  /** Values for each column. */
  readonly count: number;
}

/** Each value in a record of its own, under its column; all else is blank. */
const sampled = (
  columns: readonly { name: string; values: fc.Arbitrary<string> }[],
  { seed, count }: ValueOptions,
) =>
  columns.flatMap(({ name, values }) =>
    fc
      .sample(values, { seed, numRuns: count })
      .map((value) => ({ name, value })),
  );

const field = (text: string, isQuoted: boolean) =>
  isQuoted || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const writeTexts = (
  folder: string,
  columns: readonly PlanColumn[],
  options: ValueOptions,
) => {
  mkdirSync(join(folder, 'texts'), { recursive: true });
  const names = columns.map(({ name }) => name);
  const texts = columns.map((c) => ({ name: c.name, values: textsOf(c) }));
  const all = sampled(texts, options);
  // Spark takes apart in different ways what has quotes and what has lines.
  const third = Math.ceil(all.length / 3);
  for (const [part, form] of ['plain', 'quoted', 'lines'].entries()) {
    const lines = all
      .slice(part * third, (part + 1) * third)
      .map(({ name, value }, i) => {
        const text =
          form === 'lines' && name.startsWith('words')
            ? `${value}\n"${value}`
            : value;
        const fields = names.map((n) =>
          n === name ? field(text, form !== 'plain') : '',
        );
        return `${part * third + i},${fields.join(',')}\n`;
      });
    const body = [`id,${names.join(',')}\n`, ...lines].join('');
    writeFileSync(join(folder, 'texts', `${form}.csv`), body);
  }
};

/** What parsers take in different ways: each has to be set aside. */
const oddDocuments = (name: string): string[] => [
  `{"id":-1,"${name}":1,"${name}":2}`,
  `{"id":-2,"${name}":{"a":1,"b":{},"a":2}}`,
  `{"id":-3,"${name}":"\\ud800x"}`,
  `{"id":-4,"${name}":"x\\udc00","${name} ":":"}`,
  `{"id":-5,"${name}":"a\\u0000b"}`,
  ...[199, 200, 2000].map(
    (depth) =>
      `{"id":-${depth},"${name}":${'['.repeat(depth)}${']'.repeat(depth)}}`,
  ),
];

const writeDocuments = (
  folder: string,
  columns: readonly PlanColumn[],
  options: ValueOptions,
) => {
  const all = columns.map((c) => ({ name: c.name, values: literalsOf(c) }));
  const lines = sampled(all, options).map(
    ({ name, value }, id) => `{"id":${id},"${name}":${value}}\n`,
  );
  mkdirSync(join(folder, 'documents'));
  const odd = oddDocuments(columns[0]?.name ?? '');
  writeFileSync(
    join(folder, 'documents', 'all.json'),
    `${lines.join('')}${odd.join('\n')}\n`,
  );
  writeLists(folder, lines);
};

/** The same as pages that are lists, on one line, over many, and without any. */
const writeLists = (folder: string, lines: readonly string[]) => {
  const half = lines.length >> 1;
  const odd = ['1', '"x"', 'null', '[]', '{"id":-1,"words":"\\ud800"}'];
  mkdirSync(join(folder, 'lists'));
  for (const [name, records, between] of [
    ['1', lines.slice(0, half).map((line) => line.trim()), ','],
    ['2', [...lines.slice(half), ...odd], '\n,'],
    ['3', [], ''],
  ] as const)
    writeFileSync(
      join(folder, 'lists', `${name}.json`),
      `[${records.join(between)}]\n`,
    );
};

const writeRecords = async (folder: string, options: ValueOptions) => {
  const names = Object.keys(TYPED);
  const values = sampled(
    Object.entries(TYPED).map(([name, [, of]]) => ({ name, values: of })),
    options,
  );
  const instance = await DuckDBInstance.create();
  const db = await instance.connect();
  const columns = names.map((name) => `${name} ${TYPED[name]?.[0]}`);
  await db.run(`CREATE TABLE r (id BIGINT, ${columns.join(', ')})`);
  for (const [id, { name, value }] of values.entries()) {
    const kind = TYPED[name]?.[0];
    const [, epochDay] = /^epoch \+ (-?\d+)$/.exec(value) ?? [];
    const sql = epochDay
      ? `CAST(DATE '1970-01-01' + ${epochDay} AS ${kind})`
      : `CAST($1 AS ${kind})`;
    await db.run(
      `INSERT INTO r (id, ${name}) VALUES (${id}, ${sql})`,
      epochDay ? [] : [value],
    );
  }
  const file = join(folder, 'records.parquet').replaceAll("'", "''");
  await db.run(`COPY r TO '${file}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
};

/**
 * Writes generated values for the pipeline `values`, in CSV, JSON and Parquet.
 * @param columns those of the text sources, without the first (`id`).
 */
export const writeValues = async (
  folder: string,
  columns: readonly PlanColumn[],
  options: ValueOptions,
): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  writeTexts(folder, columns, options);
  writeDocuments(folder, columns, options);
  await writeRecords(folder, options);
  writeFileSync(join(folder, 'recording.json'), '{"date": "2024-01-01"}\n');
};
