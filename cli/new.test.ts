import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../engine/database.ts';
import { text } from '../engine/sql.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import {
  differences,
  expectedRows,
  publishedRows,
} from '../test/support/goldenRows.ts';
import { ROOT } from './context.ts';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const at = (...parts: string[]) => join(folder(), ...parts);
const PIPELINES = () => ['--pipelines', at('pipelines')];
const here = (...args: string[]) =>
  tributary([...args, ...PIPELINES(), '--lake', at('lake')]);

/** Its source and table hold, and its sample gives the rows that it says. */
const holds = async (name: string): Promise<void> => {
  expect(await here('validate', name)).toMatchObject({
    code: 0,
    stdout: `${name}: sound\n`,
  });
  const run = await here('run', name, '--json');
  expect([run.code, run.stderr]).toEqual([0, '']);
  const [{ sources }] = JSON.parse(run.stdout).runs;
  const folderOf = at('pipelines', name);
  const counts = JSON.parse(
    await readFile(join(folderOf, 'expected', 'sources.json'), 'utf8'),
  );
  expect(sources).toMatchObject([counts[`${name}_input`]]);
  const platform = localPlatform({
    lake: at('lake'),
    pipelines: at('pipelines'),
  });
  const [table] = (await platform.definitions.plan(name)).tables;
  const columns = table?.columns ?? [];
  expect(
    differences(
      await publishedRows(platform, at('lake'), name, name, columns),
      await expectedRows(join(folderOf, 'expected', `${name}.csv`), columns),
    ),
  ).toEqual({ missing: [], unexpected: [] });
  const biome = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const source = await readFile(join(folderOf, 'pipeline.ts'), 'utf8');
  const { stdout } = spawnSync(
    process.execPath,
    [biome, 'check', '--write', '--stdin-file-path=pipelines/x/pipeline.ts'],
    { cwd: ROOT, encoding: 'utf8', input: source },
  );
  expect(stdout).toBe(source);
};

test.each(['csv', 'json', 'parquet', 'rest', 'mysql', 'values', 'files'])(
  'a pipeline of kind %s validates and runs as it is written',
  async (kind) => {
    const name = `new_${kind}`;
    const { code, stdout } = await here('new', name, '--kind', kind);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('pipeline.ts\n'),
    ]);
    await holds(name);
  },
);

/** Files as people have them, and what is told of their columns. */
const FILES: Readonly<
  Record<string, readonly [string, string | Buffer, string[]]>
> = {
  plain: [
    'orders.csv',
    'Order Id,Ordered on,Paid,Zip\n1,2024-03-30,true,01234\n2,2024-03-31,false,99999\n',
    [
      "order_id: bigint({ from: 'Order Id' })",
      "ordered_on: date({ from: 'Ordered on' })",
      'boolean(',
      "zip: string({ from: 'Zip' })",
      "key: ['order_id']",
    ],
  ],
  european: [
    'preise.csv',
    Buffer.from(
      'Größe;Tag;Preis\nkönig;31.12.2023;2,50\nprinz;01.01.2024;3,00\n',
      'latin1',
    ),
    [
      "encoding: 'windows-1252'",
      "separator: ';'",
      "from: 'Größe'",
      "format: 'dd.MM.yyyy'",
    ],
  ],
  quoted_text: [
    'a b.tsv',
    'id\tnote\n1\t"a, ""b"""\n2\t\n',
    ["separator: '\\t'", "files: 'a_b*.tsv'"],
  ],
  lines: [
    'events.jsonl',
    '{"id": 1, "at": "2024-03-30 10:00:00", "tags": ["a"], "Name": "x"}\n{"id": 2, "at": "2024-03-31 11:00:00", "tags": [], "Name": null}\n',
    [
      "at_value: timestamp({ from: 'at' })",
      "unused: ['tags']",
      "name: string({ from: 'Name' })",
    ],
  ],
  ends_in_separator: [
    'ranking.csv',
    'Ano;Banco;Total;\n2021;A;3;\n2021;B;4;\n',
    ["unused: ['']", "ano: bigint({ from: 'Ano' })"],
  ],
  odd_values: [
    'odd.csv',
    'id,at,fine_at,big,share\n' +
      '1,2024-01-01T10:00:00Z,2024-01-01 10:00:00.123,12345678901234567890,0.5\n' +
      '2,2024-01-02T10:00:00Z,2024-01-02 10:00:00,12345678901234567891,1.25\n',
    [
      "at_value: string({ from: 'at' })",
      'fine_at: string(),',
      'big: string(),',
      'share: double(),',
    ],
  ],
  recorded: [
    'recording.json',
    '{"id": 1}\n{"id": 2}\n',
    ["files: 'input_recording*.json'"],
  ],
};

