import type { FileSystem } from '../../platform/local/fileSystem.ts';
import { problemsOfRollback, type Scene } from './killAndGoOn.ts';
import {
  answerOf,
  type Lakes,
  platformOf,
  rollbackHere,
  runHere,
} from './lakes.ts';
import { ledgersOf, problemsAtRest } from './problemsAtRest.ts';
import { type Operation, watchedFileSystem } from './watchedFileSystem.ts';

/** A file system on which one operation fails, once. */
export const failingFileSystem = (
  isBroken: (operation: Operation) => boolean,
) => {
  let isDone = false;
  return watchedFileSystem({
    before: (operation) => {
      if (isDone || !isBroken(operation)) return;
      isDone = true;
      throw new Error(`disk full at ${operation.name} ${operation.file}`);
    },
  });
};

const failRollback = async (
  lake: string,
  scene: Scene,
  fs: FileSystem,
): Promise<string[]> => {
  const error = await rollbackHere(platformOf(lake, fs)).then(
    () => undefined,
    (caught: Error) => caught,
  );
  const seen = await answerOf(lake);
  if (seen !== scene.before && seen !== scene.after)
    return [`readers see ${seen}`];
  return [
    ...(error || seen === scene.after ? [] : ['it succeeded and did nothing']),
    // What a command could not give back is free when its process ends.
    ...(await problemsAtRest(lake)).filter((p) => !p.includes('is held by')),
    ...(await problemsOfRollback(lake, scene, seen)),
    ...(await problemsAtRest(lake)),
  ];
};

/**
 * Runs, or rolls back, in this process on a disk that fails once.
 * @returns what is wrong afterwards, without and with another run.
 */
export const failAndGoOn = async (
  lakes: Lakes,
  scene: Scene,
  isBroken: (operation: Operation) => boolean,
): Promise<string[]> => {
  const lake = await lakes.copy(scene.template);
  const { replay, before, after } = scene;
  if (replay === undefined)
    return failRollback(lake, scene, failingFileSystem(isBroken));
  const { run, error } = await runHere(
    lake,
    replay,
    failingFileSystem(isBroken),
  );
  const problems: string[] = [];
  const seen = await answerOf(lake);
  if (seen !== before && seen !== after) problems.push(`readers see ${seen}`);
  if (!error && seen !== after) problems.push('it succeeded and did nothing');
  const ledgers = await ledgersOf(platformOf(lake));
  const ledger = ledgers.find((l) => l.run === run);
  const truth = seen === after ? 'published' : 'failed';
  if (ledger && ledger.outcome !== truth)
    problems.push(`the ledger says ${ledger.outcome}, but it is ${truth}`);
  if (ledger && error && ledger.error?.message !== error.message)
    problems.push(`the reason ${error.message} is not in the ledger`);
  problems.push(...(await problemsAtRest(lake)));
  const again = await runHere(lake, replay);
  if (again.error) problems.push(`the next run: ${again.error.message}`);
  if ((await answerOf(lake)) !== after)
    problems.push(`after the next run: ${await answerOf(lake)}`);
  problems.push(...(await problemsAtRest(lake)));
  return problems;
};
