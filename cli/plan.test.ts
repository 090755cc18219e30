import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Preview } from '../functions/preview/preview.ts';
import { keys } from '../functions/shared/keys.ts';
import { newExecution } from '../platform/local/localExecutions.ts';
import { localPlatform } from '../platform/local/localPlatform.ts';
import { ROOT } from './context.ts';
import { testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
let made = 0;

/** A lake of its own, and pipelines that a test may change. */
const scene = async () => {
  const root = join(folder(), `scene-${made++}`);
  const [pipelines, lake] = [join(root, 'pipelines'), join(root, 'lake')];
  await cp(join(import.meta.dirname, 'testing/planned'), pipelines, {
    recursive: true,
  });
  const edit = async (
    file: string,
    change: (text: string) => string,
  ): Promise<void> => {
    const path = join(pipelines, file);
    const before = await readFile(path, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${file} is as it was`);
    await writeFile(path, after);
  };
  const core = join(ROOT, 'core/index.ts');
  for (const name of ['shop', 'reader'])
    await edit(`${name}/pipeline.ts`, (text) =>
      text.replace('../../../../core/index.ts', core),
    );
  const call = (...args: string[]) =>
    tributary([...args, '--pipelines', pipelines, '--lake', lake]);
  const previews = async (...args: string[]) => {
    const { code, stdout } = await call('plan', '--json', ...args);
    const { pipelines: found } = JSON.parse(stdout);
    return { code, previews: found as Preview[] };
  };
  return { lake, edit, call, previews, pipelines };
};

/** Every file of a folder with its digest and the time it was written. */
const stateOf = async (path: string) => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const states = files.map(async ({ parentPath, name }) => {
    const body = await readFile(join(parentPath, name));
    const digest = createHash('sha256').update(body).digest('hex');
    return `${join(parentPath, name)} ${digest}`;
  });
  return [
    ...entries
      .filter((e) => e.isDirectory())
      .map((e) => join(e.parentPath, e.name)),
    ...(await Promise.all(states)),
  ].sort();
};

const rowsOf = ({ tables }: Preview) =>
  Object.fromEntries(
    tables.map(({ table, change, rows }) => [
      table,
      [change, rows.added, rows.removed, rows.changed],
    ]),
  );

test('before the first run all is new, and no lake is made', async () => {
  const { previews, lake } = await scene();
  const { code, previews: found } = await previews('shop');
  expect(code).toBe(2);
  expect(rowsOf(found[0] as Preview)).toEqual({
    totals: ['new', 3, 0, 0],
    sales: ['new', 4, 0, 0],
  });
  await expect(readdir(lake)).rejects.toThrow('ENOENT');
});

test('after a run nothing would change, and the lake stays as it is', async () => {
  const { call, lake } = await scene();
  await call('run');
  const before = await stateOf(lake);
  expect(await call('plan')).toEqual({
    code: 0,
    stdout:
      'reader 2024-05-01: a run would change nothing\n' +
      'shop 2024-05-01: a run would change nothing\n\n' +
      'Nothing would change in 2 pipelines.\n',
    stderr: '',
  });
  expect(await stateOf(lake)).toEqual(before);
});

test('rows are compared by key, or whole with repeats', async () => {
  const { call, edit, previews } = await scene();
  await call('run', 'shop');
  await edit('shop/sample/sales.csv', (text) =>
    text.replace('pear,2\n', '').replace('fig,1', 'kiwi,1').replace('5', '6'),
  );
  const { code, previews: found } = await previews('shop');
  expect(code).toBe(2);
  expect(rowsOf(found[0] as Preview)).toEqual({
    totals: ['changed', 1, 1, 2],
    sales: ['changed', 2, 3, 0],
  });
  expect(found[0]?.tables[0]?.rows.columns).toEqual({ pieces: 2 });
  const { stdout } = await call('plan', 'shop');
  expect(stdout).toMatch(/totals +3 +\+1 +-1 +~2 .*pieces 2\n/);
  expect(stdout).toMatch(/sales +4 → 3 +\+2 +-3 .*compared whole\n/);
  expect(stdout).toMatch(
    /1 of 1 pipeline would change\. Nothing was published: "tributary run shop" would do it\.\n$/,
  );
});

test('another day adds its part, and replaces what is replaced', async () => {
  const { call, previews } = await scene();
  await call('run', 'shop');
  const { previews: found } = await previews('shop', '--date', '2024-05-02');
  expect(rowsOf(found[0] as Preview)).toEqual({
    totals: ['same', 0, 0, 0],
    sales: ['changed', 4, 0, 0],
  });
  expect(found[0]?.tables[1]?.files).toEqual({ before: 1, after: 2 });
  const { previews: earlier } = await previews('shop', '--date', '2024-04-30');
  expect(rowsOf(earlier[0] as Preview).totals?.[0]).toBe('kept');
});

test('what is changed in a definition is told, and who reads it breaks', async () => {
  const { call, edit, lake } = await scene();
  await call('run');
  await edit('shop/pipeline.ts', (text) =>
    text
      .replace("schedule: 'rate(1 day)'", "schedule: 'rate(2 days)'")
      .replaceAll(
        'columns: { item: string(), pieces: int() },\n  key',
        'columns: { item: string(), sold: int() },\n  key',
      )
      .replace("y: 'pieces'", "y: 'sold'"),
  );
  await edit('shop/sql/totals.sql', (text) =>
    text.replace('AS pieces', 'AS sold'),
  );
  const before = await stateOf(lake);
  const { code, stdout } = await call('plan', 'shop');
  expect(code).toBe(2);
  for (const line of [
    '    ~ schedule: rate(1 day) → rate(2 days)',
    '    - column totals.pieces: int',
    '    + column totals.sold: int',
    '    ~ SQL of totals',
    '        - SELECT item, CAST(sum(pieces) AS INTEGER) AS pieces',
    '        + SELECT item, CAST(sum(pieces) AS INTEGER) AS sold',
    '    ~ card Pieces.y: pieces → sold',
  ])
    expect(stdout.split('\n')).toContain(line);
  expect(stdout).toMatch(/! saved query best of shop: .*no column "pieces"/);
  expect(stdout).toMatch(/! card "Sold" of reader: .*no column "pieces"/);
  expect(stdout).not.toContain('saved query runs');
  expect(await stateOf(lake)).toEqual(before);
  const quick = await call('plan', 'shop', '--no-data');
  expect(quick.code).toBe(2);
  expect(quick.stdout).not.toContain('    table ');
  expect(quick.stdout).toMatch(/! card "Sold" of reader/);
});

test('a table that the Spark job reads itself is refused before anything is fetched', async () => {
  const pipelines = join(ROOT, 'test/spark/database/unlanded');
  const lake = join(folder(), 'unlanded');
  const plan = (...args: string[]) =>
    tributary([
      'plan',
      'orders',
      '--pipelines',
      pipelines,
      '--lake',
      lake,
      ...args,
    ]);
  const { code, stderr } = await plan('--live');
  expect(code).toBe(1);
  expect(stderr).toContain(
    'UsageError: pipeline orders, source placed: the Spark job alone reads this ' +
      'table: compare definitions alone (--no-data), or by a recording',
  );
  expect((await plan('--live', '--no-data')).code).toBe(2);
});

test.each([
  ['no pipeline', ['nothing'], /^UsageError: there is no pipeline "nothing"/],
  ['no option', ['--dat', '2024'], /unknown option/],
  ['no date', ['shop', '--date', '2024-13-01'], /^UsageError: /],
  ['no folder', ['--replay', 'nowhere'], /^UsageError: there is no folder /],
])('%s is an error, and not a change', async (_, args, said) => {
  const { call } = await scene();
  expect(await call('plan', ...args)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(said),
  });
});

test('a run that would fail is an error, told with its check', async () => {
  const { call, edit, lake } = await scene();
  await call('run', 'shop');
  await edit('shop/pipeline.ts', (text) => text.replace('min: 1', 'min: 9'));
  const before = await stateOf(lake);
  const { code, stdout } = await call('plan', 'shop');
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^shop 2024-05-01: a run would fail, and publish nothing\n/,
  );
  expect(stdout).toMatch(/CheckError: .*row count/);
  expect(await stateOf(lake)).toEqual(before);
});

test('a definition that is not sound is an error', async () => {
  const { call, edit } = await scene();
  await edit('shop/sql/totals.sql', (text) =>
    text.replace('FROM received', 'FROM lost'),
  );
  expect(await call('plan', 'shop')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^DefinitionError: .*there is no "lost"/),
  });
});

test('where the input differs and the contract lets it pass, plan says so', async () => {
  const { call, edit, previews } = await scene();
  await call('run', 'shop');
  await edit('shop/sample/sales.csv', (text) =>
    text.trimEnd().replaceAll('\n', ',new\n').concat(',new\n'),
  );
  const [frozen] = (await previews('shop')).previews;
  expect(frozen?.fails?.message).toContain('column "new" is not declared');
  await edit('shop/pipeline.ts', (text) =>
    text.replace(
      "files: 'sales.csv',",
      "files: 'sales.csv', contract: 'discard',",
    ),
  );
  const [preview] = (await previews('shop')).previews;
  expect(preview?.sources[0]?.schema).toEqual([
    { column: 'new', change: 'added', file: 'sales.csv', files: 1 },
  ]);
  expect(preview?.tables.every(({ change }) => change === 'same')).toBe(true);
  const line = 'received: column "new" is not declared, left out: sales.csv';
  expect((await call('plan', 'shop')).stdout).toContain(`! ${line}`);
  expect((await call('run', 'shop')).stdout).toContain(`schema: ${line}`);
  // The definition is as published now, and the input still differs.
  const again = await call('plan', 'shop');
  expect(again.code).toBe(0);
  expect(again.stdout).toContain(`! ${line}`);
  expect((await call('runs', 'show', 'latest', 'shop')).stdout).toMatch(
    /received +new +not declared, left out +sales\.csv +1/,
  );
});

test('a lock that a run holds is no hindrance, and stays', async () => {
  const { call, lake, pipelines } = await scene();
  await call('run', 'shop');
  const { locks } = localPlatform({ lake, pipelines });
  const holder = { execution: await newExecution(), run: 'a-run' };
  for (const name of [
    keys.runLock('shop', '2024-05-01'),
    keys.publishLock('shop'),
  ])
    await locks.acquire(name, holder);
  const before = await stateOf(lake);
  expect((await call('plan', 'shop')).code).toBe(0);
  expect(await stateOf(lake)).toEqual(before);
  expect(
    await locks.acquire(keys.publishLock('shop'), {
      execution: 'other',
      run: 'b',
    }),
  ).toEqual({ heldBy: holder });
});

test('what a killed plan left is removed, and nothing else', async () => {
  const { call } = await scene();
  const mine = (await newExecution()).replaceAll(':', '_');
  const [dead, alive] = [
    `tributary-plan-local_1_x_${made}`,
    `tributary-plan-${mine}`,
  ];
  for (const name of [dead, alive]) await mkdir(join(tmpdir(), name));
  try {
    await call('plan', 'shop', '--no-data');
    const left = await readdir(tmpdir());
    expect(left.filter((name) => [dead, alive].includes(name))).toEqual([
      alive,
    ]);
  } finally {
    for (const name of [dead, alive])
      await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
});