test.each(Object.entries(FILES))(
  '--from takes the columns of a file: %s',
  async (name, [file, body, told]) => {
    await mkdir(at('files', name), { recursive: true });
    await writeFile(at('files', name, file), body);
    const { code, stderr } = await here(
      'new',
      `from_${name}`,
      '--from',
      at('files', name, file),
    );
    expect([code, stderr]).toEqual([0, '']);
    const definition = await readFile(
      at('pipelines', `from_${name}`, 'pipeline.ts'),
      'utf8',
    );
    for (const part of told) expect(definition).toContain(part);
    await holds(`from_${name}`);
  },
);

test('--from a Parquet file of more rows than a sample has', async () => {
  await mkdir(at('files'), { recursive: true });
  const db = await openDatabase({ spillDir: at('spill') });
  await db.run(
    `COPY (SELECT i AS id, i / 4 AS "A Quarter", DATE '2024-01-01' + i::INTEGER AS day, ` +
      `(i * 1.5)::DECIMAL(9, 2) AS price, [i] AS list FROM range(500) t(i)) TO ${text(at('files', 'many.parquet'))} (FORMAT parquet)`,
  );
  db.close();
  expect(
    (await here('new', 'many', '--from', at('files', 'many.parquet'))).code,
  ).toBe(0);
  const definition = await readFile(
    at('pipelines', 'many', 'pipeline.ts'),
    'utf8',
  );
  for (const part of [
    "unused: ['list']",
    "a_quarter: double({ from: 'A Quarter' })",
    'price: decimal(9, 2)',
  ])
    expect(definition).toContain(part);
  await holds('many');
});

test.each([
  [['a', '--from', 'none.csv'], /there is no file .*none\.csv/],
  [['a', '--from', 'a.xlsx'], /ends in none of \.csv/],
  [['a'], /say what its source is: --kind or --from/],
  [['Loud'], /"Loud" cannot name a pipeline/],
  [['run', '--kind', 'csv'], /"run" cannot name a pipeline/],
  [['a', '--kind', 'xml'], /Allowed choices are csv/],
])('new %j is refused', async (args, words) => {
  const { code, stderr } = await here('new', ...args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
});

test('what is there is not overwritten', async () => {
  expect((await here('new', 'twice', '--kind', 'csv')).code).toBe(0);
  expect(await here('new', 'twice', '--kind', 'json')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is a pipeline "twice" already'),
  });
  await mkdir(at('pipelines', 'folder', 'x'), { recursive: true });
  expect(await here('new', 'folder', '--kind', 'csv')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is a folder'),
  });
});

test('a header that names two columns alike is refused', async () => {
  await writeFile(at('twice.csv'), 'a,a,b\n1,2,3\n');
  const { code, stderr } = await here(
    'new',
    'alike',
    '--from',
    at('twice.csv'),
  );
  expect(code).toBe(2);
  expect(stderr).toContain('the header has "a" more than once');
});

test('lists and structures that are left out are named', async () => {
  const lines = '{"id": 1, "tags": ["a"], "n": {"x": 1}}\n';
  await writeFile(at('nested.jsonl'), lines);
  const { stdout } = await here('new', 'nested', '--from', at('nested.jsonl'));
  expect(stdout).toContain(
    'Left out, as lists and structures have no type here: tags, n',
  );
});
