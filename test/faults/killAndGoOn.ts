import type { ActorReport, Kill } from './actorSpec.ts';
import {
  answerOf,
  type Lakes,
  platformOf,
  recordingOf,
  rollbackHere,
  runHere,
} from './lakes.ts';
import { ledgersOf, problemsAtRest } from './problemsAtRest.ts';
import { act, startActor } from './startActor.ts';

/** Something that a process does to a lake, and may be killed at. */
export interface Scene {
  readonly name: string;
  /** The lake before. */
  readonly template: string;
  /** What is run; without it the last run is rolled back. */
  readonly replay?: string;
  readonly before: string;
  readonly after: string;
  /** What it does when nobody kills it. */
  readonly report: ActorReport;
}

/** Plays a scene to its end, to know what is right. */
export const prepareScene = async (
  lakes: Lakes,
  name: string,
  template: string,
  recording?: string,
): Promise<Scene> => {
  const lake = await lakes.copy(template);
  const given =
    recording === undefined ? {} : { replay: recordingOf(recording) };
  const before = await answerOf(lake);
  const report = await act({ lake, ...given });
  const after = await answerOf(lake);
  if (report.error) throw new Error(`${name}: ${report.error.message}`);
  if (before === after) throw new Error(`${name} changes nothing`);
  return { name, template, before, after, report, ...given };
};

/** The run that was killed tells the truth, and can be taken back. */
const problemsOfRun = async (
  lake: string,
  replay: string,
  { template, after }: Scene,
  seen: string,
): Promise<string[]> => {
  const known = (await ledgersOf(platformOf(template))).map(({ run }) => run);
  const platform = platformOf(lake);
  const { error, run: next } = await runHere(lake, replay);
  const problems: string[] = [];
  if (error) problems.push(`the next run: ${error.name}: ${error.message}`);
  if ((await answerOf(lake)) !== after)
    problems.push(`after the next run: ${await answerOf(lake)}`);
  for (const { run, outcome } of await ledgersOf(platform)) {
    const isKilled = !known.includes(run) && run !== next;
    const truth = seen === after ? 'published' : 'failed';
    if (isKilled && outcome !== truth)
      problems.push(`the ledger says ${outcome}, but it is ${truth}`);
  }
  problems.push(...(await problemsAtRest(lake)));
  if ((await rollbackHere(platform)) !== next)
    problems.push('another run was rolled back than the last');
  if ((await answerOf(lake)) !== seen)
    problems.push(`after its rollback: ${await answerOf(lake)}`);
  return problems;
};

/** A rollback that broke off has happened, or happens when repeated. */
export const problemsOfRollback = async (
  lake: string,
  { report, after }: Scene,
  seen: string,
): Promise<string[]> => {
  const platform = platformOf(lake);
  const problems: string[] = [];
  const again = await rollbackHere(platform, report.run).then(
    () => 'done',
    (error: Error) => error.message,
  );
  const isRight = seen === after ? again.includes('already') : again === 'done';
  if (!isRight) problems.push(`the rollback repeated: ${again}`);
  if ((await answerOf(lake)) !== after)
    problems.push(`after it: ${await answerOf(lake)}`);
  const ledger = (await ledgersOf(platform)).find(
    ({ run }) => run === report.run,
  );
  if (ledger?.outcome !== 'rolled back')
    problems.push(`the ledger says ${ledger?.outcome}`);
  return problems;
};

const TRIES = 3;

/**
 * Kills a process at one moment. What a run does side by side comes in another
 * order each time, so an operation's number may be one that it has not: a kill
 * that missed says nothing, and is tried again on another lake.
 */
const strike = async (
  lakes: Lakes,
  { template, replay }: Scene,
  kill: Kill,
): Promise<{ readonly lake: string; readonly missed?: string }> => {
  const given = replay === undefined ? {} : { replay };
  const misses: string[] = [];
  for (let i = 0; i < TRIES; i++) {
    const lake = await lakes.copy(template);
    const { signal, code, report, errors } = await startActor({
      lake,
      kill,
      ...given,
    }).end;
    if (signal === 'SIGKILL') return { lake };
    misses.push(
      `ended with ${code} after ${report?.operations.length ?? 'unknown'} ` +
        `operations ${report?.error?.message ?? ''} ${errors}`,
    );
  }
  return { lake: '', missed: misses.join('; ') };
};

/**
 * Kills a process at one moment of a scene, looks at what readers see, goes on
 * as if nothing had been and looks again.
 * @returns what is wrong; nothing where all is well.
 */
export const killAndGoOn = async (
  lakes: Lakes,
  scene: Scene,
  kill: Kill,
): Promise<string[]> => {
  const { replay, before, after } = scene;
  const { lake, missed } = await strike(lakes, scene, kill);
  if (missed !== undefined) return [`it was not killed: ${missed}`];
  const seen = await answerOf(lake);
  if (seen !== before && seen !== after) return [`readers see ${seen}`];
  if (replay !== undefined) return problemsOfRun(lake, replay, scene, seen);
  return [
    ...(await problemsOfRollback(lake, scene, seen)),
    ...(await problemsAtRest(lake)),
  ];
};
