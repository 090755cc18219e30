import { appendFile, cp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt } from '../tryAll.ts';
import type { Input } from './inputs.ts';
import { run } from './process.ts';
import type { Seeded } from './seeded.ts';
import { answersAt, problemsOf, type Stage, succeed } from './stage.ts';

const WAYS = {
  'is gone': (file: string) => rm(file, { force: true }),
  'lost half': async (file: string) =>
    truncate(file, Math.floor((await stat(file)).size / 2)),
  grew: (file: string) => appendFile(file, 'more,than,there,was\n'),
} as const;
type Way = keyof typeof WAYS;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const filesBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'recording.json')
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
};

/** Runs on an input for the first time, to learn what it gives. */
const answerTo = async (
  stage: Stage,
  folder: string,
  replay: string,
  name: string,
): Promise<string | undefined> => {
  const lake = join(folder, 'other-lake');
  await cp(stage.template, lake, { recursive: true });
  await succeed(lake, stage.replays.whole, [name]);
  const { code } = await run(lake, replay, [name]).end;
  return code === 0 ? (await answersAt(lake, [name]))[name] : undefined;
};

interface Fault {
  readonly name: string;
  readonly where: 'input' | 'landing';
  readonly way: Way;
  /** From 0 to 1: of the run's time, and of the files. */
  readonly when: number;
  readonly which: number;
}

/** Spoils a file of a run while it goes on. @returns whether there was one. */
const spoil = async (
  folder: string,
  before: ReadonlySet<string>,
  { way, which }: Fault,
): Promise<boolean> => {
  const files = (await filesBelow(folder)).filter((file) => !before.has(file));
  const file = files[Math.floor(which * files.length)];
  if (file === undefined) return false;
  return WAYS[way](file).then(
    () => true,
    () => false,
  );
};

const problemsOfFile = async (
  stage: Stage,
  fault: Fault,
  number: number,
  onSpoiled: () => void,
): Promise<string[]> => {
  const { name, where, when } = fault;
  const folder = join(stage.folder, `files-${number}`);
  const lake = join(folder, 'lake');
  const replay = join(folder, 'replay');
  const input: Input = 'thinned';
  const right = stage.answers[name];
  await cp(stage.template, lake, { recursive: true });
  await cp(join(stage.replays[input], name), join(replay, name), {
    recursive: true,
  });
  await succeed(lake, stage.replays.whole, [name]);
  const target = where === 'input' ? replay : join(lake, 'landing', name);
  // What earlier runs landed is no part of this one.
  const before = new Set(where === 'input' ? [] : await filesBelow(target));
  const { end } = run(lake, replay, [name]);
  await Promise.race([wait(when * stage.wholeRun), end]);
  const isSpoiled = await spoil(target, before, fault);
  if (isSpoiled) onSpoiled();
  const { code, signal, said } = await end;
  const seen = (await answersAt(lake, [name]))[name] ?? '';
  const problems: string[] = [];
  const allowed = [right?.whole, right?.thinned];
  // Input that was another when the run looked at it gives other rows.
  if (isSpoiled && where === 'input' && code === 0)
    allowed.push(await answerTo(stage, folder, replay, name));
  if (!allowed.includes(seen)) problems.push(`readers see ${seen}`);
  if (code !== 0 && code !== 1)
    problems.push(`it ended with ${code ?? signal}: ${said.slice(-600)}`);
  if (code === 1 && !/\w*Error: pipeline \w+/.test(said))
    problems.push(`no clear error: ${said.slice(-600)}`);
  await succeed(lake, stage.replays.thinned, [name]);
  const after = (await answersAt(lake, [name]))[name];
  if (after !== right?.thinned) problems.push(`then readers see ${after}`);
  problems.push(...(await problemsOf(lake, stage.pipelines)));
  await rm(folder, { recursive: true });
  return problems;
};

/**
 * Files of the input and of landing that go or change while a run reads.
 * @returns what to try, and how many of these found a file to spoil.
 */
export const fickleFiles = (
  stage: Stage,
  random: Seeded,
  count: number,
): {
  readonly attempts: readonly Attempt[];
  readonly spoiled: () => number;
} => {
  let spoiled = 0;
  const attempts = Array.from({ length: count }, (_, number) => {
    const fault: Fault = {
      name: random.pick(stage.pipelines),
      where: random.pick(['input', 'landing'] as const),
      way: random.pick(Object.keys(WAYS) as Way[]),
      when: random.next() * 0.8,
      which: random.next(),
    };
    return {
      name: `a file of the ${fault.where} of ${fault.name} that ${fault.way}`,
      problems: () => problemsOfFile(stage, fault, number, () => spoiled++),
    };
  });
  return { attempts, spoiled: () => spoiled };
};
