import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../engine/database.ts';
import { text } from '../engine/sql.ts';
import { ROOT } from './context.ts';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
let made = 0;

const CORE = JSON.stringify(join(ROOT, 'core', 'index.ts'));

/** A folder of one pipeline, `shop`, whose definition is to be mended. */
const newShop = async (
  definition: (amount: string) => string,
  broken: string,
) => {
  const root = join(folder(), `shop-${made++}`);
  const at = join(root, 'pipelines', 'shop');
  const lake = join(root, 'lake');
  const define = async (amount: string) => {
    const body = `import * as t from ${CORE};\n${definition(amount)}`;
    await writeFile(join(at, 'pipeline.ts'), body);
  };
  await mkdir(join(at, 'sql'), { recursive: true });
  await define(broken);
  const here = (...args: string[]) =>
    tributary([
      ...args,
      '--pipelines',
      join(root, 'pipelines'),
      '--lake',
      lake,
    ]);
  const ran = async (...args: string[]) => {
    const { code, stdout, stderr } = await here(...args, '--json');
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  return {
    define,
    here,
    ran,
    sql: (table: string, select: string) =>
      writeFile(join(at, 'sql', `${table}.sql`), select),
    /** Puts files into a recording, and runs it. @returns the run. */
    run: async (date: string, files: Readonly<Record<string, string>>) => {
      const replay = join(root, `replay-${made++}`);
      await mkdir(join(replay, 'shop'), { recursive: true });
      for (const [name, body] of Object.entries(files))
        await writeFile(join(replay, 'shop', name), body);
      const { runs } = await ran(
        'run',
        'shop',
        '--date',
        date,
        '--replay',
        replay,
      );
      return runs[0].run as string;
    },
    rows: async (query: string) =>
      (await ran('sql', query)).map((row: object) => Object.values(row)),
    replayOf: (name: string) => join(root, name),
  };
};

const pipeline = (source: string, tables: string) => `
const input = ${source};
const tables = [${tables}];
export default t.definePipeline({
  name: 'shop', title: 'Shop', period: 'day', schedule: 'rate(1 day)',
  sources: [input], tables,
});`;

const REPLACED = `t.table('sales', { columns: { id: t.int(), amount: t.decimal(10, 2) }, key: ['id'] })`;
const FULL = 'SELECT id, amount FROM input';

test('csv, full: the table is made again of what landed', async () => {
  const shop = await newShop(
    (amount) =>
      pipeline(
        `t.csv('input', { files: '*.csv', separator: ';', columns: { id: t.int(), amount: ${amount} } })`,
        REPLACED,
      ),
    't.decimal(10, 2)',
  );
  await shop.sql('sales', FULL);
  const first = await shop.run('2024-05-01', {
    'a.csv': 'id;amount\n1;2.50\n2;3,50\n3;7\n',
  });
  const listed = await shop.ran('quarantine', 'list');
  expect(listed).toMatchObject([
    {
      source: 'input',
      run: first,
      period: '2024-05-01',
      outcome: 'published',
      reasons: [{ reason: 'amount: not a decimal(10,2)', records: 1 }],
    },
  ]);
  const shown = await shop.here('quarantine', 'show', 'shop');
  expect(shown.stdout).toBe(
    'a.csv:3: amount: "3,50" is not a decimal(10,2)\n    2;3,50\n' +
      `(1 of 1 records of run ${first})\n`,
  );
  await shop.define("t.decimal(10, 2, { decimalMark: ',', thousands: '.' })");
  // 2.50 is no number any more, and 7 is one in either.
  const retried = await shop.here('quarantine', 'retry', 'shop');
  expect(retried.code).toBe(0);
  expect(retried.stdout).toContain(
    '1 of 1 rejected records were taken up, 1 are in quarantine now\n  a.csv:3: 2;3,50\n',
  );
  expect(
    await shop.rows('SELECT id, amount::VARCHAR FROM shop.sales ORDER BY id'),
  ).toEqual([
    [2, '3.50'],
    [3, '7.00'],
  ]);
  const again = await shop.here('quarantine', 'retry', 'shop', '--run', first);
  expect([again.code, again.stderr]).toEqual([
    2,
    expect.stringMatching(/has published 2024-05-01 since.*retry that one/),
  ]);
});

test('json, by period: the partition is replaced, the one after stays', async () => {
  const shop = await newShop(
    (day) =>
      pipeline(
        `t.json('input', { files: '*.json', scope: 'period', columns: { id: t.int(), day: ${day} } })`,
        `t.table('visits', { mode: 'partition', partitionBy: { seen_on: 'date' }, key: ['id', 'seen_on'],
           columns: { id: t.int(), day: t.date(), seen_on: t.date() } })`,
      ),
    't.date()',
  );
  await shop.sql(
    'visits',
    'SELECT id, day, run.run_date AS seen_on FROM input CROSS JOIN run',
  );
  const rows = () =>
    shop.rows(
      'SELECT id, day::VARCHAR, seen_on::VARCHAR FROM shop.visits ORDER BY ALL',
    );
  const first = await shop.run('2024-05-01', {
    'a.json': '{"id": 1, "day": "2024-05-01"}\n{"id": 2, "day": "1.5.2024"}\n',
  });
  await shop.run('2024-05-02', {
    'a.json': '{"id": 3, "day": "2024-05-02"}\n',
  });
  await shop.define("t.date({ format: ['yyyy-MM-dd', 'd.M.yyyy'] })");
  const { taken, left } = await shop.ran(
    'quarantine',
    'retry',
    'shop',
    '--run',
    first,
  );
  expect([taken.length, left]).toEqual([1, []]);
  expect(await rows()).toEqual([
    [1, '2024-05-01', '2024-05-01'],
    [2, '2024-05-01', '2024-05-01'],
    [3, '2024-05-02', '2024-05-02'],
  ]);
  await shop.ran('rollback', 'shop');
  expect(await rows()).toHaveLength(2);
});

const CHANGES = (amount: string) =>
  pipeline(
    `t.mysql('input', { maxRejected: 0.9, secret: 's', table: 'x', key: 'id', watermark: 'changed',
       columns: { id: t.int(), amount: ${amount}, changed: t.timestamp() },
       recording: { files: '*.csv', separator: ';' } })`,
    `t.table('sales', { mode: 'merge', key: ['id'], newest: 'changed',
       columns: { id: t.int(), amount: t.decimal(10, 2), changed: t.timestamp() } }),
     t.table('total', { columns: { amount: t.decimal(18, 2) } })`,
  );

test('changes: late rows are merged, the newer ones stay', async () => {
  const shop = await newShop(CHANGES, 't.decimal(10, 2)');
  await shop.sql('sales', 'SELECT id, amount, changed FROM input');
  await shop.sql(
    'total',
    'SELECT CAST(sum(amount) AS DECIMAL(18, 2)) AS amount FROM sales',
  );
  const row = (id: number, amount: string, day: number) =>
    `${id};${amount};2024-05-0${day} 10:00:00\n`;
  const head = 'id;amount;changed\n';
  const first = await shop.run('2024-05-01', {
    'a.csv': head + row(1, '1.00', 1) + row(2, '2_00', 1) + row(3, '3_00', 1),
  });
  await shop.run('2024-05-02', {
    'a.csv':
      head + row(1, '10.00', 2) + row(3, '30.00', 2) + row(4, '40.00', 2),
  });
  const catalog = async () =>
    shop.rows('SELECT id, amount::VARCHAR FROM shop.sales ORDER BY id');
  expect(await catalog()).toEqual([
    [1, '10.00'],
    [3, '30.00'],
    [4, '40.00'],
  ]);
  await shop.define(
    "t.decimal(10, 2, { decimalMark: '.', nulls: ['2_00', '3_00'] })",
  );
  const { taken } = await shop.ran(
    'quarantine',
    'retry',
    'shop',
    '--run',
    first,
  );
  expect(taken.map(({ line }: { line: number }) => line)).toEqual([3, 4]);
  expect(await catalog()).toEqual([
    [1, '10.00'],
    [2, null],
    [3, '30.00'],
    [4, '40.00'],
  ]);
  expect(await shop.rows('SELECT amount::VARCHAR FROM shop.total')).toEqual([
    ['80.00'],
  ]);
});

test('parquet, full', async () => {
  const shop = await newShop(
    (code) =>
      pipeline(
        `t.parquet('input', { files: '*.parquet', columns: { id: t.int(), code: ${code} } })`,
        `t.table('codes', { columns: { id: t.int(), code: t.string() }, key: ['id'] })`,
      ),
    't.int()',
  );
  await shop.sql(
    'codes',
    'SELECT id, CAST(code AS VARCHAR) AS code FROM input',
  );
  const replay = shop.replayOf('parquet');
  await mkdir(join(replay, 'shop'), { recursive: true });
  const db = await openDatabase({ spillDir: join(replay, 'spill') });
  const file = text(join(replay, 'shop', 'a.parquet'));
  await db.run(
    `COPY (SELECT * FROM (VALUES (1, '7'), (2, 'x7'), (3, '8')) AS v (id, code)) TO ${file} (FORMAT parquet)`,
  );
  db.close();
  await shop.ran('run', 'shop', '--date', '2024-05-01', '--replay', replay);
  const rows = () => shop.rows('SELECT id, code FROM shop.codes ORDER BY id');
  expect(await rows()).toEqual([
    [1, '7'],
    [3, '8'],
  ]);
  await shop.define('t.string()');
  const { taken, run } = await shop.ran('quarantine', 'retry', 'shop');
  expect(taken).toHaveLength(1);
  expect(run.retryOf).not.toBe(run.run);
  expect(await rows()).toEqual([
    [1, '7'],
    [2, 'x7'],
    [3, '8'],
  ]);
});

test('what a retry cannot do, it says', async () => {
  const shop = await newShop(
    (amount) =>
      pipeline(
        `t.csv('input', { files: '*.csv', columns: { id: t.int(), amount: ${amount} } })`,
        REPLACED,
      ),
    't.decimal(10, 2)',
  );
  await shop.sql('sales', FULL);
  const says = async (...args: string[]) => {
    const { code, stdout, stderr } = await shop.here(
      'quarantine',
      'retry',
      'shop',
      ...args,
    );
    return `${code} ${stdout}${stderr}`;
  };
  expect(await says()).toMatch(
    /^2 UsageError: pipeline shop: nothing is in quarantine/,
  );
  const first = await shop.run('2024-05-01', {
    'a.csv': 'id,amount\n1,1\n2,x\n3,3\n',
  });
  expect(await says('--run', 'no')).toContain('there is no run no');
  const second = await shop.run('2024-05-02', { 'a.csv': 'id,amount\n1,1\n' });
  expect(await says('--run', first)).toMatch(
    /^2 .*2024-05-02 is published, and a table that is replaced as a whole/,
  );
  expect(await says('--run', second)).toContain('has nothing in quarantine');
  await shop.ran('rollback', 'shop');
  expect(await says('--run', first)).toMatch(/^0 /);
});
