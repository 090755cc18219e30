import { SourceError } from '../../core/errors.ts';
import { bigint, csv, int, json, parquet, string } from '../../core/index.ts';
import type { Contract } from '../../core/source.ts';
import { testBench } from '../testing/bench.ts';
import { prepare, refusal, type TestFiles } from '../testing/prepare.ts';

const bench = testBench();

const columns = { id: bigint(), town: string({ from: 'City' }), size: int() };
const SOURCES = {
  csv: (contract?: Contract) =>
    csv('towns', {
      files: '*',
      columns,
      oneRowPer: { key: ['id'] },
      ...(contract && { contract }),
    }),
  json: (contract?: Contract) =>
    json('towns', {
      files: '*',
      columns,
      oneRowPer: { key: ['id'] },
      ...(contract && { contract }),
    }),
  parquet: (contract?: Contract) =>
    parquet('towns', {
      files: '*',
      columns,
      oneRowPer: { key: ['id'] },
      ...(contract && { contract }),
    }),
} as const;
type Format = keyof typeof SOURCES;

type Town = Readonly<Record<string, string | number>>;

/** A file with one row, in a format. */
const written = (format: Format, town: Town): TestFiles[string] => {
  const names = Object.keys(town);
  const values = Object.values(town);
  if (format === 'csv') return `${names.join()}\n${values.join()}\n`;
  if (format === 'json') return `${JSON.stringify(town)}\n`;
  const cells = names.map((name, i) => {
    const value = values[i];
    const literal = typeof value === 'string' ? `'${value}'` : String(value);
    return `${literal} AS "${name}"`;
  });
  return { parquet: `SELECT ${cells.join(', ')}` };
};

const read = async (
  format: Format,
  contract: Contract | undefined,
  towns: readonly Town[],
) => {
  const files = Object.fromEntries(
    towns.map((town, i) => [`${i + 1}.${format}`, written(format, town)]),
  );
  return prepare(await bench(), SOURCES[format](contract), files);
};

const refused = async (...args: Parameters<typeof read>) => {
  const error = await refusal(read(...args));
  expect(error).toBeInstanceOf(SourceError);
  return error.message;
};

const WHOLE = { id: 1, City: 'Ulm', size: 7 };
const MORE = { id: 2, City: 'Bern', size: 8, mayor: 'Ada' };
const LESS = { id: 3, City: 'Lund' };
const FORMATS = Object.keys(SOURCES) as Format[];

describe.each(FORMATS)('%s', (format) => {
  test.each([undefined, 'freeze'] as const)(
    '%s refuses a column that is not declared, and a missing one',
    async (contract) => {
      expect(await refused(format, contract, [WHOLE, MORE])).toContain(
        'column "mayor" is not declared',
      );
      expect(await refused(format, contract, [LESS])).toContain(
        'column "size" is missing',
      );
    },
  );

  test('discard leaves out what is not declared, and says so', async () => {
    const { rows, counts } = await read(format, 'discard', [WHOLE, MORE, MORE]);
    expect(rows.map(({ id, town, size }) => [Number(id), town, size])).toEqual([
      [1, 'Ulm', 7],
      [2, 'Bern', 8],
    ]);
    expect(counts.schema).toEqual([
      {
        column: 'mayor',
        change: 'added',
        file: `2.${format}`,
        ...(format !== 'json' && { files: 2 }),
      },
    ]);
  });

  test('discard refuses a missing column', async () => {
    expect(await refused(format, 'discard', [LESS])).toContain(
      'column "size" is missing',
    );
  });

  test('evolve makes a missing column NULL, and says so', async () => {
    const { rows, counts } = await read(format, 'evolve', [LESS]);
    expect(rows.map(({ id, size }) => [Number(id), size])).toEqual([[3, null]]);
    expect(counts.schema).toEqual([
      { column: 'size', change: 'missing', file: `1.${format}`, files: 1 },
    ]);
  });

  test('evolve takes each file as it is', async () => {
    const { rows, counts } = await read(format, 'evolve', [LESS, MORE, WHOLE]);
    const found = rows.map(({ id, size }) => [Number(id), size]);
    expect(found.sort()).toEqual([
      [1, 7],
      [2, 8],
      [3, null],
    ]);
    expect(counts).toMatchObject({ landed: 3, used: 3 });
    // An object may lack a member.
    expect(
      counts.schema?.map(({ column, change }) => [column, change]),
    ).toEqual(
      format === 'json'
        ? [['mayor', 'added']]
        : [
            ['size', 'missing'],
            ['mayor', 'added'],
          ],
    );
  });

  test('no contract does without the key', async () => {
    const lacking = { City: 'Ulm', size: 7 };
    expect(await refused(format, 'evolve', [lacking])).toContain(
      'column "id" is missing',
    );
  });

  test('a file that has none of the columns is another file', async () => {
    expect(await refused(format, 'evolve', [{ html: 'x' }])).toContain(
      'column "City" is missing',
    );
  });

  test('where nothing differs, nothing is said', async () => {
    const { counts } = await read(format, 'evolve', [WHOLE]);
    expect(counts).not.toHaveProperty('schema');
  });
});

test('a rejected row of a file without the column shows what it has', async () => {
  const { rejects } = await read('parquet', 'evolve', [
    { id: 1, City: 'Ulm', size: '7' },
    { id: 2, size: 'big' },
  ]);
  expect(rejects).toEqual([
    {
      path: '2.parquet',
      line: 1,
      reason: 'size: "big" is not an int',
      column: 'size',
      raw: '{"id":2,"size":"big"}',
    },
  ]);
});
