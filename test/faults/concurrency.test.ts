import { tributary } from './commandLine.ts';
import {
  answerOf,
  type Lakes,
  openLakes,
  platformOf,
  recordingOf,
  rollbackHere,
} from './lakes.ts';
import { ledgersOf, problemsAtRest } from './problemsAtRest.ts';
import { startActor } from './startActor.ts';

let lakes: Lakes;
let first = '';
let expected = '';
let lake = '';
beforeAll(async () => {
  lakes = await openLakes();
  first = await lakes.template('first');
  expected = await answerOf(await lakes.template('first', 'second'));
});
afterAll(() => lakes.remove());
beforeEach(async () => {
  lake = await lakes.copy(first);
});

const replay = recordingOf('second');
const run = (recording: string) =>
  tributary(lake, 'run', 'shop', '--replay', recordingOf(recording));
const outcomes = async () =>
  (await ledgersOf(platformOf(lake))).map(({ period, outcome, steps }) => [
    period,
    outcome,
    steps.filter(({ step }) => step === 'transform').length,
  ]);

test.each(['fetch', 'transform', 'publish', 'refresh'])(
  'a run of a period that another one works on (%s) is refused',
  async (pause) => {
    const actor = startActor({ lake, replay, pause });
    await actor.paused();
    const refused = await run('second');
    expect(refused.code).toBe(3);
    expect(refused.output).toMatch(
      /LockedError: pipeline shop: run \S+ works on 2024-05-02 already/,
    );
    actor.goOn();
    const { report } = await actor.end;
    expect(report?.error).toBeUndefined();
    expect(refused.output).toContain(report?.run);
    expect(await answerOf(lake)).toBe(expected);
    expect(await problemsAtRest(lake)).toEqual([]);
    expect(await ledgersOf(platformOf(lake))).toHaveLength(2);
  },
);

test('of runs that start together one wins, and nothing is doubled', async () => {
  const ends = await Promise.all(['second', 'second', 'second'].map(run));
  const codes = ends.map(({ code }) => code);
  expect(codes.filter((code) => code === 0).length).toBeGreaterThan(0);
  for (const { code, output } of ends)
    if (code !== 0) expect([code, output]).toEqual([3, output]);
  expect(await answerOf(lake)).toBe(expected);
  expect(await problemsAtRest(lake)).toEqual([]);
});

test('a merge that became stale is made again on what is published', async () => {
  const replayFirst = recordingOf('first');
  lake = await lakes.copy(await lakes.template());
  const actor = startActor({ lake, replay: replayFirst, pause: 'publish' });
  await actor.paused();
  expect((await run('second')).code).toBe(0);
  actor.goOn();
  const { report } = await actor.end;
  expect(report?.error).toBeUndefined();
  expect(await outcomes()).toEqual([
    ['2024-05-01', 'published', 2],
    ['2024-05-02', 'published', 1],
  ]);
  expect(await answerOf(lake)).toBe(expected);
  expect(await problemsAtRest(lake)).toEqual([]);
});

test('a merge whose base was rolled back is made again without it', async () => {
  const actor = startActor({ lake, replay, pause: 'publish' });
  await actor.paused();
  await rollbackHere(platformOf(lake));
  actor.goOn();
  const { report } = await actor.end;
  expect(report?.error).toBeUndefined();
  expect(await outcomes()).toEqual([
    ['2024-05-01', 'rolled back', 1],
    ['2024-05-02', 'published', 2],
  ]);
  const alone = await answerOf(await lakes.template('second'));
  expect(await answerOf(lake)).toBe(alone);
  expect(await problemsAtRest(lake)).toEqual([]);
});

test('runs of two periods that start together are both published', async () => {
  lake = await lakes.copy(await lakes.template());
  const ends = await Promise.all(['first', 'second'].map(run));
  expect(ends.map(({ code, output }) => [code, output])).toEqual(
    ends.map(({ output }) => [0, output]),
  );
  expect(await answerOf(lake)).toBe(expected);
  expect(await problemsAtRest(lake)).toEqual([]);
});

test('a run that is published and not yet closed is not rolled back', async () => {
  const actor = startActor({ lake, replay, pause: 'refresh' });
  await actor.paused();
  expect(await answerOf(lake)).toBe(expected);
  const early = await tributary(lake, 'rollback', 'shop');
  expect([early.code, early.output]).toEqual([
    3,
    expect.stringContaining('about to end'),
  ]);
  expect(await answerOf(lake)).toBe(expected);
  actor.goOn();
  const { report } = await actor.end;
  expect(await rollbackHere(platformOf(lake))).toBe(report?.run);
  expect(await answerOf(lake)).toBe(await answerOf(first));
  expect(await problemsAtRest(lake)).toEqual([]);
});
