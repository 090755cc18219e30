import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PIPELINES, testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const lake = () => join(folder(), 'lake');
const ask = (sql: string, ...options: string[]) =>
  tributary(['sql', sql, ...options, '--lake', lake()]);

beforeAll(async () => {
  await tributary(['run', '--pipelines', PIPELINES, '--lake', lake()]);
});

const ALL = 'SELECT * FROM amounts.amounts ORDER BY id';

test('a table for people: a row is a line, numbers to the right', async () => {
  expect(await ask(ALL)).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      '              id                 amount  note',
      '----------------  ---------------------  ---------------',
      '               2                -0.0001  a "quoted" word',
      '               3                         two\\nlines',
      '               4                 1.5000  one, two',
      '               5                 0.0000',
      '9007199254740993  1234567890123456.7890  plain',
      '(5 rows)',
      '',
    ].join('\n'),
  });
});

test('CSV: quoted where it must be, exact, nothing for NULL', async () => {
  expect((await ask(ALL, '--format', 'csv')).stdout).toBe(
    [
      'id,amount,note',
      '2,-0.0001,"a ""quoted"" word"',
      '3,,"two\nlines"',
      '4,1.5000,"one, two"',
      '5,0.0000,',
      '9007199254740993,1234567890123456.7890,plain',
      '',
    ].join('\n'),
  );
});

test.each([['--format', 'json'], ['--json']])(
  'JSON by %s %s: every digit of every number',
  async (...options) => {
    const { stdout } = await ask(ALL, ...options);
    expect(stdout).toContain(
      '{"id":9007199254740993,"amount":1234567890123456.7890,"note":"plain"}',
    );
    expect(JSON.parse(stdout)).toHaveLength(5);
    expect(JSON.parse(stdout)[1]).toEqual({
      id: 3,
      amount: null,
      note: 'two\nlines',
    });
  },
);

test('no rows are an empty list, or a header alone', async () => {
  const none = `${ALL.replace('ORDER BY id', 'WHERE false')}`;
  expect((await ask(none, '--json')).stdout).toBe('[]\n');
  expect((await ask(none, '--format', 'csv')).stdout).toBe('id,amount,note\n');
});

test('the runs can be asked like any other table', async () => {
  const { stdout } = await ask(
    'SELECT pipeline, outcome FROM ops.runs',
    '--json',
  );
  expect(JSON.parse(stdout)).toEqual([
    { pipeline: 'amounts', outcome: 'published' },
  ]);
});

test.each([
  ['DROP VIEW amounts.amounts', 'published tables are read-only'],
  ["EXPLAIN ANALYZE COPY (SELECT 1) TO '{lake}/out.csv'", 'read-only'],
  ["SELECT * FROM read_csv('{folder}/secret.csv')", 'Cannot access file'],
  ['SELECT ammount FROM amounts.amounts', 'Referenced column "ammount"'],
])('%s is refused, and nothing is done', async (template, message) => {
  await writeFile(join(folder(), 'secret.csv'), 'secret\n1\n');
  const before = await readdir(lake());
  const sql = template.replace('{lake}', lake()).replace('{folder}', folder());
  const { code, stdout, stderr } = await ask(sql);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^UsageError: /);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(await readdir(lake())).toEqual(before);
});

test('tables: the first word of a line is what a query selects from', async () => {
  const { code, stdout } = await tributary(['tables', '--lake', lake()]);
  const [header, , ...lines] = stdout.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(header?.split(/ +/)).toEqual([
    'table',
    'rows',
    'bytes',
    'mode',
    'snapshots',
    'period',
    'run',
  ]);
  const names = lines.map((line) => line.split(' ')[0]);
  expect(names).toEqual(['amounts.amounts', 'ops.runs', 'ops.checks']);
  const counts = names.map((name) => `SELECT count(*) AS n FROM ${name}`);
  const asked = await ask(counts.join(' UNION ALL '), '--json');
  const rows = lines.map((line) => ({ n: Number(line.split(/ +/)[1]) }));
  expect(JSON.parse(asked.stdout)).toEqual(rows);
});

test('tables for machines', async () => {
  const args = ['tables', '--json', '--lake', lake()];
  const [first] = JSON.parse((await tributary(args)).stdout);
  const catalog = readFileSync(join(lake(), 'catalog/amounts.json'), 'utf8');
  const [snapshot] = JSON.parse(catalog).tables.amounts.partitions;
  expect(first).toEqual({
    table: 'amounts.amounts',
    rows: 5,
    bytes: snapshot.bytes,
    mode: 'replace',
    snapshots: 1,
    period: '2024-05-31',
    run: snapshot.run,
  });
});
