import { openGuardedLake } from './guardedLake.ts';

const LIMITS = { rows: 10, characters: 1000, seconds: 0.3 };

test('tells that time is over where the engine does not look up', async () => {
  const lake = await openGuardedLake({ files: [], setup: [], memory: '1GB' });
  const sql = 'SELECT unnest(generate_series(1, 3000000))';
  const startedAt = performance.now();
  await expect(lake.query({ sql, limits: LIMITS })).rejects.toThrow(
    'the query was stopped after 0.3 s, its limit',
  );
  const toldAfter = performance.now() - startedAt;
  await lake.close();
  const endedAfter = performance.now() - startedAt;
  expect(toldAfter).toBeLessThan(0.7 * endedAfter);
});

test('others are answered meanwhile', async () => {
  const lake = await openGuardedLake({ files: [], setup: [], memory: '1GB' });
  const slow = lake.query({
    sql: 'SELECT count(*) FROM range(10000000) a, range(10000000) b',
    limits: LIMITS,
  });
  const [{ status }, { rows }] = await Promise.all([
    slow.then(
      () => ({ status: 'answered' }),
      () => ({ status: 'stopped' }),
    ),
    lake.query({ sql: 'SELECT 7', limits: { ...LIMITS, seconds: 30 } }),
  ]);
  expect([status, rows]).toEqual(['stopped', [[7]]]);
  await lake.close();
});
