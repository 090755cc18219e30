import { join } from 'node:path';
import { PIPELINES, testFolder, tributary } from './testing/tributary.ts';

const folder = testFolder();
const here = (...args: string[]) =>
  tributary([...args, '--pipelines', PIPELINES, '--lake', join(folder(), 'a')]);

test('what would go, with its bytes and why; then it goes', async () => {
  expect(await here('clean')).toEqual({
    code: 0,
    stderr: '',
    stdout: 'amounts: removed nothing, kept 0 B\n',
  });
  for (const date of ['2024-05-01', '2024-05-02'])
    expect((await here('run', '--date', date)).code).toBe(0);
  const bounds = ['--keep', '0', '--older-than', '0m'];
  const planned = await here('clean', 'amounts', ...bounds, '--dry-run');
  expect(planned.stdout).toMatch(/^what +bytes +why\n-+ {2}-+ {2}-+\n/);
  expect(planned.stdout).toMatch(
    /landing\/amounts\/received\/date=2024-05-01\/run=\S+\/ +\d+ {2}older than 0 d, and not of the last 0 published\n/,
  );
  expect(planned.stdout).toMatch(
    /amounts: would remove .*B, would keep .*B\n$/,
  );
  const done = await here('clean', 'amounts', ...bounds);
  expect(done.stdout).toContain('amounts: removed ');
  const again = await here('clean', ...bounds, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject([
    { pipeline: 'amounts', removed: [], bytes: 0 },
  ]);
  const rows = await here(
    'sql',
    'SELECT count(*) > 0 FROM amounts.amounts',
    '--format',
    'csv',
  );
  expect(rows.stdout).toContain('true');
});

test.each([
  [['--keep', 'few'], 'write a whole number above 0'],
  [['--older-than', '30'], 'write a time such as 12h, 30d or 2w'],
  [['amount'], 'did you mean "amounts"?'],
])('clean %j ends with 2', async (args, words) => {
  const { code, stderr } = await here('clean', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});
