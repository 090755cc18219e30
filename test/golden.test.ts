import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  differences,
  expectedRows,
  publishedRows,
} from './support/goldenRows.ts';
import { PIPELINES, type TestLake, testLakes } from './support/testLake.ts';

const newLake = testLakes();

/** A pipeline is a folder: whoever adds one adds its test. */
const names = readdirSync(PIPELINES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('there are pipelines', () => {
  expect(names.length).toBeGreaterThan(0);
});

const NONE = { missing: [], unexpected: [] };

describe.each(names)('%s on its sample', (name) => {
  const expected = (file: string) => join(PIPELINES, name, 'expected', file);
  let lake: TestLake;
  beforeAll(async () => {
    lake = await newLake();
  });

  /** Each table, and its rows that are not as expected. */
  const faultyTables = async () => {
    const { platform } = lake;
    const { tables } = await platform.definitions.plan(name);
    return Promise.all(
      tables.map(async ({ name: table, columns }) => {
        const file = expected(`${table}.csv`);
        const [header] = (await readFile(file, 'utf8')).split(/\r?\n/);
        return {
          table,
          header,
          ...differences(
            await publishedRows(platform, lake.lake, name, table, columns),
            await expectedRows(file, columns),
          ),
        };
      }),
    );
  };

  // The second run merges into what the first one published.
  test.each(['first', 'second'])('a %s run gives the rows', async () => {
    const { ledger, error } = await lake.run(name);
    expect(error).toBeUndefined();
    expect(ledger?.outcome).toBe('published');
    const { tables } = await lake.platform.definitions.plan(name);
    expect(await faultyTables()).toEqual(
      tables.map(({ name: table, columns }) => ({
        table,
        header: columns.map((column) => column.name).join(','),
        ...NONE,
      })),
    );
    const counted = (ledger?.sources ?? []).map(
      ({ source, landed, used, dropped, duplicates, quarantined }) => [
        source,
        { landed, used, dropped, duplicates, quarantined },
      ],
    );
    expect(Object.fromEntries(counted)).toEqual(
      JSON.parse(await readFile(expected('sources.json'), 'utf8')),
    );
  });
});

describe('the comparison', () => {
  const row = (exact: string, ...near: (number | null)[]) => ({ exact, near });

  test.each([
    [
      'equal, in another order',
      [row('a'), row('b')],
      [row('b'), row('a')],
      NONE,
    ],
    ['nearly equal', [row('a', 0.3, null)], [row('a', 0.1 + 0.2, null)], NONE],
    [
      'once more',
      [row('a'), row('a')],
      [row('a')],
      { missing: [], unexpected: ['a []'] },
    ],
    [
      'once less',
      [row('a')],
      [row('a'), row('a')],
      { missing: ['a []'], unexpected: [] },
    ],
    [
      'not near',
      [row('a', 1)],
      [row('a', 1.00001)],
      { missing: ['a [1.00001]'], unexpected: ['a [1]'] },
    ],
    [
      'null is not zero',
      [row('a', 0)],
      [row('a', null)],
      { missing: ['a [null]'], unexpected: ['a [0]'] },
    ],
  ])('%s', (_, found, expected, result) => {
    expect(differences(found, expected)).toEqual(result);
  });
});
