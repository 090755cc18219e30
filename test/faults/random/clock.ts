import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '../../../cli/localMachine.ts';
import { clean } from '../../../functions/clean/handler.ts';
import { rollback } from '../../../functions/rollback/handler.ts';
import {
  endExecution,
  newExecution,
} from '../../../platform/local/localExecutions.ts';
import type { Platform } from '../../../platform/ports.ts';
import {
  answerOf,
  type Lakes,
  openLakes,
  platformOf,
  recordingOf,
} from '../lakes.ts';
import { problemsAtRest } from '../problemsAtRest.ts';
import type { Attempt } from '../tryAll.ts';
import type { Seeded } from './seeded.ts';

const YEAR = 365 * 86_400_000;
const RECORDINGS = ['first', 'second', 'corrected'] as const;

/** A clock that is set back or forward, by up to a year, whenever it is read. */
const jumping = (platform: Platform, random: Seeded): Platform => ({
  ...platform,
  clock: { now: () => new Date(Date.now() + (random.next() - 0.5) * 2 * YEAR) },
});

const stepsOf = async (
  lakes: Lakes,
  random: Seeded,
  steps: number,
): Promise<string[]> => {
  const lake = await lakes.template();
  const platform = jumping(platformOf(lake), random);
  // What readers must see, newest last: a rollback goes back to the one before.
  const seen = [await answerOf(lake)];
  const problems: string[] = [];
  const asExecution = async (
    act: (execution: { id: string; startedAt: string }) => Promise<unknown>,
  ) => {
    const id = await newExecution();
    const startedAt = platform.clock.now().toISOString();
    return act({ id, startedAt })
      .then(
        () => undefined,
        (error: Error) => error,
      )
      .finally(() => endExecution(id));
  };
  for (let i = 0; i < steps; i++) {
    const what = random.pick([
      'run',
      'run',
      'run',
      'rollback',
      'clean',
    ] as const);
    if (what === 'run') {
      const replay = recordingOf(random.pick(RECORDINGS));
      const event = { pipeline: 'shop', date: null, options: { replay } };
      const { error } = await execute(platform, event);
      if (error) problems.push(`run ${i}: ${error.message}`);
      else seen.push(await answerOf(lake));
    } else if (what === 'clean') {
      const error = await asExecution((execution) =>
        clean(platform)({
          pipeline: 'shop',
          execution,
          keep: steps,
          olderThan: 0,
        }),
      );
      if (error) problems.push(`clean ${i}: ${error.message}`);
    } else {
      const error = await asExecution((execution) =>
        rollback(platform)({ pipeline: 'shop', execution }),
      );
      if (!error) seen.pop();
      else if (seen.length > 1)
        problems.push(`rollback ${i}: ${error.message}`);
    }
    const now = await answerOf(lake);
    if (now !== seen.at(-1)) problems.push(`after ${what} ${i}: ${now}`);
  }
  problems.push(...(await problemsAtRest(lake, platformOf(lake))));
  await rm(join(lake), { recursive: true, force: true });
  return problems;
};

/** Runs, rollbacks and cleans by a clock that nobody can rely on. */
export const jumpingClocks = async (
  random: Seeded,
  count: number,
): Promise<{ readonly attempts: Attempt[]; remove(): Promise<void> }> => {
  const lakes = await openLakes();
  return {
    attempts: Array.from({ length: count }, (_, i) => ({
      name: `a clock that jumps, ${i}`,
      problems: () => stepsOf(lakes, random, 12),
    })),
    remove: () => lakes.remove(),
  };
};
