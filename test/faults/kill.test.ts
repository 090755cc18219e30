import { killAndGoOn, type Scene } from './killAndGoOn.ts';
import { answerOf, type Lakes, openLakes } from './lakes.ts';
import { boundaryMoments, type Moment, operationMoments } from './moments.ts';
import { rollBack, runAfterKill, runAgain } from './scenes.ts';
import { tryAll } from './tryAll.ts';

// Every moment of every scene is killed at by `npm run test:faults:every`.
const MINUTES = 60_000;
let lakes: Lakes;
let run: Scene;
beforeAll(async () => {
  lakes = await openLakes();
  run = await runAgain(lakes);
});
afterAll(() => lakes.remove());

const badOf = async (scene: Scene, moments: readonly Moment[]) => {
  expect(moments.length).toBeGreaterThan(0);
  const tried = await tryAll(
    moments.map(({ name, kill }) => ({
      name,
      problems: () => killAndGoOn(lakes, scene, kill),
    })),
  );
  return tried.filter(({ problems }) => problems.length > 0);
};

test('the run that is killed changes every table', () => {
  const [before, after] = [JSON.parse(run.before), JSON.parse(run.after)];
  expect(Object.keys(after)).toEqual(['customers', 'lines', 'prices']);
  for (const table of Object.keys(after))
    expect(after[table]).not.toEqual(before[table]);
});

test('it goes through all steps, and changes files in each', () => {
  const { operations, boundaries } = run.report;
  const steps = ['plan', 'fetch', 'transform', 'publish', 'refresh'];
  expect([...new Set(operations.map(({ step }) => step))]).toEqual(steps);
  // Plan, two fetches, choose-engine, transform, publish, refresh.
  expect(boundaries).toHaveLength(14);
});

test(
  'killed where a handler begins or ends',
  async () => {
    expect(await badOf(run, boundaryMoments(run.report))).toEqual([]);
  },
  10 * MINUTES,
);

test(
  'killed at every operation of the publish',
  async () => {
    const moments = operationMoments(run.report, 'before', 'publish');
    expect(await badOf(run, moments)).toEqual([]);
  },
  10 * MINUTES,
);

test(
  'killed half way through the files of the publish',
  async () => {
    const moments = operationMoments(run.report, 'amid', 'publish');
    expect(await badOf(run, moments)).toEqual([]);
  },
  10 * MINUTES,
);

test(
  'killed while its tables are brought into the lake',
  async () => {
    const moments = operationMoments(run.report, 'before', 'transform').filter(
      ({ name }) => name.includes('.parquet'),
    );
    expect(await badOf(run, moments)).toEqual([]);
  },
  10 * MINUTES,
);

/** The operations that put a file in its place. */
const moves = ({ report }: Scene, when: 'before' | 'after') =>
  operationMoments(report, when).filter(({ name }) =>
    /: (rename|link) /.test(name),
  );

test(
  'a rollback, killed before each of its moves',
  async () => {
    const scene = await rollBack(lakes);
    expect(await badOf(scene, moves(scene, 'before'))).toEqual([]);
  },
  10 * MINUTES,
);

test(
  'killed while it closes a run that was killed',
  async () => {
    const scene = await runAfterKill(lakes, 'after');
    const closing = moves(scene, 'after').filter(({ name }) =>
      name.includes('(plan: '),
    );
    expect(await badOf(scene, closing)).toEqual([]);
  },
  10 * MINUTES,
);

test('a kill that does not happen, or a torn lake, is noticed', async () => {
  const never = { when: 'before', operation: 1_000_000 } as const;
  expect(await killAndGoOn(lakes, run, never)).toEqual([
    expect.stringContaining('it was not killed'),
  ]);
  const torn = { ...run, before: 'rows', after: await answerOf(run.template) };
  const last = run.report.operations.length;
  const kill = { when: 'before', operation: last } as const;
  expect(await killAndGoOn(lakes, torn, kill)).toEqual([
    expect.stringContaining('readers see'),
  ]);
});
