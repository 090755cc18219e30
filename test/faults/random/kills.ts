import type { Input } from './inputs.ts';
import { run } from './process.ts';
import { startReaders } from './readers.ts';
import type { Seeded } from './seeded.ts';
import { answersAt, problemsOf, type Stage, succeed } from './stage.ts';

export interface Killed {
  readonly kills: number;
  /** Runs that were over before they were to be killed. */
  readonly late: number;
  readonly reads: number;
  readonly wrong: number;
  readonly problems: readonly string[];
}

const READERS = 2;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** By pipeline, what readers see that none of these inputs gives. */
const unexpected = async (
  { lake, answers }: Stage,
  names: readonly string[],
  inputsOf: (name: string) => readonly Input[],
): Promise<string[]> => {
  const seen = await answersAt(lake, names);
  return names
    .filter((name) =>
      inputsOf(name).every((input) => seen[name] !== answers[name]?.[input]),
    )
    .map((name) => `${name} is none of ${inputsOf(name)}: ${seen[name]}`);
};

/**
 * Kills runs of all pipelines, or of one, at random moments, some of them while
 * they resume after a kill, and lets each be resumed to its end.
 */
export const killAtRandom = async (
  stage: Stage,
  random: Seeded,
  wanted: number,
  say: (line: string) => void,
): Promise<Killed> => {
  const { lake, replays, answers, pipelines } = stage;
  const readers = startReaders(lake, answers, READERS);
  const problems: string[] = [];
  // How long runs take beside the readers, by the last that ended.
  const took = { one: stage.wholeRun / 2, all: stage.wholeRun };
  let kills = 0;
  let late = 0;
  const current = new Map<string, Input>(
    pipelines.map((name) => [name, 'whole']),
  );

  /** @returns whether it was killed before it was over. */
  const killOne = async (names: readonly string[], to: Input) => {
    const { child, end } = run(lake, replays[to], names);
    const typical = took[names.length === 1 ? 'one' : 'all'];
    await Promise.race([wait(random.next() * typical), end]);
    child.kill('SIGKILL');
    const { signal, code, said } = await end;
    if (signal === 'SIGKILL') return true;
    if (code !== 0) problems.push(`kill ${kills}: it failed: ${said}`);
    return false;
  };

  while (kills < wanted && problems.length < 10) {
    const names = random.below(4) === 0 ? pipelines : [random.pick(pipelines)];
    // The other input: a run that changes nothing would hide what is lost.
    const [one = ''] = names;
    const to: Input = current.get(one) === 'whole' ? 'thinned' : 'whole';
    const either = (name: string) => [current.get(name) ?? to, to];
    const at = kills;
    for (let n = 1 + random.below(3); n > 0 && kills < wanted; n--) {
      if (await killOne(names, to)) kills++;
      else late++;
      problems.push(...(await unexpected(stage, names, either)));
    }
    const began = Date.now();
    await succeed(lake, replays[to], names);
    took[names.length === 1 ? 'one' : 'all'] = Date.now() - began;
    for (const name of names) current.set(name, to);
    problems.push(
      ...(await unexpected(stage, names, () => [to])),
      ...(await problemsOf(lake, pipelines)),
    );
    if (Math.floor(at / 20) !== Math.floor(kills / 20))
      say(`${kills} kills, ${late} came too late, ${problems.length} problems`);
  }
  const { reads, wrong } = await readers.stop();
  return {
    kills,
    late,
    reads,
    wrong: wrong.length,
    problems: [...problems, ...wrong],
  };
};
