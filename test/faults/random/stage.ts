import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localPlatform } from '../../../platform/local/localPlatform.ts';
import type { Platform } from '../../../platform/ports.ts';
import { PIPELINES } from '../../support/testLake.ts';
import { problemsAtRest } from '../problemsAtRest.ts';
import { answerOf } from './answers.ts';
import { INPUTS, type Input, makeInputs } from './inputs.ts';
import { run } from './process.ts';

/** What is right: by pipeline and input, what readers get after a run. */
export type Answers = Readonly<Record<string, Readonly<Record<Input, string>>>>;

/** Inputs, the answers to them, and a lake where the first one is published. */
export interface Stage {
  readonly folder: string;
  readonly replays: Readonly<Record<Input, string>>;
  readonly pipelines: readonly string[];
  readonly answers: Answers;
  /** A lake in which all runs ended well, the last on the whole input. */
  readonly lake: string;
  /** The same, to be copied: it stays as small as it is. */
  readonly template: string;
  /** How long a run of all pipelines takes here, in milliseconds. */
  readonly wholeRun: number;
  remove(): Promise<void>;
}

export const platformAt = (lake: string): Platform =>
  localPlatform({ lake, pipelines: PIPELINES });

export const answersAt = async (
  lake: string,
  pipelines: readonly string[],
): Promise<Record<string, string>> => {
  const platform = platformAt(lake);
  const found: Record<string, string> = {};
  for (const name of pipelines)
    found[name] = await answerOf(await platform.catalog.read(name), lake);
  return found;
};

/** Runs to the end. @throws where the run does not end well. */
export const succeed = async (
  lake: string,
  replay: string,
  pipelines: readonly string[],
): Promise<void> => {
  const { code, signal, said } = await run(lake, replay, pipelines).end;
  if (code !== 0)
    throw new Error(`a run ended with ${code ?? signal}: ${said}`);
};

/** A table of a pipeline that is the same for both inputs proves nothing. */
const refuseAlike = (pipeline: string, a: string, b: string) => {
  const rows = b.split('\n');
  const differing = a.split('\n').filter((row) => !rows.includes(row));
  if (differing.length < 2)
    throw new Error(`${pipeline}: two inputs give other rows in ${differing}`);
};

/**
 * Runs both inputs one after the other, twice, to learn what is right; a run
 * that gives other rows the second time could not be judged.
 */
export const openStage = async (): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-random-'));
  const lake = join(folder, 'lake');
  const pipelines = await platformAt(lake).definitions.names();
  const replays = await makeInputs(folder, pipelines);
  const rounds: Record<Input, Record<string, string>>[] = [];
  let wholeRun = 0;
  await succeed(lake, replays.whole, pipelines);
  for (let i = 0; i < 2; i++) {
    const round = { whole: {}, thinned: {} } as (typeof rounds)[number];
    for (const input of INPUTS.toReversed()) {
      const began = Date.now();
      await succeed(lake, replays[input], pipelines);
      wholeRun = Date.now() - began;
      round[input] = await answersAt(lake, pipelines);
    }
    rounds.push(round);
  }
  const [first, second] = rounds;
  if (JSON.stringify(first) !== JSON.stringify(second))
    throw new Error(
      `the same runs gave other rows: ${JSON.stringify(rounds, null, 1)}`,
    );
  const answers = Object.fromEntries(
    pipelines.map((name) => {
      const whole = first?.whole[name] ?? '';
      const thinned = first?.thinned[name] ?? '';
      refuseAlike(name, whole, thinned);
      return [name, { whole, thinned }];
    }),
  );
  const template = join(folder, 'template');
  await cp(lake, template, { recursive: true });
  return {
    folder,
    template,
    replays,
    pipelines,
    answers,
    lake,
    wholeRun,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** What is wrong with a lake in which nothing runs. */
export const problemsOf = (
  lake: string,
  pipelines: readonly string[],
): Promise<string[]> => problemsAtRest(lake, platformAt(lake), pipelines);
