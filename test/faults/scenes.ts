import { prepareScene, type Scene } from './killAndGoOn.ts';
import { type Lakes, recordingOf } from './lakes.ts';
import { startActor } from './startActor.ts';

/** A period is run again over published tables of two periods. */
export const runAgain = async (lakes: Lakes): Promise<Scene> =>
  prepareScene(
    lakes,
    'a run',
    await lakes.template('first', 'second'),
    'corrected',
  );

/** The first run of all, in an empty lake. */
export const firstRun = async (lakes: Lakes): Promise<Scene> =>
  prepareScene(lakes, 'a first run', await lakes.template(), 'first');

/** The last of three runs is rolled back. */
export const rollBack = async (lakes: Lakes): Promise<Scene> =>
  prepareScene(
    lakes,
    'a rollback',
    await lakes.template('first', 'second', 'corrected'),
  );

/**
 * A run comes after one that was killed when its tables had moved and nothing
 * else was closed, or just before: it has all of that to do as well.
 */
export const runAfterKill = async (
  lakes: Lakes,
  when: 'before' | 'after',
): Promise<Scene> => {
  const template = await lakes.template('first');
  const lake = await lakes.copy(template);
  const { report } = await prepareScene(lakes, 'first', template, 'second');
  const move = report.operations.find(
    ({ name, file }) => name === 'rename' && file.endsWith('/shop.json'),
  );
  if (!move) throw new Error('the run moves no catalog');
  const kill = { when, operation: move.number };
  const replay = recordingOf('second');
  await startActor({ lake, replay, kill }).end;
  return prepareScene(
    lakes,
    `a run after one killed ${when} its moves`,
    lake,
    'corrected',
  );
};
