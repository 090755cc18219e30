import { testLakes } from '../../test/support/testLake.ts';
import { rollbackOnce } from '../commands/rollback.ts';
import { publishedLake } from './publishedLake.ts';

const LIMITS = { rows: 100, characters: 10_000, seconds: 30 };
const newLake = testLakes();

test('the next question sees what is published meanwhile, and a rollback', async () => {
  const { lake, platform, run } = await newLake();
  const published = publishedLake(platform, lake);
  const ask = async (sql: string) =>
    (await published.query({ sql, limits: LIMITS })).rows;
  const loans = 'SELECT count(*) FROM loans.loans';
  try {
    await expect(ask(loans)).rejects.toThrow(/loans/);
    const empty = await published.stamp();
    expect((await run('loans')).error).toBeUndefined();
    const first = await published.stamp();
    expect(first).not.toBe(empty);
    expect(await published.stamp()).toBe(first);
    expect(await ask(loans)).toEqual([['118']]);
    expect(await ask('SELECT count(*) FROM ops.runs')).toEqual([['1']]);
    await rollbackOnce(platform, 'loans', undefined);
    expect(await published.stamp()).not.toBe(first);
    await expect(ask(loans)).rejects.toThrow(/loans/);
  } finally {
    await published.close();
  }
});

test('a question that began is answered from what was published then', async () => {
  const { lake, platform, run } = await newLake();
  await run('loans');
  const published = publishedLake(platform, lake);
  const sql =
    'SELECT (SELECT count(*) FROM loans.loans), count(*) ' +
    'FROM range(20000) a, range(3000) b WHERE (a.range * b.range) % 7 = 3';
  try {
    await published.query({ sql: 'SELECT 1', limits: LIMITS });
    const slow = published.query({ sql, limits: LIMITS });
    await rollbackOnce(platform, 'loans', undefined);
    await published.query({ sql: 'SELECT 1', limits: LIMITS });
    expect((await slow).rows[0]?.[0]).toBe('118');
  } finally {
    await published.close();
  }
});
