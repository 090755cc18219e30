import type { Jobs } from '../../platform/ports.ts';
import { jobUse } from './jobUse.ts';

const SPARK = { name: 'spark', reason: 'asked for' };

const useOf = (engine: typeof SPARK, dpuSeconds: Jobs['dpuSeconds']) =>
  jobUse({ jobs: { dpuSeconds } as Jobs }, { engine, run: 'r1' });

test('what was counted for the job of a run', async () => {
  expect(await useOf(SPARK, async () => 240)).toEqual({ dpuSeconds: 240 });
  expect(await useOf(SPARK, async () => undefined)).toEqual({});
});

test('nobody is asked where there was no job', async () => {
  const asked = async () => {
    throw new Error('asked');
  };
  expect(await useOf({ ...SPARK, name: 'duckdb' }, asked)).toEqual({});
});

test('a run is not lost because its price is not known', async () => {
  const refuses = async () => {
    throw new Error('AccessDenied');
  };
  expect(await useOf(SPARK, refuses)).toEqual({});
});
