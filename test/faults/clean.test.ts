import {
  answerOf,
  cleanHere,
  type Lakes,
  openLakes,
  platformOf,
  recordingOf,
  rollbackHere,
  runHere,
} from './lakes.ts';
import { operationMoments } from './moments.ts';
import { problemsAtRest } from './problemsAtRest.ts';
import { act, startActor } from './startActor.ts';
import { tryAll } from './tryAll.ts';

// Of three runs two can be rolled back afterwards; the first one's files go.
const BOUNDS = { keep: 1, olderThan: 0 };
let lakes: Lakes;
let template = '';
let answer = '';
let earlier = '';
beforeAll(async () => {
  lakes = await openLakes();
  template = await lakes.template('first', 'second', 'corrected');
  answer = await answerOf(template);
  earlier = await answerOf(await lakes.template('first', 'second'));
});
afterAll(() => lakes.remove());

/** What a clean that is over has left undone, and what it has broken. */
const problemsAfter = async (lake: string): Promise<string[]> => {
  const problems: string[] = [];
  if ((await answerOf(lake)) !== answer)
    problems.push(`readers see ${await answerOf(lake)}`);
  await cleanHere(platformOf(lake), BOUNDS);
  const again = await cleanHere(platformOf(lake), BOUNDS);
  if (again.removed.length > 0)
    problems.push(`left: ${again.removed.map(({ key }) => key).join()}`);
  problems.push(...(await problemsAtRest(lake)));
  await rollbackHere(platformOf(lake));
  if ((await answerOf(lake)) !== earlier)
    problems.push(`after a rollback: ${await answerOf(lake)}`);
  const refused = await rollbackHere(platformOf(lake)).then(
    () => 'nothing',
    ({ message }: Error) => message,
  );
  if (!refused.includes('removed by a clean'))
    problems.push(`the second rollback: ${refused}`);
  const next = await runHere(lake, recordingOf('corrected'));
  if (next.error) problems.push(`the next run: ${next.error.message}`);
  if ((await answerOf(lake)) !== answer)
    problems.push(`after the next run: ${await answerOf(lake)}`);
  return [...problems, ...(await problemsAtRest(lake))];
};

test('killed before, amid and after each of its changes', async () => {
  const lake = await lakes.copy(template);
  const report = await act({ lake, clean: BOUNDS });
  expect(await problemsAfter(lake)).toEqual([]);
  const removals = report.operations.filter(({ name }) => name === 'rm');
  expect(removals.length).toBeGreaterThan(6);
  const isTidying = ({ name }: { name: string }) =>
    /: (mkdir|open|sync) /.test(name);
  const moments = (['before', 'amid', 'after'] as const)
    .flatMap((when) => operationMoments(report, when))
    .filter((moment) => !isTidying(moment));
  const tried = await tryAll(
    moments.map(({ name, kill }) => ({
      name,
      problems: async () => {
        const copy = await lakes.copy(template);
        const { signal, errors } = await startActor({
          lake: copy,
          clean: BOUNDS,
          kill,
        }).end;
        return signal === 'SIGKILL'
          ? problemsAfter(copy)
          : [`it was not killed: ${signal} ${errors}`];
      },
    })),
  );
  expect(tried.filter(({ problems }) => problems.length > 0)).toEqual([]);
}, 600_000);

describe.each(['fetch', 'transform', 'publish', 'refresh'])(
  'a clean while a run is in %s',
  (pause) => {
    test('takes nothing from it', async () => {
      const lake = await lakes.copy(template);
      const replay = recordingOf('second');
      const actor = startActor({ lake, replay, pause });
      await actor.paused();
      await cleanHere(platformOf(lake), { keep: 0, olderThan: 0 });
      actor.goOn();
      const { report } = await actor.end;
      expect(report?.error).toBeUndefined();
      expect(await problemsAtRest(lake)).toEqual([]);
      const other = await lakes.copy(template);
      expect((await runHere(other, replay)).error).toBeUndefined();
      expect(await answerOf(lake)).toBe(await answerOf(other));
    });
  },
);

test('a run that begins and publishes while a clean removes', async () => {
  const lake = await lakes.copy(template);
  const actor = startActor({ lake, clean: BOUNDS, pause: 'clean' });
  await actor.paused();
  const replay = recordingOf('second');
  expect((await runHere(lake, replay)).error).toBeUndefined();
  const published = await answerOf(lake);
  actor.goOn();
  await actor.end;
  expect(await answerOf(lake)).toBe(published);
  expect(await problemsAtRest(lake)).toEqual([]);
});
