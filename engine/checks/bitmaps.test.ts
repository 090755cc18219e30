import fc from 'fast-check';
import type { Database } from '../database.ts';
import { testBench } from '../testing/bench.ts';
import { Bitmaps } from './bitmaps.ts';

const bench = testBench();

const whole = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -4, max: 4 }).map(BigInt),
  fc.integer({ min: -200_000, max: 200_000 }).map(BigInt),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const column = fc.array(whole, { maxLength: 20 });

const fill = async (
  db: Database,
  name: string,
  values: readonly (bigint | null)[],
) => {
  await db.run(`CREATE OR REPLACE TEMP TABLE ${name} (v BIGINT)`);
  if (values.length === 0) return;
  const rows = values.map((v) => `(${v ?? 'NULL'})`).join(', ');
  await db.run(`INSERT INTO ${name} VALUES ${rows}`);
};

test('isUnique is never wrong, and knows dense columns', async () => {
  const { db } = await bench();
  await fc.assert(
    fc.asyncProperty(column, async (values) => {
      await fill(db, 'a', values);
      const found = values.filter((v) => v !== null);
      if (await new Bitmaps(db).isUnique('a', 'v'))
        expect(new Set(found).size).toBe(found.length);
    }),
    { numRuns: 80 },
  );
  await fill(
    db,
    'a',
    Array.from({ length: 3000 }, (_, i) => BigInt(i - 1500)),
  );
  expect(await new Bitmaps(db).isUnique('a', 'v')).toBe(true);
});

test('isContained is never wrong, and knows dense columns', async () => {
  const { db } = await bench();
  await fc.assert(
    fc.asyncProperty(column, column, async (values, targets) => {
      await fill(db, 'a', values);
      await fill(db, 'b', targets);
      const bitmaps = new Bitmaps(db);
      if (await bitmaps.isContained(['a', 'v'], ['b', 'v']))
        for (const value of values)
          if (value !== null) expect(targets).toContain(value);
    }),
    { numRuns: 80 },
  );
  const many = Array.from({ length: 3000 }, (_, i) => BigInt(i - 1500));
  await fill(db, 'a', many);
  await fill(db, 'b', [...many, ...many, null]);
  const isContained = () => new Bitmaps(db).isContained(['a', 'v'], ['b', 'v']);
  expect(await isContained()).toBe(true);
  await fill(db, 'b', many.slice(1));
  expect(await isContained()).toBe(false);
});
